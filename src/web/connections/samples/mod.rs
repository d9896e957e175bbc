//! Every page of a connection, rendered in every state that a connection can be in.

mod loads;
mod questions;
mod window;

pub use loads::load;

use askama::Template;

use super::disconnect::DisconnectPage;
use super::index::IndexPage;
use super::show::ShowPage;
use super::view::{Facts, Head};
use crate::connections::{Overview, Unreadable};
use crate::providers::{Account, Profile, Registry};
use crate::vault::{Connection, Credential, Ended, Event, LastError, Retry, State, Stored};
use crate::web::samples::{frame, full_frame, keep, minutes, now};

const REDIRECT: &str = "http://localhost:8000/integrations/sample/oauth2callback";
const TOKEN: &str = "a-token-that-no-page-shows";

/// Connected an hour ago, renewed a moment ago.
fn connection(profile: &Profile) -> Connection {
    let credential = Credential {
        access: TOKEN.into(),
        refresh: Some(TOKEN.into()),
        issued_at: minutes(-5),
        expires_at: profile.oauth.tokens.expires.then(|| minutes(25)),
        ancestors: Vec::new(),
    };
    let account = Account {
        id: "1".to_owned(),
        name: "example.com".to_owned(),
        facts: vec![("Account id".to_owned(), "1".to_owned())],
        ..Account::default()
    };
    let scopes = profile.scopes.iter().map(|scope| scope.id.to_owned());
    let then = minutes(-60);
    let mut connection = Connection::new(account, credential, scopes.collect(), vec![], then);
    connection.note(then, "Connected as example.com");
    for _ in 0..14 {
        connection.note(minutes(-5), "Token renewed");
    }
    connection.refreshed_at = Some(minutes(-5));
    connection
}

fn failed(connection: &mut Connection) {
    connection.last_error = Some(LastError {
        at: minutes(-2),
        text: "Renewing the token: the provider refused with status 503".to_owned(),
        id: "0123456789ab".to_owned(),
        reference: Some("ab12-cd34".to_owned()),
    });
    connection.retry = Some(Retry {
        at: minutes(4),
        failures: 3,
        conflicts: 0,
        named: false,
    });
}

/// A provider with nothing connected.
pub fn empty(profile: &'static Profile) -> Overview {
    Overview {
        profile,
        configured: true,
        stored: None,
        renewal: None,
        reads: Vec::new(),
        unreadable: None,
        snapshot: None,
        load: None,
        other: None,
        wanted: profile.streams.iter().collect(),
    }
}

pub fn with(profile: &'static Profile, change: impl FnOnce(&mut Connection)) -> Overview {
    let mut connection = connection(profile);
    change(&mut connection);
    Overview {
        stored: Some(Stored {
            connection,
            version: 1,
            used_at: Some(minutes(-1)),
            seen_at: None,
        }),
        renewal: Some(minutes(20)),
        reads: vec![Event {
            at: minutes(-2),
            text: "Token read by the key 'sync'".to_owned(),
            times: 12,
        }],
        ..empty(profile)
    }
}

fn ended(why: Ended) -> impl FnOnce(&mut Connection) {
    move |connection| {
        failed(connection);
        connection.retry = None;
        connection.ended = Some(why);
        connection.enter(State::ActionNeeded, minutes(-2), "It ended");
    }
}

/// Each state, and what its page must say and offer, besides what all say.
fn samples(profile: &'static Profile) -> Vec<(Overview, &'static str, &'static [&'static str])> {
    let in_state = |state| {
        with(profile, move |connection| {
            failed(connection);
            connection.enter(state, minutes(-2), "It changed");
        })
    };
    let unreadable = |why| Overview {
        unreadable: Some(why),
        ..empty(profile)
    };
    const ALL: &[&str] = &["Check now", "Refresh now", "Load items", "Disconnect"];
    const ENDED: &[&str] = &["Check now", "Reconnect", "Load items", "Disconnect"];
    const LOST: &[&str] = &["Reconnect", "Disconnect"];
    let limited = with(profile, |connection| {
        connection.missing = vec!["some.scope".to_owned()];
        connection.enter(State::Limited, minutes(-2), "It is limited");
    });
    vec![
        (
            Overview {
                configured: false,
                ..empty(profile)
            },
            "_CLIENT_ID",
            &[],
        ),
        (empty(profile), "is not connected", &["Connect"]),
        (with(profile, |_| ()), "Token renewed, 14 times, last", ALL),
        (with(profile, failed), "it failed; next try in 4 min", ALL),
        (
            with(profile, |it| it.credential.refresh = None),
            "it cannot be renewed",
            &["Check now"],
        ),
        (
            limited,
            "some.scope",
            &["Reconnect", "Check now", "Refresh now", "Load items"],
        ),
        (in_state(State::Retrying), "Next try in 4 min", ALL),
        (in_state(State::Misconfigured), "_CLIENT_SECRET", ALL),
        (
            with(profile, ended(Ended::Withdrawn)),
            "Access was withdrawn at",
            ENDED,
        ),
        (with(profile, ended(Ended::Lost)), "Nobody at", ENDED),
        (
            with(profile, ended(Ended::Refused)),
            "refuses even fresh tokens",
            ENDED,
        ),
        (
            with(profile, ended(Ended::Unrenewable)),
            "gave nothing to renew it with",
            ENDED,
        ),
        (
            unreadable(Unreadable::NoKey("2026-11".to_owned())),
            "the key &#39;2026-11&#39;",
            LOST,
        ),
        (unreadable(Unreadable::Damaged), "is damaged", LOST),
    ]
}

pub fn head(overview: &Overview) -> Head {
    Head::new(overview, REDIRECT.to_owned(), now())
}

pub fn facts(overview: &Overview) -> Option<Facts> {
    Facts::new(overview, "ada", now())
}

/// The text with its white space folded, and without elements.
pub fn read(html: &str) -> String {
    let text = html
        .split('<')
        .map(|part| part.split_once('>').map_or(part, |(_, text)| text));
    let text: String = text.collect();
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn buttons(html: &str) -> Vec<String> {
    let starts = html.split("<button").skip(1);
    let texts =
        starts.filter_map(|start| Some(start.split_once('>')?.1.split_once("</button>")?.0));
    texts.map(read).collect()
}

#[test]
fn every_page_renders_in_every_state() {
    for provider in Registry.all() {
        let profile = provider.profile();
        for (nth, (overview, says, offers)) in samples(profile).into_iter().enumerate() {
            let state = format!("{}: {}, {says}", profile.id, overview.state());
            let facts = facts(&overview);
            let here = "connections";
            let page = ShowPage::new(frame(here), &overview, head(&overview), facts, None);
            let page = page.render().expect("a page");
            let text = read(&page);
            assert!(text.contains(says), "{state}: {text}");
            let buttons = buttons(&page);
            for words in offers {
                let found = buttons.iter().filter(|button| button.starts_with(words));
                assert_eq!(found.count(), 1, "{state}: {words} of {buttons:?}");
            }
            let text = text.to_lowercase();
            assert!(!text.contains("the provider"), "{state}: {text}");
            let card = IndexPage::new(frame("connections"), vec![head(&overview)]);
            let card = card.render().expect("a card");
            let ask = DisconnectPage::new(frame(here), head(&overview), profile, true);
            let ask = ask.render().expect("a question");
            for (kind, html) in [("show", &page), ("index", &card), ("disconnect", &ask)] {
                keep(
                    &format!("{kind} {} {nth} {}", profile.id, overview.state()),
                    html,
                );
                assert!(!html.contains(TOKEN), "{state}");
                let odd = ["None", "Some("];
                let odd = odd.iter().find(|odd| read(html).contains(**odd));
                assert_eq!(odd, None, "{state}: {}", read(html));
                let chip = format!("data-state=\"{}\"", overview.state());
                assert!(html.contains(&chip) || html.contains("Keep it"), "{state}");
            }
        }
    }
}

#[test]
fn a_card_says_the_cause_in_one_line_and_offers_what_helps() {
    let profile = Registry.all().next().expect("a provider").profile();
    let name = profile.name;
    let card = |overview: &Overview| {
        let page = IndexPage::new(frame("connections"), vec![head(overview)]);
        page.render().expect("a card")
    };
    let cause = |html: &str| {
        let line = html
            .split_once("<p class=\"cause")
            .and_then(|(_, rest)| rest.split_once("</p>"));
        line.map(|(line, _)| read(&format!("<p{line}")))
    };
    let samples = samples(profile);
    let causes: Vec<_> = samples
        .iter()
        .map(|(overview, ..)| cause(&card(overview)))
        .collect();
    let expected = [
        "",
        "",
        "",
        "",
        "",
        "1 permission was not granted",
        "Not answering; next try in 4 min",
        "Its client id or secret is not accepted",
        &format!("Access was withdrawn at {name}"),
        "Its renewed tokens were lost",
        &format!("{name} refuses even fresh tokens"),
        "Its token has ended",
        "The stored credential cannot be read",
        "The stored credential cannot be read",
    ];
    let causes: Vec<_> = causes
        .iter()
        .map(|cause| cause.as_deref().unwrap_or_default())
        .collect();
    assert_eq!(causes, expected);
    for ((overview, ..), cause) in samples.iter().zip(expected) {
        let reconnects = buttons(&card(overview)).contains(&"Reconnect".to_owned());
        let operators = overview.state() == "misconfigured" && overview.unreadable.is_none();
        let passes = overview.state() == "retrying";
        assert_eq!(
            reconnects,
            !cause.is_empty() && !operators && !passes,
            "{cause:?}"
        );
    }
}

#[test]
fn all_cards_render_on_one_page() {
    let cards = |overview: &dyn Fn(&'static Profile) -> Overview| {
        let profiles = Registry.all().map(|provider| provider.profile());
        profiles.map(|profile| head(&overview(profile))).collect()
    };
    let first: Vec<Head> = cards(&empty);
    let connected: Vec<Head> = cards(&|profile| with(profile, |_| ()));
    for (name, cards) in [("first visit", first), ("connected", connected)] {
        let page = IndexPage::new(full_frame("connections"), cards);
        let page = page.render().expect("a page");
        keep(&format!("index all {name}"), &page);
        assert_eq!(page.matches("<article").count(), Registry.all().count());
    }
}
