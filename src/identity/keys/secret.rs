//! The text of an API key: `pb_`, then 256 random bits and a checksum of 32 bits in Base58Check.
//!
//! The prefix lets scanners find a key that leaked, the checksum tells a mistyped one without asking the store, and the
//! alphabet has nothing that a double click or a line break would part.

use secrecy::{ExposeSecret, SecretString};

use crate::clock::Entropy;
use crate::digest::digest;

const PREFIX: &str = "pb_";
/// Longest text that is looked at; a key has 52 characters at most.
const LONGEST: usize = 64;
const BYTES: usize = 32;
/// Characters by which people tell keys apart, the prefix included.
const SHOWN: usize = 9;

/// An API key, as its owner has it. Only its hash is kept.
pub struct SecretKey(SecretString);

impl SecretKey {
    /// A new one.
    pub fn new(entropy: &Entropy) -> Self {
        let random: [u8; BYTES] = entropy.bytes();
        let text = bs58::encode(random).with_check().into_string();
        Self(SecretString::from(format!("{PREFIX}{text}")))
    }

    /// A key that somebody sent; `None` for what cannot be one.
    pub fn parse(text: &str) -> Option<Self> {
        let encoded = text
            .strip_prefix(PREFIX)
            .filter(|_| text.len() <= LONGEST)?;
        let decoded = bs58::decode(encoded).with_check(None).into_vec().ok()?;
        (decoded.len() == BYTES).then(|| Self(SecretString::from(text)))
    }

    /// The key itself, to be shown once.
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }

    /// What it is known by here.
    pub fn hash(&self) -> String {
        digest(self.expose())
    }

    /// Its beginning, by which people tell keys apart.
    pub fn beginning(&self) -> String {
        self.expose().chars().take(SHOWN).collect()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_key_is_known_again_and_no_two_are_alike() {
        let entropy = Entropy::system();
        let (one, other) = (SecretKey::new(&entropy), SecretKey::new(&entropy));
        assert_ne!(one.expose(), other.expose());
        assert!(one.expose().starts_with(PREFIX) && one.expose().len() <= LONGEST);
        let read = SecretKey::parse(one.expose()).expect("a key");
        assert_eq!(read.hash(), one.hash());
        assert_ne!(read.hash(), other.hash());
        assert!(one.expose().starts_with(&one.beginning()));
    }

    #[test]
    fn what_is_no_key_is_told_by_its_looks() {
        let key = SecretKey::new(&Entropy::system()).expose().to_owned();
        let longer = format!("{key}1");
        let short = bs58::encode([7_u8; 16]).with_check().into_string();
        let short = format!("{PREFIX}{short}");
        let other = key.replacen("pb_", "pk_", 1);
        let long = "pb_".to_owned() + &"1".repeat(10_000);
        for text in [
            "",
            "pb_",
            "pb_anything",
            &longer,
            &short,
            &other,
            &long,
            &key[1..],
        ] {
            assert!(SecretKey::parse(text).is_none(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn one_wrong_character_is_noticed(at in 3_usize..50, wrong in "[1-9A-Za-z]") {
            let key = SecretKey::new(&Entropy::fixed(9)).expose().to_owned();
            prop_assume!(at < key.len() && key[at..=at] != wrong);
            let mut mistyped = key;
            mistyped.replace_range(at..=at, &wrong);
            prop_assert!(SecretKey::parse(&mistyped).is_none());
        }

        #[test]
        fn nothing_that_is_sent_panics(text in ".{0,80}") {
            let _ = SecretKey::parse(&text);
        }
    }
}
