//! Entries as they stand in a stream: all of them with the same fields, which Redis then keeps once for many.
//!
//! Earlier versions wrote `at`, `user`, `actor`, `action` and `provider` alone, where an empty actor was Patchbay and any
//! other a person. They still read these of what is written now, beside this one.

use std::net::IpAddr;

use jiff::Timestamp;

use super::{Action, Actor, By, Entry, Outcome};
use crate::peer::Peer;
use crate::store::Fields;

/// The fields of an entry.
pub(super) fn write(entry: &Entry, at: Timestamp) -> [(&'static str, String); 13] {
    let Peer { address, request } = &entry.by.peer;
    let (key, key_id) = match &entry.by.actor {
        Actor::Key { id, name, .. } => (name.clone(), id.clone()),
        _ => Default::default(),
    };
    let user = entry.by.actor.user().unwrap_or_default();
    [
        ("at", at.to_string()),
        ("user", entry.whose.clone().unwrap_or_default()),
        ("actor", user.to_owned()),
        ("action", entry.action.name().to_owned()),
        ("provider", entry.provider.clone().unwrap_or_default()),
        ("by", entry.by.actor.sort().to_owned()),
        ("key", key),
        ("key_id", key_id),
        ("object", entry.object.clone()),
        ("result", entry.outcome.name().to_owned()),
        ("detail", entry.detail.clone()),
        ("address", address.map(text).unwrap_or_default()),
        ("request", request.clone().unwrap_or_default()),
    ]
}

fn text(address: IpAddr) -> String {
    address.to_string()
}

/// An entry and when it was; `None` for one that says what this version does not know.
pub(super) fn read(org: &str, fields: &Fields) -> Option<(Timestamp, Entry)> {
    let field = |name: &str| {
        let found = fields.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| &value[..])
    };
    let full = |name: &str| field(name).filter(|value| !value.is_empty());
    let owned = |name: &str| full(name).map(str::to_owned);
    let action = Action::named(field("action")?)?;
    let peer = Peer {
        address: full("address").and_then(|it| it.parse().ok()),
        request: owned("request"),
    };
    let actor = actor(field("by"), field("actor")?, &field)?;
    let entry = Entry {
        whose: owned("user"),
        provider: owned("provider"),
        object: owned("object").unwrap_or_default(),
        outcome: match full("result") {
            Some(name) => Outcome::named(name)?,
            None => action.outcome(),
        },
        detail: owned("detail").unwrap_or_default(),
        ..Entry::new(&By { actor, peer }, org, action)
    };
    Some((field("at")?.parse().ok()?, entry))
}

fn actor<'a>(
    sort: Option<&str>,
    name: &str,
    field: &impl Fn(&str) -> Option<&'a str>,
) -> Option<Actor> {
    Some(match (sort, name) {
        (Some("user"), user) => Actor::User(user.to_owned()),
        (Some("key"), user) => Actor::Key {
            id: field("key_id")?.to_owned(),
            name: field("key")?.to_owned(),
            user: user.to_owned(),
        },
        (Some("operator"), _) => Actor::Operator,
        (Some("patchbay"), _) | (None, "") => Actor::Patchbay,
        (Some("unknown"), _) => Actor::Unknown,
        (None, user) => Actor::User(user.to_owned()),
        (Some(_), _) => return None,
    })
}
