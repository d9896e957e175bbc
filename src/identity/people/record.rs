//! What is kept of a person.

use jiff::Timestamp;
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};

use super::Hash;
use crate::identity::Role;
use crate::owner::Owner;

/// The form that is written now.
const FORMAT: u8 = 1;

/// Somebody who has an account. Its `Debug` shows no hash.
#[derive(Clone, Debug)]
pub struct Person {
    /// Their org and their id, which is their email in lower case.
    pub owner: Owner,
    /// What they may do in their org.
    pub role: Role,
    /// What their password is checked against: Argon2id in the PHC string format. `None` where they cannot sign in by one.
    pub(super) hash: Option<SecretString>,
    /// Who they are at the identity provider, once they have signed in there.
    pub subject: Option<Subject>,
    /// When the account was made.
    pub created_at: Timestamp,
    /// Sessions that began before that are over.
    pub sessions_from: Timestamp,
    /// API keys that were made before that are over; `None` where all count.
    pub keys_from: Option<Timestamp>,
    /// When they were removed from their org.
    pub removed_at: Option<Timestamp>,
    /// Other orgs that they were removed from.
    pub(super) left: Vec<String>,
    /// The version of the record; 0 where nothing is written yet.
    pub(super) version: u64,
}

/// Who somebody is at an identity provider. An email may be given to somebody else there, this may not.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Subject {
    /// The `iss` of the provider.
    pub issuer: String,
    /// The `sub` of the person.
    pub id: String,
}

impl Person {
    /// Whether they are a member of their org.
    pub fn is_member(&self) -> bool {
        self.removed_at.is_none()
    }

    /// The orgs that they have left when they begin anew in one.
    pub(super) fn left_for(&self, org: &str) -> Vec<String> {
        let mut left = self.left.clone();
        left.push(self.owner.org.clone());
        left.retain(|left| left != org);
        left.sort_unstable();
        left.dedup();
        left
    }

    /// Whether this is the hash of their password. Each has a salt of its own, so that no other account has the same.
    pub fn has_hash(&self, hash: &Hash) -> bool {
        let own = self.hash.as_ref().map(|own| own.expose_secret());
        own == Some(hash.0.expose_secret())
    }

    /// Whether they can sign in by a password.
    pub fn has_password(&self) -> bool {
        self.hash.is_some()
    }
}

#[derive(Serialize, Deserialize)]
struct Written {
    format: u8,
    owner: Owner,
    role: String,
    hash: Option<String>,
    subject: Option<Subject>,
    created_at: Timestamp,
    sessions_from: Timestamp,
    #[serde(default)]
    keys_from: Option<Timestamp>,
    removed_at: Option<Timestamp>,
    #[serde(default)]
    left: Vec<String>,
}

pub(super) fn encode(person: &Person) -> Vec<u8> {
    let hash = person.hash.as_ref();
    let written = Written {
        format: FORMAT,
        owner: person.owner.clone(),
        role: person.role.name().to_owned(),
        hash: hash.map(|hash| hash.expose_secret().to_owned()),
        subject: person.subject.clone(),
        created_at: person.created_at,
        sessions_from: person.sessions_from,
        keys_from: person.keys_from,
        removed_at: person.removed_at,
        left: person.left.clone(),
    };
    serde_json::to_vec(&written).unwrap_or_default()
}

/// `None` for a record of a newer version, which lets nobody in.
pub(super) fn decode(user: &str, bytes: &[u8], version: u64) -> Option<Person> {
    let written: Written = serde_json::from_slice(bytes).ok()?;
    let known = written.format == FORMAT && written.owner.user == user;
    known.then_some(())?;
    Some(Person {
        role: Role::named(&written.role)?,
        owner: written.owner,
        hash: written.hash.map(SecretString::from),
        subject: written.subject,
        created_at: written.created_at,
        sessions_from: written.sessions_from,
        keys_from: written.keys_from,
        removed_at: written.removed_at,
        left: written.left,
        version,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn person() -> Person {
        let at = |seconds| Timestamp::from_second(seconds).expect("a time");
        Person {
            owner: Owner {
                org: "acme".to_owned(),
                user: "ada@example.com".to_owned(),
            },
            role: Role::Admin,
            hash: Some(SecretString::from("$argon2id$x")),
            subject: Some(Subject {
                issuer: "https://id.example.com".to_owned(),
                id: "1".to_owned(),
            }),
            created_at: at(1),
            sessions_from: at(3),
            keys_from: Some(at(3)),
            removed_at: Some(at(4)),
            left: vec!["other".to_owned()],
            version: 5,
        }
    }

    #[test]
    fn a_record_is_read_as_it_was_written() {
        let person = person();
        let read = decode("ada@example.com", &encode(&person), 5).expect("a person");
        assert_eq!(encode(&read), encode(&person));
        assert_eq!((read.version, read.role), (5, Role::Admin));
        assert_eq!(read.hash.map(|it| it.expose_secret().len()), Some(11));
    }

    #[test]
    fn what_is_not_understood_is_nobody() {
        let text = String::from_utf8(encode(&person())).expect("text");
        for (from, to) in [
            ("\"format\":1", "\"format\":2"),
            ("\"admin\"", "\"owner\""),
            ("{", ""),
        ] {
            let changed = text.replacen(from, to, 1);
            assert!(decode("ada@example.com", changed.as_bytes(), 1).is_none());
        }
        assert!(decode("bob@example.com", text.as_bytes(), 1).is_none());
    }

    #[test]
    fn no_hash_is_printed() {
        assert!(!format!("{:?}", person()).contains("argon2id"));
    }
}
