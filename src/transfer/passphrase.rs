//! The passphrase of a file, and the key that comes of it.
//!
//! Whoever has a file may try passphrases on it for as long as they like, so a passphrase must be stronger than a
//! password of an account, where a few tries a minute are let through.

use argon2::{Algorithm, Argon2, Params, Version};
use secrecy::{ExposeSecret, SecretBox, SecretString};
use serde::{Deserialize, Serialize};

/// Shortest passphrase, in characters.
const SHORTEST: usize = 12;
/// Longest one.
const LONGEST: usize = 1024;
/// The judge takes longer the longer a text is; what comes after so many characters can only add to it.
const JUDGED: usize = 72;
/// How hard it must be to guess: 10^10 tries, says the judge, and each of ours takes a core more than a tenth of a second.
const STRONG: zxcvbn::Score = zxcvbn::Score::Four;

/// Bytes of a key.
pub(super) const KEY_BYTES: usize = 32;
/// Bytes of a salt.
pub(super) const SALT_BYTES: usize = 16;

/// Why a passphrase will not do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadPassphrase {
    /// There is none.
    #[error("the passphrase is empty; {ADVICE}")]
    Empty,
    /// Too few characters.
    #[error("the passphrase is shorter than {SHORTEST} characters; {ADVICE}")]
    TooShort,
    /// Too many.
    #[error("the passphrase is longer than {LONGEST} characters")]
    TooLong,
    /// Somebody who has the file would find it.
    #[error("the passphrase is too easy to guess for somebody who has the file; {ADVICE}")]
    Weak,
}

/// What is possible.
const ADVICE: &str = "take six words that do not belong together, or what 'openssl rand -base64 24' prints, and keep it apart from the file";

/// What makes a key of a passphrase, as it stands in a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Cost {
    /// Memory in KiB.
    pub(super) memory_kib: u32,
    /// Passes over it.
    pub(super) passes: u32,
    /// Lanes.
    pub(super) lanes: u32,
}

impl Cost {
    /// The second choice of RFC 9106 (section 4), for where not every machine has 2 GiB to spare: 64 MiB, three passes,
    /// four lanes.
    pub(super) const OURS: Self = Self {
        memory_kib: 64 * 1024,
        passes: 3,
        lanes: 4,
    };

    /// Whether a file may ask for it: nobody knows who wrote it before its key is made. Room for dearer files of later
    /// versions, at four times the memory and five times the passes of ours.
    pub(super) fn is_bearable(self) -> bool {
        let Self {
            memory_kib,
            passes,
            lanes,
        } = self;
        (1..=256 * 1024).contains(&memory_kib)
            && (1..=16).contains(&passes)
            && (1..=64).contains(&lanes)
    }
}

/// Whether somebody may seal a file with it. `about` is what others know of the file, such as the org's name.
///
/// # Errors
///
/// What is wrong with it, and what is possible.
pub fn check(passphrase: &SecretString, about: &[&str]) -> Result<(), BadPassphrase> {
    let text = passphrase.expose_secret();
    match text.chars().count() {
        0 => return Err(BadPassphrase::Empty),
        n if n < SHORTEST => return Err(BadPassphrase::TooShort),
        n if n > LONGEST => return Err(BadPassphrase::TooLong),
        _ => {}
    }
    let beginning: String = text.chars().take(JUDGED).collect();
    let mut words = vec!["patchbay"];
    words.extend(about);
    match zxcvbn::zxcvbn(&beginning, &words).score() {
        score if score >= STRONG => Ok(()),
        _ => Err(BadPassphrase::Weak),
    }
}

/// The key of a file by Argon2id; `None` for a cost that makes no sense. It takes a core more than a tenth of a second.
pub(super) fn key(
    passphrase: &SecretString,
    salt: &[u8],
    cost: Cost,
) -> Option<SecretBox<[u8; KEY_BYTES]>> {
    let params = Params::new(cost.memory_kib, cost.passes, cost.lanes, Some(KEY_BYTES)).ok()?;
    let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    let mut key = Box::new([0; KEY_BYTES]);
    let text = passphrase.expose_secret().as_bytes();
    argon2.hash_password_into(text, salt, &mut key[..]).ok()?;
    Some(SecretBox::new(key))
}
