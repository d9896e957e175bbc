//! Files: what is sealed opens again, and nothing else does. At the least cost there is, for they are many.

use std::collections::BTreeMap;

use jiff::Timestamp;
use proptest::prelude::*;
use secrecy::{ExposeSecret, SecretSlice, SecretString};
use sha2::{Digest as _, Sha256};

use super::file::{self, FileError, open};
use super::passphrase::{BadPassphrase, Cost, check};
use super::{Contents, ContentsError, Taken};
use crate::clock::Entropy;
use crate::providers::Account;
use crate::vault::{Connection, Credential};

const CHEAP: Cost = Cost {
    memory_kib: 8,
    passes: 1,
    lanes: 1,
};

fn secret(text: &str) -> SecretString {
    SecretString::from(text)
}

fn sealed(plain: &[u8], passphrase: &str) -> Vec<u8> {
    let plain = SecretSlice::from(plain.to_vec());
    let file = file::seal_at(CHEAP, &plain, &secret(passphrase), &Entropy::system());
    file.expect("a file")
}

fn opened(file: &[u8], passphrase: &str) -> Result<Vec<u8>, FileError> {
    let plain = open(file, &secret(passphrase))?;
    Ok(plain.expose_secret().to_vec())
}

/// The same file with a last line that fits it.
fn with_digest(body: &[u8]) -> Vec<u8> {
    let hex = format!("{:x}", Sha256::digest(body));
    [body, b"sha256 ", hex.as_bytes(), b"\n"].concat()
}

/// A file without its last line.
fn body(file: &[u8]) -> &[u8] {
    let end = file[..file.len() - 1].iter().rposition(|it| *it == b'\n');
    &file[..=end.expect("lines")]
}

fn taken(user: &str, provider: &str, access: &str) -> Taken {
    let credential = Credential {
        access: access.into(),
        refresh: Some("refresh-token".into()),
        issued_at: Timestamp::UNIX_EPOCH,
        expires_at: None,
        ancestors: Vec::new(),
    };
    let account = Account {
        id: "7".to_owned(),
        ..Account::default()
    };
    let now = Timestamp::UNIX_EPOCH;
    Taken {
        user: user.to_owned(),
        provider: provider.to_owned(),
        connection: Connection::new(account, credential, Vec::new(), Vec::new(), now),
        used_at: Some(now),
        streams: Some(vec!["things".to_owned()]),
    }
}

fn contents(connections: Vec<Taken>) -> Contents {
    Contents {
        org: "acme".to_owned(),
        made_at: Timestamp::UNIX_EPOCH,
        by: "0.1.0".to_owned(),
        moved: true,
        clients: BTreeMap::from([("sample".to_owned(), "client".to_owned())]),
        connections,
    }
}

#[test]
fn a_file_opens_with_its_passphrase_alone_and_shows_nothing() {
    let file = sealed(b"an access token", "teal cord under the lamp");
    let text = String::from_utf8(file.clone()).expect("text");
    assert!(
        text.starts_with("patchbay export 1\n{\"kdf\":\"argon2id\""),
        "{text}"
    );
    assert!(text.lines().skip(2).all(|line| line.len() <= 76), "{text}");
    assert!(!text.contains("token") && !text.contains("teal"), "{text}");
    assert_eq!(
        opened(&file, "teal cord under the lamp").as_deref(),
        Ok(&b"an access token"[..])
    );
    assert_eq!(
        opened(&file, "teal cord under the lamP"),
        Err(FileError::WrongPassphrase)
    );
    assert_ne!(file, sealed(b"an access token", "teal cord under the lamp"));
}

#[test]
fn what_is_wrong_with_a_file_is_told_apart() {
    let file = sealed(b"plain", "p");
    let text = String::from_utf8(file.clone()).expect("text");
    assert_eq!(opened(b"", "p"), Err(FileError::Foreign));
    assert_eq!(
        opened(b"age-encryption.org/v1\n", "p"),
        Err(FileError::Foreign)
    );
    let newer = text.replacen("export 1", "export 2", 1);
    assert_eq!(opened(newer.as_bytes(), "p"), Err(FileError::Newer(2)));
    assert!(FileError::Newer(2).to_string().contains("a newer Patchbay"));
    for end in 0..file.len() - 1 {
        let expected = match end < "patchbay export ".len() {
            true => FileError::Foreign,
            false => FileError::Damaged,
        };
        assert_eq!(opened(&file[..end], "p"), Err(expected), "{end} bytes");
    }
    // Changed on purpose, with a digest that fits: then only the key can tell.
    let changed = text.replacen("\"cipher\"", " \"cipher\"", 1);
    let changed = with_digest(body(changed.as_bytes()));
    assert_eq!(opened(&changed, "p"), Err(FileError::WrongPassphrase));
    assert_eq!(
        opened(&with_digest(body(&file)), "p").as_deref(),
        Ok(&b"plain"[..])
    );
}

#[test]
fn a_file_survives_a_mail_and_a_terminal() {
    let file = sealed(&[7; 400], "p");
    let text = String::from_utf8(file).expect("text");
    for changed in [
        text.replace('\n', "\r\n"),
        format!("{text}\n\r\n"),
        text.trim_end().to_owned(),
    ] {
        assert_ne!(changed, text);
        let opened = opened(changed.as_bytes(), "p");
        assert_eq!(opened, Ok(vec![7; 400]), "{changed:?}");
    }
    for format in ["0", "+1", "01", "", "1 "] {
        let changed = text.replacen("export 1", &format!("export {format}"), 1);
        let changed = with_digest(body(changed.as_bytes()));
        assert_eq!(opened(&changed, "p"), Err(FileError::Damaged), "{format}");
    }
}

#[test]
fn a_file_cannot_ask_for_more_than_a_machine_has() {
    let text = String::from_utf8(sealed(b"plain", "p")).expect("text");
    for (fair, greedy) in [
        ("\"memory_kib\":8", "\"memory_kib\":4294967295"),
        ("\"memory_kib\":8", "\"memory_kib\":262145"),
        ("\"passes\":1", "\"passes\":4294967295"),
        ("\"passes\":1", "\"passes\":17"),
        ("\"lanes\":1", "\"lanes\":16777215"),
        ("\"passes\":1", "\"passes\":0"),
    ] {
        let changed = text.replacen(fair, greedy, 1);
        assert_ne!(changed, text);
        let changed = with_digest(body(changed.as_bytes()));
        assert_eq!(
            opened(&changed, "p"),
            Err(FileError::UnknownSeal),
            "{greedy}"
        );
    }
}

#[test]
fn a_file_that_a_later_version_sealed_is_not_called_damaged() {
    let text = String::from_utf8(sealed(b"plain", "p")).expect("text");
    for (ours, theirs) in [
        ("\"argon2id\"", "\"argon3\""),
        ("\"xchacha20poly1305\"", "\"aegis256\""),
        ("\"salt\"", "\"salts\""),
    ] {
        let changed = text.replacen(ours, theirs, 1);
        assert_ne!(changed, text);
        let opened = opened(&with_digest(body(changed.as_bytes())), "p");
        assert_eq!(opened, Err(FileError::UnknownSeal), "{theirs}");
    }
    let told = FileError::UnknownSeal.to_string();
    assert!(told.contains("with a newer Patchbay"), "{told}");
}

#[test]
fn a_passphrase_that_the_holder_of_the_file_would_find_is_refused() {
    let check = |text: &str| check(&secret(text), &["acme"]);
    assert_eq!(check(""), Err(BadPassphrase::Empty));
    assert_eq!(check("Tr0ub4dor&3"), Err(BadPassphrase::TooShort));
    assert_eq!(check(&"x1Y-".repeat(300)), Err(BadPassphrase::TooLong));
    for weak in [
        "password12345",
        "acme acme acme",
        "aaaaaaaaaaaaaaaaaaaa",
        "qwertyuiop123",
    ] {
        assert_eq!(check(weak), Err(BadPassphrase::Weak), "{weak}");
    }
    assert_eq!(check("teal cord under the seventh lamp"), Ok(()));
    assert_eq!(check("xN2vOq9Yw0c7RkT1Zb4uGQmJ"), Ok(()));
    for bad in [
        BadPassphrase::Empty,
        BadPassphrase::TooShort,
        BadPassphrase::Weak,
    ] {
        assert!(bad.to_string().contains("openssl rand"), "{bad}");
    }
}

#[test]
fn contents_come_back_as_they_were_and_print_no_token() {
    let contents = contents(vec![taken("ada", "sample", "access-token")]);
    assert!(!format!("{contents:?}").contains("-token"));
    let read = Contents::decode(&contents.encode().expect("bytes")).expect("contents");
    let [connection] = &read.connections[..] else {
        panic!("{read:?}");
    };
    let credential = &connection.connection.credential;
    assert_eq!(credential.access.expose_secret(), "access-token");
    assert_eq!(connection.connection.account.id, "7");
    assert_eq!(
        connection.streams.as_deref(),
        Some(&["things".to_owned()][..])
    );
    assert_eq!(read.clients["sample"], "client");
    assert_eq!(read.owner(connection, None).org, "acme");
    assert_eq!(read.owner(connection, Some("other")).org, "other");
}

#[test]
fn contents_that_cannot_be_are_refused_whole() {
    let refused = |contents: &Contents| {
        let read = Contents::decode(&contents.encode().expect("bytes"));
        let error = read.expect_err("a refusal");
        assert!(!error.to_string().contains("-token"), "{error}");
        error
    };
    let ada = || taken("ada", "sample", "access-token");
    let said = |text: &str| ContentsError::Wrong(text.to_owned());
    let twice = contents(vec![ada(), ada()]);
    assert_eq!(refused(&twice), said("connection 2 is there twice"));
    for user in ["", "ada\n", " ada"] {
        let nobody = contents(vec![ada(), taken(user, "sample", "access-token")]);
        assert_eq!(
            refused(&nobody),
            said("connection 2 is of no user that can be")
        );
    }
    for access in ["", "two\r\nlines"] {
        let dead = contents(vec![taken("ada", "sample", access)]);
        assert_eq!(
            refused(&dead),
            said("connection 1 has no token that can be")
        );
    }
    for name in ["", "\u{1b}]0;owned\u{7}", "a b", &"a".repeat(65)] {
        let mut forged = contents(vec![ada()]);
        forged.by = name.to_owned();
        assert_eq!(
            refused(&forged),
            said("they are of no version that can be"),
            "{name}"
        );
        let forged = contents(vec![taken("ada", name, "access-token")]);
        let expected = "connection 1 is to no provider that can be";
        assert_eq!(refused(&forged), said(expected), "{name}");
    }
    let mut large = [ada(), ada(), ada()];
    large[0].connection.account.name = "a".repeat(5_000_000);
    large[1].connection.credential.access = "a".repeat(1_000_000).into();
    let ancestors = vec![large[2].connection.credential.id(); 100_000];
    large[2].connection.credential.ancestors = ancestors;
    for large in large {
        let large = contents(vec![large]);
        let expected = "connection 1 is larger than any can be";
        assert_eq!(refused(&large), said(expected));
    }
    let mut nowhere = contents(vec![ada()]);
    nowhere.org = "a\0b".to_owned();
    assert!(matches!(refused(&nowhere), ContentsError::Wrong(_)));

    let bytes = contents(vec![ada()]).encode().expect("bytes");
    let text = String::from_utf8(bytes.expose_secret().to_vec()).expect("text");
    for later in [
        text.replacen("\"format\":1", "\"format\":2", 1),
        text.replacen("\"account\":", "\"accounts\":", 1),
        "[]".to_owned(),
    ] {
        assert_ne!(later, text);
        let read = Contents::decode(&SecretSlice::from(later.into_bytes()));
        assert_eq!(read.expect_err("a refusal"), ContentsError::Unknown);
    }
}

proptest! {
    #[test]
    fn whatever_is_sealed_opens(plain in prop::collection::vec(any::<u8>(), 0..400)) {
        let file = sealed(&plain, "p");
        prop_assert_eq!(opened(&file, "p"), Ok(plain));
    }

    #[test]
    fn a_changed_byte_is_found(at in any::<prop::sample::Index>(), by in 1..=255_u8) {
        let mut file = sealed(b"some connections", "p");
        // But for its last line break, which is put back.
        let at = at.index(file.len() - 1);
        file[at] ^= by;
        prop_assert!(opened(&file, "p").is_err());
    }

    #[test]
    fn a_changed_byte_under_a_fitting_digest_opens_nothing_else(
        at in any::<prop::sample::Index>(), by in 1..=255_u8,
    ) {
        let file = sealed(b"some connections", "p");
        let mut changed = body(&file).to_vec();
        let at = at.index(changed.len());
        changed[at] ^= by;
        let read = opened(&with_digest(&changed), "p");
        // A line break more or less in the base64 is no change of what it says.
        let same = |text: &[u8]| text.iter().filter(|it| **it != b'\n').copied().collect::<Vec<_>>();
        if same(&changed) != same(body(&file)) {
            prop_assert!(read.is_err(), "{:?}", String::from_utf8_lossy(&changed));
        }
    }

    #[test]
    fn no_bytes_panic(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        prop_assert!(opened(&bytes, "p").is_err());
    }

    #[test]
    fn no_header_panics(header in "\\PC{0,120}", text in "[A-Za-z0-9+/=\n]{0,120}") {
        let file = with_digest(format!("patchbay export 1\n{header}\n{text}\n").as_bytes());
        prop_assert!(opened(&file, "p").is_err());
    }

    #[test]
    fn no_numbers_of_a_header_panic(memory in 0..1_000_u32, passes in 0..3_u32, lanes in 0..40_u32, salt in 0..40_usize) {
        let salt = "A".repeat(salt);
        let nonce = "A".repeat(32);
        let header = format!(
            r#"{{"kdf":"argon2id","memory_kib":{memory},"passes":{passes},"lanes":{lanes},"salt":"{salt}","cipher":"xchacha20poly1305","nonce":"{nonce}"}}"#
        );
        let file = with_digest(format!("patchbay export 1\n{header}\nAAAA\n").as_bytes());
        prop_assert!(opened(&file, "p").is_err());
    }

    #[test]
    fn no_contents_panic(bytes in prop::collection::vec(any::<u8>(), 0..300), text in "\\PC{0,300}") {
        for bytes in [bytes, text.into_bytes()] {
            prop_assert!(Contents::decode(&SecretSlice::from(bytes)).is_err());
        }
    }
}
