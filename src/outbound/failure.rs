//! Why a call brought nothing.

use std::time::Duration;

use serde_json::{Map, Value};

use super::NoAnswer;
use crate::store::StoreError;

/// Why there is no token to call with.
#[derive(Clone, Debug, thiserror::Error)]
pub enum BearerError {
    /// There is none, as this text says to people.
    #[error("{0}")]
    None(String),
    /// Our store failed, which says nothing of the token.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Why a call brought nothing. The texts are for people and follow the provider's name ('HubSpot failed
/// (status 503)'), but for [`CallError::Bearer`], which is a sentence. Bodies and tokens are not in them.
#[derive(Debug, thiserror::Error)]
pub enum CallError {
    /// There is no token.
    #[error("{0}")]
    Bearer(String),
    /// A fresh token was refused as well.
    #[error("refuses our access (401), even with a fresh token")]
    Rejected,
    /// An answer that no repeat will change.
    #[error("answered with status {status}")]
    Status {
        /// The HTTP status.
        status: u16,
        /// The body, for the provider's own reading.
        body: Body,
    },
    /// No repeat will help, as the provider itself says.
    #[error("{0}")]
    Refused(&'static str),
    /// It asks for a longer pause than a load waits.
    #[error("asks to wait {}, which is longer than a load waits", in_words(*.0))]
    Limited(Duration),
    /// A person waits, and the turn of this request comes only after this time. Nothing was sent.
    #[error("has had all the requests that its limit allows for the next {}", in_words(*.0))]
    Busy(Duration),
    /// Our store failed, without which no limit is kept. Nothing was sent.
    #[error("could not be asked, because Patchbay cannot reach its store")]
    Store(#[from] StoreError),
    /// It said 'too many requests' at every try.
    #[error("has too many requests (429)")]
    TooMany,
    /// It failed at every try.
    #[error("failed (status {status})")]
    Failing {
        /// The HTTP status of the last try.
        status: u16,
        /// The provider's own id of that failure.
        reference: Option<String>,
    },
    /// No whole answer over all tries.
    #[error("did not answer ({0})")]
    NoAnswer(NoAnswer),
    /// The answer is not what the provider documents.
    #[error("sent an answer that could not be read: {0}")]
    Broken(String),
    /// A change may have been done, though its last try brought this. Only a look can tell.
    #[error("{0}; whether the change was made is not known")]
    Unclear(Box<CallError>),
}

/// A wait, as exactly as matters.
fn in_words(wait: Duration) -> String {
    let day = Duration::from_secs(24 * 60 * 60);
    if wait >= day {
        return "for a day or more".to_owned();
    }
    humantime::format_duration(Duration::from_secs(wait.as_secs())).to_string()
}

impl From<BearerError> for CallError {
    fn from(error: BearerError) -> Self {
        match error {
            BearerError::None(why) => Self::Bearer(why),
            BearerError::Store(error) => Self::Store(error),
        }
    }
}

impl CallError {
    /// Whether the provider took too long.
    pub fn is_slow(&self) -> bool {
        matches!(
            self,
            Self::Failing { status: 504, .. } | Self::NoAnswer(NoAnswer::Late)
        )
    }

    /// Whether the provider says that what was asked for is not there.
    pub fn is_absence(&self) -> bool {
        matches!(
            self,
            Self::Status {
                status: 404 | 410,
                ..
            }
        )
    }

    /// The provider's own id of the failure, for its support.
    pub fn reference(&self) -> Option<String> {
        match self {
            Self::Status { body, .. } => reference(&body.0),
            Self::Failing { reference, .. } => reference.clone(),
            Self::Unclear(error) => error.reference(),
            _ => None,
        }
    }
}

/// The body of an answer, kept out of every log.
pub struct Body(pub Vec<u8>);

impl std::fmt::Debug for Body {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} bytes", self.0.len())
    }
}

/// Longest id of a failure that is kept; those that occur are UUIDs.
const REFERENCE_LENGTH: usize = 80;

/// The id under which a provider's support finds a failure, by the names that error bodies have for it. Printable
/// ASCII alone: it is shown to people, who copy it.
pub(super) fn reference(body: &[u8]) -> Option<String> {
    let fields: Map<String, Value> = serde_json::from_slice(body).ok()?;
    let names = ["correlationId", "request_id"];
    let id = names.iter().find_map(|name| fields.get(*name)?.as_str())?;
    let id = id.chars().filter(char::is_ascii_graphic);
    let id: String = id.take(REFERENCE_LENGTH).collect();
    (!id.is_empty()).then_some(id)
}
