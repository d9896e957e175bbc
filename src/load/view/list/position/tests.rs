use proptest::prelude::*;

use super::*;
use crate::items::{Dir, Query, Sort};

fn spot() -> impl Strategy<Value = Spot> {
    prop_oneof![
        any::<u32>().prop_map(Spot::Row),
        any::<u128>().prop_map(Spot::After)
    ]
}

fn position() -> impl Strategy<Value = Position> {
    let names = ("[a-z]{1,20}", "[0-9a-f-]{1,40}");
    let within = (names, spot()).prop_map(|((provider, load), from)| At::Within {
        provider,
        load,
        from,
    });
    let behind = any::<(u64, u128)>().prop_map(|(items, editions)| At::Behind { items, editions });
    let start = "[a-z]{1,20}".prop_map(|provider| At::Start { provider });
    (any::<u128>(), prop_oneof![within, behind, start]).prop_map(|(list, at)| Position { list, at })
}

proptest! {
    #[test]
    fn a_position_is_read_as_it_was_handed_out(position in position()) {
        let text = position.to_text();
        prop_assert!(text.bytes().all(|c| c.is_ascii_alphanumeric() || b"-_".contains(&c)));
        prop_assert_eq!(Position::from_text(&text), Some(position));
    }

    #[test]
    fn a_text_that_is_cut_or_goes_on_is_none(position in position(), cut in 1..40_usize, more in "[a-zA-Z0-9]{1,9}") {
        let text = position.to_text();
        prop_assert_eq!(Position::from_text(&text[..text.len().saturating_sub(cut)]), None);
        prop_assert_eq!(Position::from_text(&(text + &more)), None);
    }

    #[test]
    fn no_text_panics(text in ".{0,600}") {
        prop_assert_eq!(Position::from_text(&text), None);
    }

    #[test]
    fn no_bytes_panic(bytes in prop::collection::vec(any::<u8>(), 0..400), known in any::<bool>()) {
        let mut bytes = bytes;
        if let Some(first) = bytes.first_mut().filter(|_| known) {
            *first = VERSION;
        }
        if let Some(position) = Position::from_text(&URL_SAFE_NO_PAD.encode(bytes)) {
            prop_assert_eq!(Position::from_text(&position.to_text()), Some(position));
        }
    }
}

#[test]
fn a_text_of_any_length_is_answered() {
    for length in [0, 399, 400, 401, 1 << 20] {
        assert_eq!(Position::from_text(&"A".repeat(length)), None);
        assert_eq!(Position::from_text(&"é".repeat(length)), None);
    }
}

#[test]
fn lists_are_told_apart_by_what_they_filter_and_how_they_are_sorted() {
    let text = |text: &str| Some(text.to_owned());
    let all = Listing {
        query: Query::default(),
        order: Order::AsLoaded,
        most: 10,
    };
    let of = |query: Query| Listing {
        query,
        ..all.clone()
    };
    let by = |sort, dir| Listing {
        order: Order::By(sort, dir),
        ..all.clone()
    };
    let usual = Query::default;
    let lists = [
        all.clone(),
        by(Sort::Name, Dir::Asc),
        by(Sort::Name, Dir::Desc),
        by(Sort::Type, Dir::Asc),
        of(Query {
            provider: text("a"),
            ..usual()
        }),
        of(Query {
            provider: text("b"),
            ..usual()
        }),
        of(Query {
            kind: text("a"),
            ..usual()
        }),
        of(Query {
            parent_id: text("a"),
            ..usual()
        }),
        of(Query {
            q: "a".to_owned(),
            ..usual()
        }),
    ];
    let digests: std::collections::BTreeSet<u128> = lists.iter().map(Listing::digest).collect();
    assert_eq!(digests.len(), lists.len());
    // What says nothing about which items come, or in which order.
    let query = Query {
        page: 7,
        per_page: 3,
        sort: Sort::Type,
        ..usual()
    };
    let same = Listing {
        most: 500,
        ..of(query)
    };
    assert_eq!(same.digest(), all.digest());
}
