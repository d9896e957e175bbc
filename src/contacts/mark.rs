//! A form that is sent, and the mark that tells of it afterwards.

use super::{Barrier, Entered, Outcome};
use crate::digest::digest;
use crate::owner::Owner;
use crate::store::{Key, keys};

/// A form that is sent.
pub(super) struct Form {
    token: String,
    /// Of what it says and whom it is about.
    pub(super) digest: String,
    /// Whether it makes a contact.
    pub(super) makes: bool,
}

/// What stands under a form's token.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Mark {
    /// Somebody is at it, since then (seconds).
    Begun(i64),
    /// It was done to the contact with this id, by a form of this digest.
    Done { digest: String, id: String },
    /// Whether it was done is not known.
    Unclear,
}

impl Form {
    /// A form about this contact, or a new one.
    pub(super) fn new(token: &str, contact: Option<&str>, entered: Option<&Entered>) -> Self {
        let values = entered.map(|entered| &entered.values);
        let says = serde_json::to_string(&(token, contact, values)).unwrap_or_default();
        Self {
            token: token.to_owned(),
            digest: digest(&says),
            makes: contact.is_none(),
        }
    }

    pub(super) fn key(&self, owner: &Owner) -> Key {
        keys::sent_form(owner, &digest(&self.token))
    }

    /// Where a form is noted whose token another one has used.
    pub(super) fn own_key(&self, owner: &Owner) -> Key {
        keys::sent_form(owner, &self.digest)
    }
}

impl Mark {
    pub(super) fn write(&self) -> String {
        match self {
            Self::Begun(at) => format!("begun {at}"),
            Self::Done { digest, id } => format!("done {digest} {id}"),
            Self::Unclear => "unclear".to_owned(),
        }
    }

    /// What cannot be read is of a newer version: whatever it says, the form was sent.
    pub(super) fn read(bytes: &[u8]) -> Self {
        let text = std::str::from_utf8(bytes).unwrap_or_default();
        match text.split_once(' ') {
            Some(("begun", at)) => at.parse().map_or(Self::Unclear, Self::Begun),
            Some(("done", rest)) => match rest.split_once(' ') {
                Some((digest, id)) => Self::Done {
                    digest: digest.to_owned(),
                    id: id.to_owned(),
                },
                None => Self::Unclear,
            },
            _ => Self::Unclear,
        }
    }

    /// What is left of a token after this outcome; `None` where it is free again.
    pub(super) fn after(outcome: &Result<Outcome, Barrier>, digest: &str) -> Option<Self> {
        match outcome {
            Ok(Outcome::Done { id, .. }) => Some(Self::Done {
                digest: digest.to_owned(),
                id: id.clone(),
            }),
            Ok(Outcome::Unclear { .. } | Outcome::Late) => Some(Self::Unclear),
            _ => None,
        }
    }
}
