//! What must be said above everything else about a connection: what is the matter, since when, what it means,
//! and what to do.

use jiff::Timestamp;

use super::Banner;
use crate::connections::{Overview, Unreadable};
use crate::vault::{Connection, Ended, State};
use crate::web::words::{When, counted, shortened};

/// Keys' names longer than this many characters are cut.
const LONGEST_KEY: usize = 80;

/// What is the matter with a connection.
pub struct Trouble {
    pub banner: Banner,
    /// Since when it is so.
    pub since: Option<When>,
    /// The names of settings and the addresses that an operator is to look at.
    pub look_at: Vec<String>,
    /// What to do about it.
    pub way_on: WayOn,
    /// The same in a few words, for a card.
    pub brief: String,
}

/// What to do about a trouble.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WayOn {
    /// To connect anew.
    Reconnect,
    /// To have the token renewed at once.
    Refresh,
    /// Nothing that a button could do.
    None,
}

impl Trouble {
    /// `None` where nothing is.
    pub fn of(overview: &Overview, redirect_uri: &str, now: Timestamp) -> Option<Self> {
        if let Some(why) = &overview.unreadable {
            return Some(unreadable(why));
        }
        let connection = &overview.stored.as_ref()?.connection;
        let name = overview.profile.name;
        let mut trouble = match connection.state {
            State::Connected => return None,
            State::Limited => return Some(limited(overview, connection)),
            State::Retrying => retrying(connection, name, now),
            State::ActionNeeded => ended(connection.ended.unwrap_or(Ended::Withdrawn), name),
            State::Misconfigured => misconfigured(overview, connection, redirect_uri, now),
        };
        trouble.since = Some(When::new(connection.state_since, now));
        Some(trouble)
    }

    fn new(tone: &'static str, title: String, text: String, way_on: WayOn) -> Self {
        Self {
            brief: title.clone(),
            banner: Banner { tone, title, text },
            since: None,
            look_at: Vec::new(),
            way_on,
        }
    }
}

fn unreadable(why: &Unreadable) -> Trouble {
    let text = match why {
        Unreadable::NoKey(key) => format!(
            "It was encrypted with the key '{}', which is not in this Patchbay's key ring. The operator can put the key back into PATCHBAY_ENCRYPTION_KEYS, and all is as before; or reconnect, which replaces what cannot be read.",
            shortened(key, LONGEST_KEY)
        ),
        Unreadable::Damaged => "The record is damaged, or was not made for this connection, so nothing of it is used. Reconnect, which replaces it; the operator finds more in the log.".to_owned(),
    };
    let title = "The stored credential cannot be read".to_owned();
    Trouble::new("danger", title, text, WayOn::Reconnect)
}

fn limited(overview: &Overview, connection: &Connection) -> Trouble {
    let profile = overview.profile;
    let words = connection.missing.iter();
    let words: Vec<&str> = words.map(|scope| profile.words_of(scope)).collect();
    let title = format!("Some permissions were not granted: {}", words.join("; "));
    let text = format!(
        "What they are for is left out. Reconnect and allow them at {} if you want it.",
        profile.name
    );
    let missing = u64::try_from(words.len()).unwrap_or_default();
    Trouble {
        brief: format!(
            "{} not granted",
            counted(missing, "permission was", "permissions were")
        ),
        ..Trouble::new("warn", title, text, WayOn::Reconnect)
    }
}

fn retrying(connection: &Connection, name: &str, now: Timestamp) -> Trouble {
    let cause = connection
        .last_error
        .as_ref()
        .map_or_else(String::new, |error| {
            format!("{}. ", by_name(&error.text, name))
        });
    let next = next_try(connection, now);
    let text = format!(
        "{cause}No fresh token can be had, so nothing new is loaded; what was loaded before stays readable. Next try {next}."
    );
    let title = format!("{name} is not answering");
    Trouble {
        brief: format!("Not answering; next try {next}"),
        ..Trouble::new("warn", title, text, refresh_where_possible(connection))
    }
}

/// When a renewal is tried again, in words.
fn next_try(connection: &Connection, now: Timestamp) -> String {
    let later = connection.retry.filter(|retry| retry.at > now);
    later.map_or_else(
        || "when it is next used".to_owned(),
        |retry| When::new(retry.at, now).words,
    )
}

fn refresh_where_possible(connection: &Connection) -> WayOn {
    match connection.credential.refresh {
        Some(_) => WayOn::Refresh,
        None => WayOn::None,
    }
}

fn ended(why: Ended, name: &str) -> Trouble {
    let (title, text) = why_ended(why, name);
    let text = format!("{text} Reconnect to go on; what was loaded before stays readable.");
    let brief = match why {
        Ended::Lost => "Its renewed tokens were lost".to_owned(),
        Ended::Unrenewable => "Its token has ended".to_owned(),
        Ended::Withdrawn | Ended::Refused => title.clone(),
    };
    Trouble {
        brief,
        ..Trouble::new("danger", title, text, WayOn::Reconnect)
    }
}

/// Why access ended: what happened, and what that means.
pub fn why_ended(why: Ended, name: &str) -> (String, String) {
    match why {
        Ended::Withdrawn => (
            format!("Access was withdrawn at {name}"),
            format!(
                "{name} does not renew the token any more: somebody ended the access there, or its time was over."
            ),
        ),
        Ended::Lost => (
            "The renewed tokens were lost on their way here".to_owned(),
            format!(
                "Patchbay ended, or the line broke, while {name} was renewing the token: the answer never arrived, and the token of before is spent. Nobody at {name} took the access away."
            ),
        ),
        Ended::Refused => (
            format!("{name} refuses even fresh tokens"),
            "It renewed the token, and then would not take it. The account may be blocked there, or may not let the app in any more. 'Check now' asks once more whether it works again.".to_owned(),
        ),
        Ended::Unrenewable => (
            "The token has ended and cannot be renewed".to_owned(),
            format!("{name} gave nothing to renew it with."),
        ),
    }
}

fn misconfigured(
    overview: &Overview,
    connection: &Connection,
    redirect_uri: &str,
    now: Timestamp,
) -> Trouble {
    let (name, prefix) = (overview.profile.name, overview.profile.id.to_uppercase());
    let works = match connection.credential.expires_at {
        Some(expiry) if expiry > now => format!(
            " The token of before works until its end, {}.",
            When::new(expiry, now).words
        ),
        _ => String::new(),
    };
    let text = format!(
        "That is for the operator to mend: the client id and secret must be those of the app at {name}, and the redirect URI must be registered there. Then start Patchbay again and click 'Refresh now'.{works} What was loaded before stays readable."
    );
    let settings = [
        format!("{prefix}_CLIENT_ID"),
        format!("{prefix}_CLIENT_SECRET"),
    ];
    let title = format!("{name} does not accept this Patchbay's client id or secret");
    Trouble {
        brief: "Its client id or secret is not accepted".to_owned(),
        look_at: settings
            .into_iter()
            .chain([redirect_uri.to_owned()])
            .collect(),
        ..Trouble::new("danger", title, text, refresh_where_possible(connection))
    }
}

/// An event or error of the vault, which knows no provider's name, with that name.
pub(super) fn by_name(text: &str, name: &str) -> String {
    if text.starts_with("Connected as ") {
        // The rest is the name of an account.
        return text.to_owned();
    }
    text.replace("The provider", name)
        .replace("the provider", name)
}
