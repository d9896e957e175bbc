//! What a person is told of what they asked for: what became of a grant, and why there is no token.

use super::view::why_ended;
use crate::connections::Revocation;
use crate::error::{Failure, Kind};
use crate::providers::Profile;
use crate::vault::{TokenError, VaultError};
use crate::web::error::PageError;
use crate::web::flash::Link;
use crate::web::session::SignedIn;

/// What a person is told of a grant that was let go.
pub struct Told {
    /// The notice's colour.
    pub tone: &'static str,
    /// What became of it, and what is left to do, as a sentence.
    pub text: String,
    /// Where to do it.
    pub link: Option<Link>,
}

impl Told {
    /// `access` names the grant: 'the access to the other account'.
    pub fn new(profile: &Profile, revocation: Revocation, access: &str) -> Self {
        let name = profile.name;
        let link = Link::new(format!("Connected apps at {name}"), profile.apps_url);
        match revocation {
            Revocation::Done => Self {
                tone: "ok",
                text: format!("{name} confirmed that {access} is ended."),
                link: None,
            },
            Revocation::Failed => Self {
                tone: "warn",
                text: format!("{name} could not be told; end {access} there yourself."),
                link,
            },
            Revocation::Shared => Self {
                tone: "info",
                text: format!(
                    "{name} was not told: another connection here uses the same access, which would end as well."
                ),
                link: None,
            },
            Revocation::Impossible => Self {
                tone: "info",
                text: format!("Patchbay cannot end {access} at {name}; you can do so there."),
                link,
            },
        }
    }
}

/// What came of a check or a renewal, in words.
pub struct Said {
    pub tone: &'static str,
    pub title: String,
    pub text: String,
}

impl Said {
    pub fn new(tone: &'static str, title: impl Into<String>, text: impl Into<String>) -> Self {
        Self {
            tone,
            title: title.into(),
            text: text.into(),
        }
    }

    /// The operator took the provider's settings away.
    pub fn not_configured(name: &str) -> Self {
        let text = format!(
            "This Patchbay has no client id and secret for {name} any more: tell the operator. Nothing was asked."
        );
        Self::new("danger", format!("{name} is not configured"), text)
    }

    /// As a notice of the next page.
    pub fn to(self, who: &SignedIn) {
        who.visit.say(self.tone, self.title, self.text, None);
    }
}

/// Why there is no token, after `what` was asked for ('Checked'). A fault of our own store is a failure.
pub fn no_token(profile: &Profile, what: &str, error: TokenError) -> Result<Said, PageError> {
    let name = profile.name;
    Ok(match error {
        TokenError::NotConnected => Said::new(
            "info",
            format!("{name} is not connected"),
            "There is nothing to ask with. You can connect whenever you like.",
        ),
        TokenError::Ended(why) => {
            // The page says the rest.
            let (title, _) = why_ended(why, name);
            let title = format!("{what}: {}", uncapitalised(&title, name));
            let text =
                "No token can be had any more, so nothing new is loaded until you reconnect.";
            Said::new("danger", title, text)
        }
        TokenError::Misconfigured => Said::new(
            "danger",
            format!("{what}: {name} does not accept this Patchbay's client id or secret"),
            "No token is renewed until the operator mends that; below it says where to look.",
        ),
        TokenError::Passing => Said::new(
            "warn",
            format!("{what}: {name} gives no fresh token just now"),
            "That passes, and Patchbay tries again by itself; below it says when.",
        ),
        TokenError::Own(fault) if matches!(*fault, VaultError::Store(_)) => {
            return Err(Failure::of(Kind::Unavailable)
                .because(fault.to_string())
                .into());
        }
        TokenError::Own(_) => Said::new(
            "danger",
            format!("{what}: the stored credential cannot be read"),
            "So there is nothing to ask with; below it says what helps.",
        ),
    })
}

/// A sentence as it goes on behind a colon; a name keeps its capital.
fn uncapitalised(sentence: &str, name: &str) -> String {
    let mut letters = sentence.chars();
    match letters.next() {
        Some(first) if !sentence.starts_with(name) => first.to_lowercase().chain(letters).collect(),
        _ => sentence.to_owned(),
    }
}
