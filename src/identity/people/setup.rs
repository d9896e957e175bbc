//! The first run: nobody has an account, and whoever can read the log makes the first one.

use std::time::Duration;

use hmac::{Hmac, Mac as _};
use secrecy::{ExposeSecret, SecretString};
use sha2::Sha256;
use subtle::ConstantTimeEq;

use super::{AddError, Coming, NewPerson, People, Person};
use crate::activity::By;
use crate::patience;
use crate::peer::Peer;
use crate::store::{StoreError, keys};

/// The letters of a code: those that nobody takes for another, and none of which makes a word.
const LETTERS: &[u8; 32] = b"23456789ABCDEFGHJKLMNPQRSTUVWXYZ";
/// Letters of a code, 5 bits each: 130 bits.
const CODE_LETTERS: usize = 26;
/// Letters between two dashes.
const GROUP: usize = 7;
/// How long a set-up holds its lock.
const LOCK: Duration = Duration::from_secs(15);

/// The key that codes are made with. All replicas have the same, so that each prints the same code.
#[derive(Clone)]
pub struct SetupKey([u8; 32]);

impl SetupKey {
    /// A key of its own, derived from the one that signs cookies.
    pub fn derive(session_key: &[u8; 64]) -> Self {
        let mut key = [0; 32];
        key.copy_from_slice(&mac(session_key, b"patchbay first-run setup"));
        Self(key)
    }

    fn code(&self, salt: &[u8]) -> SecretString {
        let digest = mac(&self.0, salt);
        let letters = digest.iter().take(CODE_LETTERS);
        let letters: Vec<u8> = letters
            .map(|byte| LETTERS[usize::from(byte & 31)])
            .collect();
        let groups: Vec<String> = letters
            .chunks(GROUP)
            .map(|group| String::from_utf8_lossy(group).into_owned())
            .collect();
        SecretString::from(groups.join("-"))
    }
}

/// Why the first org is not made.
#[derive(Debug, thiserror::Error)]
pub enum SetupError {
    /// There is one already.
    #[error("this Patchbay is set up already")]
    Done,
    /// The code is another.
    #[error("this is not the code that stands in the log")]
    Code,
    /// Somebody else is at it.
    #[error("somebody else is setting this Patchbay up at this moment; look again in a while")]
    Busy,
    /// The account cannot be made.
    #[error(transparent)]
    Add(#[from] AddError),
}

impl From<StoreError> for SetupError {
    fn from(error: StoreError) -> Self {
        Self::Add(error.into())
    }
}

impl People {
    /// Whether there is an org, so that people can sign in.
    pub async fn is_set_up(&self) -> Result<bool, StoreError> {
        self.store.exists(&keys::orgs()).await
    }

    /// The code that the first account asks for; `None` once there is one. It stays the same over restarts and replicas.
    pub async fn setup_code(&self) -> Result<Option<SecretString>, StoreError> {
        if self.is_set_up().await? {
            return Ok(None);
        }
        let salt = self.entropy.token();
        self.store
            .set_new(&keys::setup(), salt.as_bytes(), None)
            .await?;
        self.code().await
    }

    async fn code(&self) -> Result<Option<SecretString>, StoreError> {
        let salt = self.store.get(&keys::setup()).await?;
        Ok(salt.map(|salt| self.setup.code(&salt)))
    }

    /// Makes the first org and its admin, for who knows the code.
    pub async fn set_up(
        &self,
        code: &str,
        admin: NewPerson,
        peer: &Peer,
    ) -> Result<Person, SetupError> {
        if self.is_set_up().await? {
            return Err(SetupError::Done);
        }
        let known = self.code().await?.ok_or(SetupError::Code)?;
        if !is_same(code, &known) {
            return Err(SetupError::Code);
        }
        let (this, peer) = (self.clone(), peer.clone());
        let work = async move { this.set_up_alone(admin, &peer).await };
        let done = patience::apart(work).await;
        done.unwrap_or_else(|| Err(StoreError::broken_off().into()))
    }

    async fn set_up_alone(&self, admin: NewPerson, peer: &Peer) -> Result<Person, SetupError> {
        let lock = self.store.acquire(keys::setup_lock(), LOCK).await?;
        let lock = lock.ok_or(SetupError::Busy)?;
        let made = self.first(admin, peer).await;
        // It ends by itself, where it cannot be given back.
        let _ = self.store.release(lock).await;
        made
    }

    async fn first(&self, admin: NewPerson, peer: &Peer) -> Result<Person, SetupError> {
        if self.is_set_up().await? {
            return Err(SetupError::Done);
        }
        let by = By::user(&admin.owner.user, peer.clone());
        let email = admin.owner.user.clone();
        match self.add(admin, &by, Coming::First).await {
            Ok(person) => {
                self.store.delete(&keys::setup()).await?;
                Ok(person)
            }
            Err(AddError::Exists) => Err(self.finish_another(&email).await?),
            Err(error) => Err(error.into()),
        }
    }

    /// Before, an account was made and the store went away before its org was on the list of all: that set-up is
    /// finished instead of another.
    async fn finish_another(&self, email: &str) -> Result<SetupError, StoreError> {
        if let Some(person) = self.find(email).await? {
            self.enlist(&person).await?;
            self.store.delete(&keys::setup()).await?;
        }
        Ok(SetupError::Done)
    }
}

/// As people type it: in any case, with or without dashes.
fn is_same(typed: &str, code: &SecretString) -> bool {
    let letters = |text: &str| -> Vec<u8> {
        let plain = text.bytes().filter(u8::is_ascii_alphanumeric);
        plain.map(|letter| letter.to_ascii_uppercase()).collect()
    };
    letters(typed).ct_eq(&letters(code.expose_secret())).into()
}

fn mac(key: &[u8], text: &[u8]) -> [u8; 32] {
    // A key of any length will do.
    match Hmac::<Sha256>::new_from_slice(key) {
        Ok(mut mac) => {
            mac.update(text);
            mac.finalize().into_bytes().into()
        }
        Err(_) => [0; 32],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_known_however_it_is_typed() {
        let key = SetupKey::derive(&[7; 64]);
        let code = key.code(b"salt");
        let text = code.expose_secret();
        assert_eq!(text.len(), CODE_LETTERS + 3);
        for typed in [
            text.to_owned(),
            text.to_lowercase(),
            text.replace('-', ""),
            format!(" {} ", text.replace('-', " ")),
        ] {
            assert!(is_same(&typed, &code), "{typed}");
        }
        for typed in ["", "-", &text[1..], &format!("{text}A")] {
            assert!(!is_same(typed, &code), "{typed}");
        }
    }

    #[test]
    fn a_code_is_of_its_key_and_salt() {
        let (one, other) = (SetupKey::derive(&[7; 64]), SetupKey::derive(&[8; 64]));
        let text = |key: &SetupKey, salt: &[u8]| key.code(salt).expose_secret().to_owned();
        assert_eq!(text(&one, b"a"), text(&one, b"a"));
        assert_ne!(text(&one, b"a"), text(&one, b"b"));
        assert_ne!(text(&one, b"a"), text(&other, b"a"));
    }
}
