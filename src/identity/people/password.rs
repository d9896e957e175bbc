//! Hashes of passwords: Argon2id, made off the async threads, a few at once.

use std::sync::Arc;
use std::time::Duration;

use argon2::password_hash::{PasswordHash, PasswordHasher as _, PasswordVerifier as _, SaltString};
use argon2::{Algorithm, Argon2, Params, Version};
use secrecy::{ExposeSecret, SecretString};
use tokio::sync::Semaphore;

use crate::clock::Entropy;

/// Memory of a hash in KiB, its passes and its lanes: the first choice of the OWASP Password Storage Cheat Sheet that a
/// small machine can carry, 19 MiB, two passes, one lane.
const COST: (u32, u32, u32) = (19 * 1024, 2, 1);
/// Bytes of a salt and of a hash.
const SALT_BYTES: usize = 16;
const HASH_BYTES: usize = 32;
/// Hashes that are made at once. Each takes its memory, and one core whole.
const AT_ONCE: usize = 2;
/// How long somebody waits for their turn.
const TURN: Duration = Duration::from_secs(5);

/// Makes and checks hashes. Cheap to clone; all clones share their turns.
#[derive(Clone)]
pub struct Passwords {
    entropy: Entropy,
    turns: Arc<Semaphore>,
    /// What is checked where there is no such person, so that it takes the same time.
    nobody: Arc<str>,
}

/// Nobody's turn came in time, or the hash could not be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("too many passwords are being checked at once")]
pub struct Busy;

/// What came of a check.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Checked {
    /// It is the password.
    Right,
    /// It is, and its hash was made at another cost than today's: it should be made anew.
    RightButOld,
    /// It is not, or there is none.
    Wrong,
}

impl Passwords {
    /// Hashes whose salts come from `entropy`.
    pub fn new(entropy: Entropy) -> Self {
        let salt = entropy.bytes::<SALT_BYTES>();
        let hash = hash(&entropy.token(), &salt);
        Self {
            entropy,
            turns: Arc::new(Semaphore::new(AT_ONCE)),
            nobody: hash.unwrap_or_default().into(),
        }
    }

    /// The hash of a password, in the PHC string format.
    pub async fn hash(&self, password: &SecretString) -> Result<SecretString, Busy> {
        let (salt, password) = (self.entropy.bytes::<SALT_BYTES>(), password.clone());
        let made = self.turn(move || hash(password.expose_secret(), &salt));
        made.await?.map(SecretString::from).ok_or(Busy)
    }

    /// Whether it is the password behind a hash. Without one it takes the same time, and is wrong.
    pub async fn check(
        &self,
        password: &SecretString,
        known: Option<&SecretString>,
    ) -> Result<Checked, Busy> {
        let is_known = known.is_some();
        let password = password.clone();
        let known = known.map_or_else(|| SecretString::from(&*self.nobody), SecretString::clone);
        let checked = self.turn(move || check(password.expose_secret(), known.expose_secret()));
        Ok(match checked.await? {
            checked if is_known => checked,
            _ => Checked::Wrong,
        })
    }

    async fn turn<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Busy> {
        let turn = tokio::time::timeout(TURN, Arc::clone(&self.turns).acquire_owned()).await;
        let turn = turn.map_err(|_| Busy)?.map_err(|_| Busy)?;
        let work = tokio::task::spawn_blocking(move || {
            // Held until the work is done, also where who waited for it has gone.
            let _turn = turn;
            work()
        });
        work.await.map_err(|_| Busy)
    }
}

fn argon2() -> Option<Argon2<'static>> {
    let (memory, passes, lanes) = COST;
    let params = Params::new(memory, passes, lanes, Some(HASH_BYTES)).ok()?;
    Some(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

fn hash(password: &str, salt: &[u8]) -> Option<String> {
    let salt = SaltString::encode_b64(salt).ok()?;
    let hash = argon2()?.hash_password(password.as_bytes(), &salt).ok()?;
    Some(hash.to_string())
}

/// Compares in constant time.
fn check(password: &str, known: &str) -> Checked {
    let Ok(known) = PasswordHash::new(known) else {
        return Checked::Wrong;
    };
    // The cost is the one that stands in the hash.
    if Argon2::default()
        .verify_password(password.as_bytes(), &known)
        .is_err()
    {
        return Checked::Wrong;
    }
    match is_of_today(&known) {
        true => Checked::Right,
        false => Checked::RightButOld,
    }
}

fn is_of_today(known: &PasswordHash<'_>) -> bool {
    let (memory, passes, lanes) = COST;
    let params = Params::try_from(known);
    known.algorithm == Algorithm::Argon2id.ident()
        && params.is_ok_and(|params| {
            (params.m_cost(), params.t_cost(), params.p_cost()) == (memory, passes, lanes)
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secret(text: &str) -> SecretString {
        SecretString::from(text)
    }

    #[tokio::test]
    async fn a_password_opens_its_own_hash_alone() {
        let passwords = Passwords::new(Entropy::system());
        let hash = passwords.hash(&secret("teal cord")).await.expect("a hash");
        let again = passwords.hash(&secret("teal cord")).await.expect("a hash");
        assert!(
            hash.expose_secret()
                .starts_with("$argon2id$v=19$m=19456,t=2,p=1$")
        );
        assert_ne!(hash.expose_secret(), again.expose_secret());
        for (typed, known, checked) in [
            ("teal cord", Some(&hash), Checked::Right),
            ("teal cord", Some(&again), Checked::Right),
            ("Teal cord", Some(&hash), Checked::Wrong),
            ("teal cord ", Some(&hash), Checked::Wrong),
            ("", Some(&hash), Checked::Wrong),
            ("teal cord", None, Checked::Wrong),
            ("teal cord", Some(&secret("")), Checked::Wrong),
            (
                "teal cord",
                Some(&secret("$argon2id$v=19$m=8")),
                Checked::Wrong,
            ),
        ] {
            assert_eq!(
                passwords.check(&secret(typed), known).await,
                Ok(checked),
                "{typed:?}"
            );
        }
    }

    #[tokio::test]
    async fn a_hash_of_another_cost_still_opens_and_says_so() {
        let params = Params::new(8 * 1024, 1, 1, None).expect("a cost");
        let cheap = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
        let salt = SaltString::encode_b64(&[7; SALT_BYTES]).expect("a salt");
        let hash = cheap.hash_password(b"teal cord", &salt).expect("a hash");
        let passwords = Passwords::new(Entropy::system());
        let (typed, hash) = (secret("teal cord"), secret(&hash.to_string()));
        let checked = passwords.check(&typed, Some(&hash)).await;
        assert_eq!(checked, Ok(Checked::RightButOld));
    }

    #[tokio::test]
    async fn what_nobody_has_is_hashed_as_well() {
        let passwords = Passwords::new(Entropy::system());
        assert!(PasswordHash::new(&passwords.nobody).is_ok_and(|hash| is_of_today(&hash)));
    }
}
