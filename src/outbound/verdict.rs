//! What an answer comes to.

use std::time::Duration;

use secrecy::SecretString;
use serde::de::DeserializeOwned;

use super::failure::{Body, CallError, reference};
use super::request::Effect;
use super::target::{Meaning, Reading};
use super::{Answer, NoAnswer};

/// The pause after 'too many requests' without a word of how long.
const UNTOLD: Duration = Duration::from_secs(1);

/// What to do after a try.
pub(super) enum Verdict<T> {
    /// It is answered.
    Done(T),
    /// It may be tried again, after at least `wait` where the provider names one. `unsure`: what it asks for may have
    /// been done all the same.
    Again {
        error: CallError,
        wait: Option<Duration>,
        unsure: bool,
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
        effect: Effect,
    ) -> Self {
        match result {
            Ok(answer) if answer.status == 401 => Self::Renew(token),
            Ok(answer) => Self::judge(answer, reading, effect),
            Err(NoAnswer::TooLarge) => Self::Fail(CallError::NoAnswer(NoAnswer::TooLarge)),
            Err(error) => Self::Again {
                unsure: !matches!(error, NoAnswer::NotSent),
                error: CallError::NoAnswer(error),
                wait: None,
            },
        }
    }

    fn judge(answer: Answer, reading: Reading, effect: Effect) -> Self {
        let status = answer.status;
        if (200..300).contains(&status) {
            // 204 is an answer without a body; what a change is answered with is often none either.
            let none = answer.body.is_empty() && (status == 204 || effect != Effect::Reads);
            return Self::read(if none { b"null" } else { &answer.body });
        }
        match reading(status, &answer.body) {
            Meaning::Final(why) => Self::Fail(CallError::Refused(why)),
            Meaning::TooMany(wait) => Self::too_many(&answer, wait),
            Meaning::Passing(wait) => Self::passing(&answer, wait, false),
            Meaning::Usual if status == 429 => Self::too_many(&answer, None),
            Meaning::Usual if status >= 500 => Self::passing(&answer, None, true),
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
                unsure: true,
            },
        }
    }

    fn too_many(answer: &Answer, hint: Option<Duration>) -> Self {
        Self::Again {
            error: CallError::TooMany,
            wait: answer.retry_after.or(hint),
            unsure: false,
        }
    }

    fn passing(answer: &Answer, hint: Option<Duration>, unsure: bool) -> Self {
        Self::Again {
            error: CallError::Failing {
                status: answer.status,
                reference: reference(&answer.body),
            },
            wait: answer.retry_after.or(hint),
            unsure,
        }
    }

    /// For how long all requests are to stay away, after 'too many requests'.
    pub(super) fn asks_for_a_pause(&self) -> Option<Duration> {
        let Self::Again {
            error: CallError::TooMany,
            wait,
            ..
        } = self
        else {
            return None;
        };
        Some(wait.unwrap_or(UNTOLD))
    }
}

impl<T> Verdict<T> {
    /// Whether a change may have been done by this try, though it brought no success.
    pub(super) fn leaves_unsure(&self) -> bool {
        match self {
            Self::Again { unsure, .. } => *unsure,
            Self::Fail(error) => matches!(error, CallError::NoAnswer(_)),
            Self::Done(_) | Self::Renew(_) => false,
        }
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
