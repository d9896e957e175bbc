//! What is known of a provider without asking it, as data. Cards, routes, settings, limits and the load form
//! follow from it.

use std::time::Duration;

use crate::outbound::oauth::{BodyEncoding, ClientAuth};
use crate::outbound::{Rate, RateHeaders, Reading, Target};

/// All that is known of a provider without asking it.
pub struct Profile {
    /// Its id, as in routes and keys: lower-case letters.
    pub id: &'static str,
    /// Its name, as people know it.
    pub name: &'static str,
    /// How it does OAuth.
    pub oauth: OAuth,
    /// How its API is called.
    pub api: Endpoint,
    /// The permissions that Patchbay asks for; none, where people choose in another way what is read.
    pub scopes: &'static [Scope],
    /// What people choose at the provider beside permissions, as a sentence for its card.
    pub choice: Option<&'static str>,
    /// The kinds of object that a load brings, in the order in which pages show them.
    pub streams: &'static [Stream],
    /// Why a load may bring nothing although there is something, and what to do; a few sentences.
    pub when_empty: &'static str,
    /// What its documentation allows; it is just kept under.
    pub limits: Limits,
    /// What its answers mean beyond their status.
    pub reading: Reading,
    /// Where a person sees and ends connected apps at the provider.
    pub apps_url: &'static str,
    /// Where an operator registers an app.
    pub developer_url: &'static str,
}

/// How a provider does OAuth 2.0.
pub struct OAuth {
    /// Where people are sent to.
    pub auth_url: &'static str,
    /// The token endpoint.
    pub token_url: &'static str,
    /// The revocation endpoint.
    pub revoke_url: Option<&'static str>,
    /// Whether it knows PKCE with S256.
    pub pkce: bool,
    /// How the client proves itself.
    pub client_auth: ClientAuth,
    /// Whether it knows clients without a secret.
    pub secret_optional: bool,
    /// How bodies are written for the token endpoint.
    pub body: BodyEncoding,
    /// Fixed headers at the token endpoint.
    pub headers: &'static [(&'static str, &'static str)],
    /// Fixed parameters of the authorize address.
    pub authorize_params: &'static [(&'static str, &'static str)],
    /// What its callbacks say as `iss`, where it sends one (RFC 9207).
    pub issuer: Option<&'static str>,
    /// How long its tokens live.
    pub tokens: TokenLife,
}

/// How long a provider's tokens live, beyond what its token answers say.
pub struct TokenLife {
    /// Whether token answers name the access token's life. Where they do not, or one of them does not, it is
    /// good until an answer of the API says otherwise.
    pub expires: bool,
    /// After how long without a refresh the grant is gone.
    pub dies_unused_after: Option<Duration>,
}

/// How a provider's API is called.
pub struct Endpoint {
    /// Its address: a host without a path.
    pub url: &'static str,
    /// Fixed headers of every call, such as the API's version.
    pub headers: &'static [(&'static str, &'static str)],
}

/// A permission.
pub struct Scope {
    /// As the provider names it.
    pub id: &'static str,
    /// What it lets Patchbay do, in plain words: 'Read contacts'.
    pub words: &'static str,
    /// Whether nothing is amiss without it.
    pub optional: bool,
}

/// A kind of object of a provider.
pub struct Stream {
    /// Its id within the provider: lower-case letters and underscores.
    pub id: &'static str,
    /// For people: 'Contacts'.
    pub title: &'static str,
    /// The types of its items: 'Contact'.
    pub kinds: &'static [Kind],
    /// The permissions it needs; without one of them it is skipped, and the report says so.
    pub scopes: &'static [&'static str],
    /// The stream whose fetches lead to this one's; none, where it has a first fetch of its own.
    pub source: Option<&'static str>,
    /// Whether a load brings it unless the person chooses otherwise.
    pub by_default: bool,
    /// What to know before choosing it, as a sentence.
    pub hint: Option<&'static str>,
}

/// A type of items.
pub struct Kind {
    /// As it stands in items: 'Contact'.
    pub id: &'static str,
    /// Several of them, for people: 'Contacts'.
    pub title: &'static str,
}

/// How many requests a provider takes, by the units that it counts in, as it documents them: the margin is added to all
/// of them alike ([`Rate::just_under`]).
pub struct Limits {
    /// Of one account.
    pub account: Rate,
    /// Of each of the other units of a kind: narrower ones, such as every base, which count in the account's too, and
    /// what an account has beside it, such as searches. A request says which.
    pub others: &'static [(&'static str, Rate)],
    /// Where answers tell the account's limit, which may be another than documented, and what is left of it.
    pub announced_by: Option<RateHeaders>,
}

/// How a provider's API is reached, as the operator configured it.
#[derive(Clone, Debug)]
pub struct Api {
    /// Its address.
    pub base: url::Url,
    /// What we allow ourselves there.
    pub pace: Pace,
}

/// What we allow ourselves at a provider.
#[derive(Clone, Copy, Debug)]
pub enum Pace {
    /// What its profile says, followed by what its answers say.
    Documented,
    /// So much of each account, and what the profile says of other units.
    Account(Rate),
    /// Anything.
    Unlimited,
}

impl Profile {
    /// The stream with this id.
    pub fn stream(&self, id: &str) -> Option<&'static Stream> {
        self.streams.iter().find(|stream| stream.id == id)
    }

    /// A permission in plain words, where the profile has them.
    pub fn words_of<'a>(&self, scope: &'a str) -> &'a str {
        let known = self.scopes.iter().find(|known| known.id == scope);
        known.map_or(scope, |known| known.words)
    }

    /// Whether something is amiss where a permission was not granted. One that the operator chose to ask for
    /// is as good as needed.
    pub fn needs(&self, scope: &str) -> bool {
        let known = self.scopes.iter().find(|known| known.id == scope);
        known.is_none_or(|known| !known.optional)
    }

    /// All types of items, in the order of their streams.
    pub fn kinds(&self) -> impl Iterator<Item = &'static Kind> {
        self.streams.iter().flat_map(|stream| stream.kinds)
    }
}

impl Stream {
    /// The first permission that it needs and that is not among `granted`.
    pub fn lacks(&self, granted: &[String]) -> Option<&'static str> {
        let has = |scope: &str| granted.iter().any(|granted| granted == scope);
        self.scopes.iter().copied().find(|scope| !has(scope))
    }
}

impl Api {
    /// What calls that count for `unit` are directed to.
    pub fn target(&self, profile: &Profile, unit: &str) -> Target {
        let limits = &profile.limits;
        let limited = !matches!(self.pace, Pace::Unlimited);
        let documented = |rate: Rate| limited.then(|| rate.just_under());
        let (rate, announced_by) = match self.pace {
            Pace::Documented => (documented(limits.account), limits.announced_by),
            Pace::Account(rate) => (documented(rate), None),
            Pace::Unlimited => (None, None),
        };
        let others = limits.others.iter();
        Target {
            base: self.base.clone(),
            headers: profile.api.headers,
            provider: profile.id,
            unit: unit.to_owned(),
            rate,
            others: others
                .map(|(kind, rate)| (*kind, documented(*rate)))
                .collect(),
            announced_by,
            reading: profile.reading,
        }
    }
}
