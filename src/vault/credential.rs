//! The tokens of a connection, and how a grant is known by them.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use sha2::{Digest as _, Sha256};

use crate::outbound::oauth::Grant;

/// Spent refresh tokens that a credential remembers by their digests.
const ANCESTORS: usize = 16;

/// The tokens. Prints without them.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Credential {
    /// The access token.
    #[serde(serialize_with = "expose", deserialize_with = "conceal")]
    pub access: SecretString,
    /// The refresh token, where the provider gives one.
    #[serde(serialize_with = "expose_some", deserialize_with = "conceal_some")]
    pub refresh: Option<SecretString>,
    /// When the access token was asked for.
    pub issued_at: Timestamp,
    /// When it dies; `None` where the provider names no expiry.
    pub expires_at: Option<Timestamp>,
    /// The tokens that were spent on the way here, newest first: by them a connection that was left behind
    /// finds the newer tokens of a grant that it shares.
    #[serde(default)]
    pub ancestors: Vec<GrantId>,
}

/// What a grant is known by: a digest of its refresh token, or of its access token where it has no other. It
/// changes when the token rotates, and tells nothing about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct GrantId(pub(super) u128);

impl GrantId {
    fn of(token: &SecretString) -> Self {
        let digest = Sha256::digest(token.expose_secret().as_bytes());
        let (half, _) = digest.split_at(16);
        Self(half.iter().fold(0, |id, byte| id << 8 | u128::from(*byte)))
    }
}

impl std::fmt::Display for GrantId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:032x}", self.0)
    }
}

impl From<GrantId> for String {
    fn from(id: GrantId) -> Self {
        id.to_string()
    }
}

impl TryFrom<String> for GrantId {
    type Error = std::num::ParseIntError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        u128::from_str_radix(&text, 16).map(Self)
    }
}

impl Credential {
    /// The tokens of a grant that was asked for at this moment, so that they are not thought to live longer than they do.
    pub fn from_grant(grant: &Grant, asked: Timestamp) -> Self {
        Self {
            access: grant.access.clone(),
            refresh: grant.refresh.clone(),
            issued_at: asked,
            expires_at: grant.expires_in.and_then(|life| after(asked, life)),
            ancestors: Vec::new(),
        }
    }

    /// The tokens that a refresh brought. Where the answer has no refresh token, the old one stays good.
    pub(super) fn renewed(&self, grant: &Grant, asked: Timestamp) -> Self {
        let mut fresh = Self::from_grant(grant, asked);
        fresh.refresh = fresh.refresh.or_else(|| self.refresh.clone());
        fresh.ancestors.clone_from(&self.ancestors);
        if fresh.id() != self.id() {
            fresh.ancestors.insert(0, self.id());
            fresh.ancestors.truncate(ANCESTORS);
        }
        fresh
    }

    /// Whether such tokens can have come of a token endpoint: what stands in a header is visible ASCII or space (RFC
    /// 6749 appendix A.12).
    pub fn is_plausible(&self) -> bool {
        let access = self.access.expose_secret();
        let refresh = self.refresh.as_ref().map(ExposeSecret::expose_secret);
        !access.is_empty()
            && access.bytes().all(|byte| matches!(byte, 0x20..=0x7E))
            && refresh.is_none_or(|token| !token.is_empty())
    }

    /// What the grant is known by.
    pub fn id(&self) -> GrantId {
        GrantId::of(self.refresh.as_ref().unwrap_or(&self.access))
    }

    /// What the grant is known by, and what it was known by before.
    pub(super) fn family(&self) -> impl Iterator<Item = GrantId> {
        std::iter::once(self.id()).chain(self.ancestors.iter().copied())
    }

    /// Whether these tokens came of those of `other`, or are the same.
    pub(super) fn descends_from(&self, other: GrantId) -> bool {
        self.id() == other || self.ancestors.contains(&other)
    }

    /// Whether these tokens are to take the place of those of `other`: they came of them, and are not the same
    /// or older ones. A refresh token that stays brings newer access tokens under the same id.
    pub(super) fn succeeds(&self, other: &Self) -> bool {
        let same = self.access.expose_secret() == other.access.expose_secret();
        let later = self.issued_at > other.issued_at && !same;
        (later || self.id() != other.id()) && self.descends_from(other.id())
    }

    /// Whether these tokens are those of `other`, or came of them.
    pub fn is_as_new_as(&self, other: &Self) -> bool {
        let same = self.access.expose_secret() == other.access.expose_secret();
        (same && self.id() == other.id()) || self.succeeds(other)
    }

    /// Whether the access token has not expired.
    pub fn is_alive(&self, now: Timestamp) -> bool {
        self.expires_at.is_none_or(|expiry| now < expiry)
    }

    /// The moment from which the token is to be refreshed: its expiry less `margin`, or less a tenth of its
    /// life if that is shorter. `None` where it has no expiry.
    pub fn refresh_at(&self, margin: Duration) -> Option<Timestamp> {
        let margin = SignedDuration::try_from(self.margin(margin)?).ok()?;
        self.expires_at?.checked_sub(margin).ok()
    }

    /// How long before its expiry the token is to be refreshed; `None` where it has no expiry.
    pub(super) fn margin(&self, margin: Duration) -> Option<Duration> {
        let life = self.issued_at.duration_until(self.expires_at?);
        Some(margin.min(life.unsigned_abs() / 10))
    }
}

/// `moment` and then `time`, as far as the calendar goes.
pub(super) fn after(moment: Timestamp, time: Duration) -> Option<Timestamp> {
    let time = SignedDuration::try_from(time).ok()?;
    moment.checked_add(time).ok()
}

fn expose<S: Serializer>(secret: &SecretString, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_str(secret.expose_secret())
}

fn conceal<'de, D: Deserializer<'de>>(from: D) -> Result<SecretString, D::Error> {
    String::deserialize(from).map(SecretString::from)
}

fn expose_some<S: Serializer>(secret: &Option<SecretString>, to: S) -> Result<S::Ok, S::Error> {
    secret
        .as_ref()
        .map(ExposeSecret::expose_secret)
        .serialize(to)
}

fn conceal_some<'de, D: Deserializer<'de>>(from: D) -> Result<Option<SecretString>, D::Error> {
    Ok(Option::<String>::deserialize(from)?.map(SecretString::from))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn credential(refresh: &str, life: i64) -> Credential {
        Credential {
            access: "access-token".into(),
            refresh: Some(refresh.into()),
            issued_at: Timestamp::UNIX_EPOCH,
            expires_at: Timestamp::from_second(life).ok(),
            ancestors: Vec::new(),
        }
    }

    fn grant(refresh: Option<&str>) -> Grant {
        Grant {
            access: "next-access".into(),
            refresh: refresh.map(SecretString::from),
            expires_in: None,
            scopes: None,
            extra: serde_json::Map::new(),
        }
    }

    #[test]
    fn the_margin_is_at_most_a_tenth_of_the_life() {
        let margin = Duration::from_secs(300);
        let at = |life| {
            credential("r", life)
                .refresh_at(margin)
                .map(Timestamp::as_second)
        };
        assert_eq!(at(36_000), Some(36_000 - 300));
        assert_eq!(at(1_800), Some(1_800 - 180));
        assert_eq!(at(10), Some(9));
        let endless = Credential {
            expires_at: None,
            ..credential("r", 1)
        };
        assert_eq!(endless.refresh_at(margin), None);
    }

    #[test]
    fn rotated_tokens_know_where_they_come_from() {
        let first = credential("refresh-0", 10);
        let mut last = first.clone();
        for n in 1..=ANCESTORS {
            let refresh = format!("refresh-{n}");
            last = last.renewed(&grant(Some(&refresh)), Timestamp::UNIX_EPOCH);
        }
        assert!(last.descends_from(first.id()));
        last = last.renewed(&grant(Some("one more")), Timestamp::UNIX_EPOCH);
        assert_eq!(last.ancestors.len(), ANCESTORS);
        assert!(!last.descends_from(first.id()));
        assert!(!first.descends_from(last.id()));
    }

    #[test]
    fn a_refresh_token_that_stays_is_the_same_grant() {
        let first = credential("refresh-0", 10);
        for grant in [grant(None), grant(Some("refresh-0"))] {
            let next = first.renewed(&grant, Timestamp::UNIX_EPOCH);
            assert_eq!(next.id(), first.id());
            assert!(next.ancestors.is_empty());
        }
    }
}
