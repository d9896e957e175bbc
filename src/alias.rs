//! What orgs and people are called in the log and in traces: by a short hash, so that whoever reads a line does not learn
//! who it is about, and an operator who looks for somebody finds their lines (`patchbay user list` tells the hash).
//!
//! It is keyed by the session key, which all replicas share: without it nobody can try emails until one fits. Like the log
//! itself it is the whole process's.

use std::sync::OnceLock;

use hmac::{Hmac, Mac as _};
use sha2::Sha256;
use tracing::Span;

/// Bytes of a hash that are told. In one of 500 installations of a million people two share theirs.
const BYTES: usize = 6;
/// What the key is made for, so that it serves for nothing else.
const PURPOSE: &[u8] = b"patchbay: names in the log";

static NAMES: OnceLock<Names> = OnceLock::new();

/// Makes the names of one installation.
#[derive(Clone)]
pub struct Names(Hmac<Sha256>);

/// An org and a person as they are called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Alias {
    /// The org.
    pub org: String,
    /// The person of that org.
    pub user: String,
}

impl Names {
    /// Those of the installation with this session key.
    pub fn new(session_key: &[u8]) -> Option<Self> {
        let mut key = Hmac::<Sha256>::new_from_slice(session_key).ok()?;
        key.update(PURPOSE);
        let key = key.finalize().into_bytes();
        Some(Self(Hmac::new_from_slice(&key).ok()?))
    }

    /// What somebody is called.
    pub fn of(&self, org: &str, user: &str) -> Alias {
        Alias {
            org: self.hash(&["org", org]),
            user: self.hash(&["user", org, user]),
        }
    }

    /// No id holds a line break, so that nobody else has the same parts.
    fn hash(&self, parts: &[&str]) -> String {
        let mut mac = self.0.clone();
        mac.update(parts.join("\n").as_bytes());
        let bytes = mac.finalize().into_bytes();
        format!("{bytes:.digits$x}", digits = 2 * BYTES)
    }
}

/// From now on this process calls people so. The first call counts.
pub fn begin(names: Names) {
    let _ = NAMES.set(names);
}

/// Writes whom a span is about into its fields `org` and `user`, which it must have.
pub fn tell(span: &Span, org: &str, user: &str) {
    if span.is_disabled() {
        return;
    }
    if let Some(names) = NAMES.get() {
        let alias = names.of(org, user);
        span.record("org", &alias.org[..]);
        span.record("user", &alias.user[..]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_hold_in_all_replicas_and_later_versions_and_tell_nobody() {
        let names = Names::new(&[7; 64]).expect("names");
        let ada = names.of("acme", "ada@example.com");
        assert_eq!(
            ada,
            Names::new(&[7; 64])
                .expect("names")
                .of("acme", "ada@example.com")
        );
        let told = (&ada.org[..], &ada.user[..]);
        assert_eq!(told, ("e88a042dd6dd", "f90bc40ba544"));
        let elsewhere = names.of("other", "ada@example.com");
        assert_ne!((&ada.org, &ada.user), (&elsewhere.org, &elsewhere.user));
        let bob = names.of("acme", "bob@example.com");
        assert_eq!((ada.org == bob.org, ada.user == bob.user), (true, false));
        let other = Names::new(&[8; 64]).expect("names");
        assert_ne!(ada, other.of("acme", "ada@example.com"));
    }
}
