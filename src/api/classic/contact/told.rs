//! Why something was not done to a contact, as programs are told it.

use std::sync::Arc;
use std::time::Duration;

use crate::api::classic::refusal::{not_configured, own, refusal};
use crate::contacts::{Barrier, Conflict, Outcome};
use crate::error::{Failure, Kind};
use crate::owner::Owner;
use crate::providers::{Fault, Profile, Taken};
use crate::vault::{TokenError, VaultError};

/// What is in the way of somebody and their contacts.
pub(super) fn barred(barrier: Barrier, profile: &Profile, owner: &Owner) -> Failure {
    let name = profile.name;
    let no_token = |error| refusal(error, name, owner);
    match barrier {
        Barrier::NotConnected => no_token(TokenError::NotConnected),
        Barrier::Ended(ended) => no_token(TokenError::Ended(ended)),
        Barrier::Misconfigured => no_token(TokenError::Misconfigured),
        Barrier::NoToken => no_token(TokenError::Passing),
        Barrier::NotConfigured => not_configured(profile),
        Barrier::Unreadable => own(Arc::new(VaultError::Format)),
        Barrier::Missing(scope) => missing(profile, &scope),
        Barrier::Denied(scope) => denied(name, &scope),
        Barrier::Failed(how) => failing(name, format!("{name} {how}.")),
        Barrier::Busy { how, wait } => busy(format!("{name} {how}"), wait),
        Barrier::Late => failing(name, "It did not answer in time.".to_owned()),
        Barrier::Store(error) => error.into(),
    }
}

fn missing(profile: &Profile, scope: &str) -> Failure {
    let (name, words) = (profile.name, profile.words_of(scope));
    let title = format!("The connection to {name} lacks a permission");
    let text = format!("Reconnect, and allow it: {words} ({scope}).");
    Failure::new(Kind::Unauthenticated, title, text)
}

fn busy(title: String, wait: Duration) -> Failure {
    let text = "Nothing was sent. Try again then.";
    Failure::new(Kind::TooMany, title, text).retry_after(Some(wait))
}

fn denied(name: &str, scope: &str) -> Failure {
    let title = format!("{name} refuses this, though the permission is given");
    let text = format!(
        "The person's own rights at {name} do not reach so far ({scope}). Who manages the account there can change that."
    );
    Failure::new(Kind::Denied, title, text)
}

fn failing(name: &str, how: String) -> Failure {
    let title = format!("{name} does not answer as it should");
    Failure::new(Kind::Provider, title, format!("{how} Nothing was changed."))
}

/// What came of a change that was not made, or is not known to be; `id` is the contact's, where there was one.
pub(super) fn not_done(name: &str, id: Option<&str>, outcome: Outcome) -> Failure {
    match outcome {
        Outcome::NotFound => no_contact(name),
        Outcome::Refused(faults) => refused(name, &faults),
        Outcome::Taken(taken) => is_taken(&taken),
        Outcome::Conflict(conflict) => conflicts(name, id, &conflict),
        Outcome::MadeBefore(made) => in_the_way(
            format!("Contact {made} was made already"),
            "Look at it first.",
        ),
        Outcome::Unclear { why, .. } => unclear(name, &format!("{name} {why}")),
        Outcome::Late | Outcome::Done { .. } => {
            unclear(name, &format!("{name} has not answered yet"))
        }
    }
}

/// Nothing of this id is there.
pub(super) fn no_contact(name: &str) -> Failure {
    let text = format!("{name} has no contact with this id, or it was deleted.");
    Failure::new(Kind::NotFound, "There is no such contact", text)
}

/// A provider whose contacts cannot be worked on.
pub(super) fn no_contacts(name: &str) -> Failure {
    let text = format!("{name} has none that Patchbay can work on.");
    Failure::new(Kind::NotFound, "There are no contacts here", text)
}

fn refused(name: &str, faults: &[Fault]) -> Failure {
    let said = faults.iter().map(|fault| match &fault.property {
        Some(property) => format!("{property}: {}", fault.text),
        None => fault.text.clone(),
    });
    let said: Vec<String> = said.collect();
    let title = format!("{name} does not accept these properties");
    Failure::new(Kind::Unprocessable, title, said.join(" "))
}

fn is_taken(taken: &Taken) -> Failure {
    let what = taken.property.as_deref().unwrap_or("value");
    let title = match &taken.by {
        Some(id) => format!("Contact {id} has this {what} already"),
        None => format!("Another contact has this {what} already"),
    };
    in_the_way(title, "Change that one, or give another.")
}

/// Nothing is asked about here but a contact that was merged into another.
fn conflicts(name: &str, id: Option<&str>, conflict: &Conflict) -> Failure {
    let (now, was) = (&conflict.contact.id, id.unwrap_or_default());
    let title = format!("Contact {was} was merged into contact {now}");
    in_the_way(
        title,
        format!("{name} has only the other now. Change that one, if it is meant."),
    )
}

fn in_the_way(title: String, text: impl Into<String>) -> Failure {
    Failure::new(
        Kind::Conflict,
        title,
        format!("{} Nothing was changed.", text.into()),
    )
}

fn unclear(name: &str, why: &str) -> Failure {
    let text = format!("{why}. Look at the contacts in {name} before you send it again.");
    Failure::new(
        Kind::Provider,
        "It is not known whether this was done",
        text,
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::providers::Contact;

    fn contact(id: &str) -> Contact {
        Contact {
            id: id.to_owned(),
            name: "Grace".to_owned(),
            properties: Default::default(),
            created_at: None,
            updated_at: None,
            url: None,
            raw: serde_json::Value::Null,
        }
    }

    #[test]
    fn a_contact_that_was_merged_names_the_other() {
        let conflict = Conflict {
            contact: contact("8"),
            both: Vec::new(),
        };
        let outcome = Outcome::Conflict(Box::new(conflict));
        let failure = not_done("Sample", Some("7"), outcome);
        assert_eq!(failure.kind, Kind::Conflict);
        assert_eq!(failure.title, "Contact 7 was merged into contact 8");
    }

    #[test]
    fn what_is_not_known_says_to_look_first() {
        let unclear = Outcome::Unclear {
            why: "did not answer in time".to_owned(),
            before: false,
        };
        for outcome in [unclear, Outcome::Late] {
            let failure = not_done("Sample", None, outcome);
            assert_eq!(failure.kind, Kind::Provider);
            let told = failure.to_string();
            assert!(told.contains("before you send it again"), "{told}");
        }
    }
}
