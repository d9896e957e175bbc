//! What must be said above a list or a form: what happened, what it means, what to do.

use super::LONGEST_NAME;
use crate::contacts::Barrier;
use crate::providers::Profile;
use crate::web::connections::view::why_ended;
use crate::web::words::shortened;

/// What is said of a provider that fails, where something was to be changed.
const AGAIN: &str = "Nothing was changed. Try again in a while.";

/// A banner, and the way on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// Its colour: `info`, `warn` or `danger`.
    pub tone: &'static str,
    pub title: String,
    pub text: String,
    /// The button that leads to the provider, where that helps: 'Reconnect'.
    pub connect: Option<String>,
    /// Somewhere to look: words and an address.
    pub link: Option<(&'static str, String)>,
}

impl Told {
    fn of(tone: &'static str, title: impl Into<String>, text: impl Into<String>) -> Self {
        Self {
            tone,
            title: title.into(),
            text: text.into(),
            connect: None,
            link: None,
        }
    }

    /// What is in the way. `asked` tells whether a permission is asked for when somebody connects.
    pub fn new(barrier: &Barrier, profile: &Profile, asked: impl Fn(&str) -> bool) -> Self {
        let name = profile.name;
        let again = AGAIN;
        let told = match barrier {
            Barrier::NotConfigured => Self {
                link: Some(("Go to Connections", "/connections".to_owned())),
                ..Self::of(
                    "info",
                    format!("{name} is not configured"),
                    "The operator of this Patchbay must give it a client id and secret first; its card says how.",
                )
            },
            Barrier::NotConnected => Self {
                connect: Some(format!("Connect {name}")),
                ..Self::of(
                    "info",
                    format!("{name} is not connected"),
                    "Connect your account first; then its contacts can be seen and changed here.",
                )
            },
            Barrier::Unreadable => Self::of(
                "danger",
                "The stored credential cannot be read",
                "Reconnect, which replaces it; the operator finds more in the log.",
            ),
            Barrier::Ended(why) => {
                let (title, text) = why_ended(*why, name);
                Self::of("danger", title, format!("{text} Reconnect to go on."))
            }
            Barrier::Misconfigured => Self::of(
                "danger",
                format!("{name} does not accept this Patchbay's client id or secret"),
                "That is for the operator to mend; the connection's page says how. Nothing was changed.",
            ),
            Barrier::Missing(scope) => missing(scope, profile, asked(scope)),
            Barrier::Failed(how) | Barrier::Busy { how, .. } => {
                Self::of("warn", format!("{name} {how}"), again)
            }
            Barrier::Late => Self::of("warn", format!("{name} did not answer in time"), again),
            Barrier::Denied(scope) => Self::of(
                "warn",
                format!("{name} refuses this, though the permission is given"),
                format!(
                    "You allowed it when you connected ({scope}), but your own rights at {name} do not reach so far. Somebody who manages the account there can change that. Nothing was changed."
                ),
            ),
            Barrier::Store(_) => Self::store(),
            Barrier::NoToken => Self::of(
                "warn",
                format!("No fresh token can be had from {name} just now"),
                again,
            ),
        };
        told.with_reconnect(barrier, asked)
    }

    fn with_reconnect(mut self, barrier: &Barrier, asked: impl Fn(&str) -> bool) -> Self {
        let helps = match barrier {
            Barrier::Missing(scope) => asked(scope),
            barrier => barrier.asks_to_reconnect(),
        };
        if helps {
            self.connect = Some("Reconnect".to_owned());
        }
        self
    }

    /// After a reconnect, with what was entered before it.
    pub fn back() -> Self {
        Self::of(
            "info",
            "Reconnected; save again",
            "What you entered is filled in below. Nothing of it is saved yet.",
        )
    }

    /// The same of a list, where nothing was to be changed.
    pub fn of_a_list(mut self) -> Self {
        if self.text == AGAIN {
            "The list cannot be shown just now. Try again in a while.".clone_into(&mut self.text);
        }
        self
    }

    /// After a reconnect that took too long.
    pub fn lapsed() -> Self {
        Self::of(
            "info",
            "What you had entered is no longer kept",
            "It is kept for an hour, and goes when it was saved.",
        )
    }

    /// Our own store is away.
    pub fn store() -> Self {
        Self::of(
            "warn",
            "Patchbay cannot reach its own store just now",
            "What you entered is still in this form. Send it again in a while: it is not done twice.",
        )
    }

    /// The contact is not there any more.
    pub fn gone(name: &str, list: String) -> Self {
        Self {
            link: Some(("Back to the contacts", list)),
            ..Self::of(
                "warn",
                "The contact is gone",
                format!(
                    "{name} has none with this id in your account: it was deleted, or it is somebody else's. Nothing was saved. What you entered is below; 'Create contact' makes a new one of it."
                ),
            )
        }
    }

    /// The form made a contact before, of other values.
    pub fn made_before(id: &str, contact: String) -> Self {
        Self {
            link: Some(("Open that contact", contact)),
            ..Self::of(
                "warn",
                format!(
                    "This form made contact {} already",
                    shortened(id, LONGEST_NAME)
                ),
                "What it says now is not saved. Change that contact, or create another one with what stands here.",
            )
        }
    }

    /// The form was begun for another account than the connected one.
    pub fn other_account(name: &str, was: &str, now: &str, is_new: bool) -> Self {
        let (was, now) = (shortened(was, LONGEST_NAME), shortened(now, LONGEST_NAME));
        let title = format!("This form was begun for the account {was}");
        let told = match is_new {
            true => format!(
                "Now {now} is connected. Nothing was saved: create the contact now to have it in {now}."
            ),
            false => format!(
                "Now {now} is connected, whose contacts are others. Nothing was changed. Reconnect {name} with {was} to go on."
            ),
        };
        Self {
            connect: (!is_new).then(|| "Reconnect".to_owned()),
            ..Self::of("warn", title, told)
        }
    }

    /// The same was changed elsewhere.
    pub fn conflict(name: &str) -> Self {
        Self::of(
            "warn",
            "The same was changed elsewhere meanwhile",
            format!(
                "Nothing was saved. {name} has something else in each marked field: choose what to keep, then save again. Your other changes are still below."
            ),
        )
    }

    /// The contact was merged into another, which the form now is of.
    pub fn merged(name: &str, id: &str) -> Self {
        Self::of(
            "warn",
            format!(
                "Contact {} was merged into another one",
                shortened(id, LONGEST_NAME)
            ),
            format!(
                "Nothing was saved. Below is the contact that {name} has in its place, with what you entered: choose what to keep in each marked field, then save again."
            ),
        )
    }

    /// Whether it was done is not known. `again` is whether that was said before, and the form was sent once more: then
    /// a further sending does it anew.
    pub fn unclear(name: &str, why: &str, list: &str, again: bool) -> Self {
        let text = match again {
            false => "Look first whether it was, before you send it again.",
            true => {
                "Nothing was sent now. Look first whether it was done. If it was not, send this form again: then it is done anew."
            }
        };
        Self {
            link: Some(("Look in the list", list.to_owned())),
            ..Self::of(
                "warn",
                format!("It is not known whether that was done: {name} {why}"),
                text,
            )
        }
    }

    /// It is still under way.
    pub fn late(name: &str) -> Self {
        Self::of(
            "info",
            format!("{name} has not answered yet"),
            "It was sent, and is waited for. Send this form again to see what came of it: it is not done twice.",
        )
    }
}

fn missing(scope: &str, profile: &Profile, asked: bool) -> Told {
    let (words, name) = (profile.words_of(scope), profile.name);
    let known = profile.scopes.iter().any(|known| known.id == scope);
    let text = match asked {
        true => format!(
            "This connection may not do that at {name}. Reconnect and allow it there ({scope})."
        ),
        false if !known => format!(
            "{name} asks for a permission that Patchbay has no use for ({scope}), so reconnecting does not help. Nothing was changed."
        ),
        false => format!(
            "This Patchbay does not ask {name} for it ({scope}): the operator chose other permissions in {}_SCOPES.",
            profile.id.to_uppercase()
        ),
    };
    Told::of("warn", format!("A permission is missing: {words}"), text)
}
