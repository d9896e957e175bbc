//! An OAuth client: a code that nobody was given is exchanged, and what refuses it tells whether the client is known.
//!
//! The standard has a client checked before its code (RFC 6749 section 4.1.3), so 'the code is wrong' means that id and
//! secret are right. That the redirect URL is registered cannot be seen in this way: people would have to be sent there.

use jiff::SignedDuration;
use secrecy::SecretString;

use super::Finding;
use super::clock::{Seen, skew};
use crate::clock::{Clock, Entropy};
use crate::outbound::Outbound;
use crate::outbound::oauth::{Client, GrantError};
use crate::providers::GrantFailure;

/// How the refusal of whoever the client is at is to be read.
pub(super) type Judge<'a> = &'a (dyn Fn(&GrantError) -> GrantFailure + Sync);

/// What clients are tried with.
#[derive(Clone, Copy)]
pub struct With<'a> {
    /// What asks.
    pub outbound: &'a Outbound,
    /// The time.
    pub clock: &'a Clock,
    /// Chance.
    pub entropy: &'a Entropy,
}

/// Whose client it is, and what it is configured by.
pub(super) struct Of<'a> {
    /// The name of whom it is at.
    pub(super) name: &'a str,
    /// What the names of its settings begin with: `X` of `X_CLIENT_ID`.
    pub(super) prefix: &'a str,
    /// Whether it knows PKCE.
    pub(super) pkce: bool,
    /// How its refusals are read.
    pub(super) judge: Judge<'a>,
}

/// Tries a client, and looks at the clock of whom it is at.
pub(super) async fn check(of: Of<'_>, client: &Client, with: With<'_>) -> (Finding, Option<Seen>) {
    let With {
        outbound,
        clock,
        entropy,
    } = with;
    let code = SecretString::from(unknown_code(entropy));
    let verifier = of.pkce.then(|| entropy.token());
    let sent = clock.now();
    let trial = client.try_code(outbound, &code, verifier.as_deref()).await;
    let received = clock.now();
    let seen = trial.date.map(|said| Seen {
        whose: of.name.to_owned(),
        ahead: skew(said, SignedDuration::from_secs(1), (sent, received)),
    });
    (told(&of, trial.refusal.as_ref()), seen)
}

/// In the form of those that providers give, a UUID, so that it is refused for being unknown and for nothing else.
fn unknown_code(entropy: &Entropy) -> String {
    let bytes = entropy.bytes::<16>();
    uuid::Builder::from_random_bytes(bytes)
        .into_uuid()
        .to_string()
}

fn told(of: &Of<'_>, refusal: Option<&GrantError>) -> Finding {
    let Some(refusal) = refusal else {
        return Finding::unknown(of.name, "took a code that nobody was given");
    };
    match (of.judge)(refusal) {
        GrantFailure::Withdrawn => Finding::ok(
            of.name,
            "knows the client: id and secret are right (it refused a made-up code, as it should)",
        ),
        GrantFailure::Misconfigured => Finding::wrong(
            of.name,
            format!(
                "does not accept the client: {}; correct {prefix}_CLIENT_ID and {prefix}_CLIENT_SECRET",
                words(refusal),
                prefix = of.prefix
            ),
        ),
        GrantFailure::Limited => Finding::unknown(
            of.name,
            "wants a pause before it is asked again; try this later",
        ),
        GrantFailure::Passing | GrantFailure::Conflict(_) => Finding::unknown(
            of.name,
            format!(
                "{}: whether the client is right is not known; try this again",
                words(refusal)
            ),
        ),
    }
}

/// What it said, with its own code where it has one.
fn words(refusal: &GrantError) -> String {
    match refusal {
        GrantError::Refused {
            code: Some(code), ..
        } => format!("{refusal}, {code}"),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checkup::Verdict;
    use crate::providers::classify_by_oauth;

    fn refused(status: u16, error: &str) -> GrantError {
        GrantError::Refused {
            status,
            error: (!error.is_empty()).then(|| error.to_owned()),
            code: None,
            retry_after: None,
            reference: None,
        }
    }

    #[test]
    fn a_wrong_secret_is_told_from_a_wrong_code_and_from_no_answer() {
        let of = Of {
            name: "Sample",
            prefix: "SAMPLE",
            pkce: false,
            judge: &classify_by_oauth,
        };
        for (refusal, verdict) in [
            (Some(refused(400, "invalid_grant")), Verdict::Ok),
            (Some(refused(401, "invalid_client")), Verdict::Wrong),
            (Some(refused(400, "unauthorized_client")), Verdict::Wrong),
            (Some(refused(429, "")), Verdict::Unknown),
            (Some(refused(503, "invalid_client")), Verdict::Unknown),
            (Some(refused(404, "")), Verdict::Unknown),
            (Some(GrantError::NotSent), Verdict::Unknown),
            (Some(GrantError::Lost), Verdict::Unknown),
            (None, Verdict::Unknown),
        ] {
            let told = told(&of, refusal.as_ref());
            assert_eq!(told.verdict, verdict, "{refusal:?}: {told}");
        }
    }

    #[test]
    fn the_code_is_a_uuid_that_is_never_the_same() {
        let entropy = Entropy::system();
        let (one, other) = (unknown_code(&entropy), unknown_code(&entropy));
        assert_ne!(one, other);
        assert_eq!(
            uuid::Uuid::parse_str(&one)
                .expect("a UUID")
                .get_version_num(),
            4
        );
    }
}
