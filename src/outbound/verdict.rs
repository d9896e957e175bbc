//! What an answer comes to.

use std::time::Duration;

use secrecy::SecretString;
use serde::de::DeserializeOwned;

use super::failure::{Body, CallError, reference};
use super::target::{Meaning, Reading};
use super::{Answer, NoAnswer};

/// The pause after 'too many requests' without a word of how long.
const UNTOLD: Duration = Duration::from_secs(1);

/// What to do after a try.
pub(super) enum Verdict<T> {
    /// It is answered.
    Done(T),
    /// It may be tried again, after at least `wait` where the provider names one.
    Again {
        error: CallError,
        wait: Option<Duration>,
    },
    /// The provider refused this token.
    Renew(SecretString),
    /// No repeat will help.
    Fail(CallError),
}

impl<T: DeserializeOwned> Verdict<T> {
    /// What came of a request that was sent with `token`.
    pub(super) fn of(
        result: Result<Answer, NoAnswer>,
        token: SecretString,
        reading: Reading,
    ) -> Self {
        match result {
            Ok(answer) if answer.status == 401 => Self::Renew(token),
            Ok(answer) => Self::judge(answer, reading),
            Err(NoAnswer::TooLarge) => Self::Fail(CallError::NoAnswer(NoAnswer::TooLarge)),
            Err(error) => Self::Again {
                error: CallError::NoAnswer(error),
                wait: None,
            },
        }
    }

    fn judge(answer: Answer, reading: Reading) -> Self {
        let status = answer.status;
        if (200..300).contains(&status) {
            return Self::read(&answer.body);
        }
        match reading(status, &answer.body) {
            Meaning::Final(why) => Self::Fail(CallError::Refused(why)),
            Meaning::TooMany(wait) => Self::too_many(&answer, wait),
            Meaning::Passing => Self::passing(&answer),
            Meaning::Usual if status == 429 => Self::too_many(&answer, None),
            Meaning::Usual if status >= 500 => Self::passing(&answer),
            Meaning::Usual => Self::Fail(CallError::Status {
                status,
                body: Body(answer.body),
            }),
        }
    }

    fn read(body: &[u8]) -> Self {
        match serde_json::from_slice(body) {
            Ok(value) => Self::Done(value),
            Err(error) => Self::Again {
                error: CallError::Broken(describe(&error)),
                wait: None,
            },
        }
    }

    fn too_many(answer: &Answer, hint: Option<Duration>) -> Self {
        Self::Again {
            error: CallError::TooMany,
            wait: answer.retry_after.or(hint),
        }
    }

    fn passing(answer: &Answer) -> Self {
        Self::Again {
            error: CallError::Failing {
                status: answer.status,
                reference: reference(&answer.body),
            },
            wait: answer.retry_after,
        }
    }

    /// For how long all requests are to stay away, after 'too many requests'.
    pub(super) fn asks_for_a_pause(&self) -> Option<Duration> {
        let Self::Again {
            error: CallError::TooMany,
            wait,
        } = self
        else {
            return None;
        };
        Some(wait.unwrap_or(UNTOLD))
    }
}

/// What is wrong with a JSON text, without a word of it.
fn describe(error: &serde_json::Error) -> String {
    let what = match error.classify() {
        serde_json::error::Category::Eof => "it breaks off",
        serde_json::error::Category::Syntax => "it is not JSON",
        _ => "it is JSON of another shape than documented",
    };
    format!("{what} (line {}, column {})", error.line(), error.column())
}
