//! Records open where they belong, whole, and nowhere else.

use proptest::prelude::*;

use super::*;

fn ring(ids: &[(&str, u8)]) -> KeyRing {
    let keys = ids
        .iter()
        .map(|(id, byte)| NamedKey {
            id: (*id).to_owned(),
            secret: [*byte; 32],
        })
        .collect();
    KeyRing::new(keys, Entropy::system()).expect("a ring")
}

const HERE: Binding<'_> = Binding {
    purpose: "test",
    parts: &["a", "bc"],
};

#[test]
fn a_record_opens_only_where_it_belongs() {
    let ring = ring(&[("one", 1)]);
    let sealed = ring.seal(HERE, b"text").expect("sealed");
    assert_eq!(ring.open(HERE, &sealed).expect("open"), b"text");
    for parts in [["ab", "c"], ["a", "bd"]] {
        let elsewhere = Binding {
            purpose: "test",
            parts: &[parts[0], parts[1]],
        };
        assert_eq!(ring.open(elsewhere, &sealed), Err(CipherError::Refused));
    }
    let other_purpose = Binding {
        purpose: "other",
        ..HERE
    };
    assert_eq!(ring.open(other_purpose, &sealed), Err(CipherError::Refused));
}

#[test]
fn an_older_key_still_opens_and_a_lost_one_is_named() {
    let sealed = ring(&[("old", 1)]).seal(HERE, b"text").expect("sealed");
    let both = ring(&[("new", 2), ("old", 1)]);
    assert_eq!(both.open(HERE, &sealed).expect("open"), b"text");
    assert_eq!(
        ring(&[("new", 2)]).open(HERE, &sealed),
        Err(CipherError::UnknownKey)
    );
    assert_eq!(
        ring(&[("old", 2)]).open(HERE, &sealed),
        Err(CipherError::Refused)
    );
}

#[test]
fn the_header_tells_which_key_sealed() {
    let sealed = ring(&[("old", 1)]).seal(HERE, b"text").expect("sealed");
    let by = |ids: &[(&str, u8)]| {
        let ring = ring(ids);
        ring.sealed_by(&sealed)
            .map(|by| (by.id.to_owned(), by.first))
    };
    let old = |first| Some(("old".to_owned(), first));
    assert_eq!(by(&[("old", 1), ("new", 2)]), old(true));
    assert_eq!(by(&[("new", 2), ("old", 1)]), old(false));
    assert_eq!(by(&[("new", 2)]), old(false));
    let ring = ring(&[("new", 2)]);
    for other in [
        &b"used"[..],
        b"",
        b"\x01\x03ol",
        b"\x01\x02\x1b[000000000000000000000000",
    ] {
        assert_eq!(ring.sealed_by(other), None);
    }
}

#[test]
fn the_same_text_never_looks_the_same_twice() {
    let ring = ring(&[("one", 1)]);
    let one = ring.seal(HERE, b"text").expect("sealed");
    assert_ne!(one, ring.seal(HERE, b"text").expect("sealed"));
}

proptest! {
    #[test]
    fn any_change_is_noticed(text in prop::collection::vec(any::<u8>(), 0..200), at in any::<usize>(), bit in 0u8..8) {
        let ring = ring(&[("one", 1)]);
        let mut sealed = ring.seal(HERE, &text).expect("sealed");
        prop_assert_eq!(ring.open(HERE, &sealed).expect("open"), text);
        let at = at % sealed.len();
        sealed[at] ^= 1 << bit;
        prop_assert!(ring.open(HERE, &sealed).is_err());
    }

    #[test]
    fn garbage_is_refused(bytes in prop::collection::vec(any::<u8>(), 0..100)) {
        prop_assert!(ring(&[("one", 1)]).open(HERE, &bytes).is_err());
    }
}
