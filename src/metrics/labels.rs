//! Labels have closed sets of values.

/// What stands for a value that is not known.
pub(super) const OTHER: &str = "other";
/// Who is asked when people sign in by single sign-on.
pub(super) const ISSUER: &str = "issuer";

/// Methods that are told apart, as the semantic conventions of OpenTelemetry do.
const METHODS: [&str; 7] = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];

/// A request's method where it is a usual one; anybody can send any other.
pub fn method(method: &str) -> &'static str {
    let known = METHODS.into_iter().find(|known| *known == method);
    known.unwrap_or("_OTHER")
}

/// A status by its class, with 'too many requests' apart; `none` where there is no answer.
pub(super) fn class(status: Option<u16>) -> &'static str {
    match status {
        None => "none",
        Some(429) => "429",
        Some(100..=199) => "1xx",
        Some(200..=299) => "2xx",
        Some(300..=399) => "3xx",
        Some(400..=499) => "4xx",
        Some(500..=599) => "5xx",
        Some(_) => OTHER,
    }
}

/// The providers and their streams that there are.
pub(super) struct Known(Vec<(&'static str, Vec<&'static str>)>);

impl Known {
    pub(super) fn new(providers: Vec<(&'static str, Vec<&'static str>)>) -> Self {
        Self(providers)
    }

    pub(super) fn provider(&self, id: &str) -> &'static str {
        if id == ISSUER {
            return ISSUER;
        }
        let mut ids = self.0.iter().map(|(known, _)| *known);
        ids.find(|known| *known == id).unwrap_or(OTHER)
    }

    pub(super) fn all(&self) -> impl Iterator<Item = &'static str> {
        self.0.iter().map(|(id, _)| *id)
    }

    pub(super) fn stream(&self, provider: &str, id: &str) -> &'static str {
        let provider = self.0.iter().find(|(known, _)| *known == provider);
        let mut ids = provider.into_iter().flat_map(|(_, streams)| streams);
        ids.find(|known| **known == id).copied().unwrap_or(OTHER)
    }
}

/// A closed set of words that stand in a label.
macro_rules! words {
    ($(#[$about:meta])* $set:ident: $($(#[$doc:meta])* $word:ident = $name:literal;)*) => {
        $(#[$about])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum $set {
            $($(#[$doc])* $word,)*
        }

        impl $set {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$word,)*];

            /// The word.
            pub fn name(self) -> &'static str {
                match self {
                    $(Self::$word => $name,)*
                }
            }
        }
    };
}

words! {
    /// What of a provider is asked.
    Asked:
    /// Its API.
    Api = "api";
    /// Its token endpoint and what lies beside it.
    Oauth = "oauth";
    /// What it says of itself.
    Document = "document";
}

words! {
    /// What came of a sign-in.
    Admission:
    /// Somebody was let in.
    Done = "done";
    /// Nobody was.
    Refused = "refused";
}

words! {
    /// What came of an operation in Redis.
    RedisDid:
    /// Redis did it.
    Ok = "ok";
    /// No answer in time, or a server that cannot work now.
    Away = "away";
    /// Redis would not do it.
    Refused = "refused";
}

words! {
    /// What an open connection to Redis does.
    PoolState:
    /// An operation has it.
    InUse = "in_use";
    /// It waits for one.
    Idle = "idle";
}

words! {
    /// What became of a span.
    Spans:
    /// The collector has it.
    Sent = "sent";
    /// The collector did not take it.
    Failed = "failed";
    /// There was no room for it where spans wait to be sent.
    Dropped = "dropped";
}

words! {
    /// What came of a refresh.
    Refreshed:
    /// The provider granted fresh tokens, and they are stored.
    Renewed = "renewed";
    /// Another connection of the same grant had newer tokens.
    Adopted = "adopted";
    /// Somebody else had done it meanwhile.
    Unneeded = "unneeded";
    /// The provider failed, in a way that passes.
    Passing = "passing";
    /// Access was withdrawn.
    Withdrawn = "withdrawn";
    /// The renewed tokens were lost on their way here.
    Lost = "lost";
    /// The provider refuses even fresh tokens.
    Refused = "refused";
    /// There is nothing to renew the token with.
    Unrenewable = "unrenewable";
    /// The provider does not accept this Patchbay's client.
    Misconfigured = "misconfigured";
    /// There was no connection.
    Gone = "gone";
    /// The connection was ended while the provider granted.
    Orphaned = "orphaned";
    /// Another replica was at it for too long.
    Busy = "busy";
    /// A fault of our own: the store was away.
    Fault = "fault";
}

words! {
    /// How a load ended in a process.
    Ending:
    /// Everything came.
    Complete = "complete";
    /// Some of it came.
    Partial = "partial";
    /// Nothing came.
    Failed = "failed";
    /// Somebody ended it.
    Cancelled = "cancelled";
    /// This process stops; another one goes on with it.
    HandedOn = "handed_on";
    /// It was forgotten, or another process goes on with it.
    Lost = "lost";
    /// A fault of our own: the store was away for too long.
    Broken = "broken";
    /// It ended every process that took it up.
    GivenUp = "given_up";
}
