//! Samples of the page in each state, with names and texts that do their worst.

use askama::Template as _;

use super::form::Form;
use super::index::IndexPage;
use super::view::Row;
use crate::activity::{Action, Actor, By, Entry, Filter, Noted, Page};
use crate::owner::Owner;
use crate::peer::Peer;
use crate::providers::{Profile, Registry};
use crate::web::samples::{frame, full_frame, keep, minutes, now};

const HOSTILE: &str = "<script>alert(1)</script>\u{202e}gnp.exe\" onmouseover=x";

fn profiles() -> impl Iterator<Item = &'static Profile> {
    Registry.all().map(|provider| provider.profile())
}

fn peer(address: &str) -> Peer {
    Peer {
        address: address.parse().ok(),
        request: Some("0198c2f0-7d3e-7a51-9c1e-5f2f7c0d9a11".to_owned()),
    }
}

fn key(name: &str, user: &str) -> By {
    By {
        actor: Actor::Key {
            id: "0123456789ab".to_owned(),
            name: name.to_owned(),
            user: user.to_owned(),
        },
        peer: peer("2001:db8:1234:5678:9abc:def0:1234:5678"),
    }
}

fn owner(user: &str) -> Owner {
    Owner {
        org: "acme".to_owned(),
        user: user.to_owned(),
    }
}

fn entries() -> Vec<Entry> {
    let (ada, long) = (owner("ada@example.com"), owner(&"x".repeat(128)));
    let by = By::user(&ada.user, peer("203.0.113.9"));
    let id = Registry.ids().remove(0);
    vec![
        Entry::of(&by, &ada, Action::Connected).at(id),
        Entry::of(&By::patchbay(), &ada, Action::RefreshFailed)
            .at(id)
            .saying("it is tried again"),
        Entry::of(&key("nightly sync", &ada.user), &ada, Action::TokenRead).at(id),
        Entry::new(&by, "acme", Action::RoleChanged)
            .about("bob@example.com")
            .whose("bob@example.com")
            .saying("admin"),
        Entry::of(
            &By::unknown(peer("198.51.100.7")),
            &ada,
            Action::CallbackRefused,
        )
        .at(id)
        .saying("it was begun in another browser session"),
        Entry::of(&By::operator(), &long, Action::KeyMade).about(&"k".repeat(80)),
        Entry::of(&key(&"n".repeat(80), &long.user), &long, Action::Exported)
            .about("items-2026-11-20.csv"),
        Entry::of(
            &key(HOSTILE, HOSTILE),
            &owner(HOSTILE),
            Action::ContactDeleted,
        )
        .at(id)
        .about(HOSTILE)
        .failed(HOSTILE),
        Entry::of(
            &By::user("עדה@example.com", peer("10.0.0.1")),
            &ada,
            Action::Disconnected,
        )
        .at("gone"),
    ]
}

fn page(entries: Vec<Entry>, query: &str, next: bool) -> IndexPage {
    let ids = Registry.ids();
    let filter = Filter::parse(query, &ids).expect("a filter");
    let place = "1800000000000-0-0".parse().expect("a place");
    let noted = |(nth, entry): (i64, Entry)| Noted {
        at: minutes(-nth * nth * 40),
        entry,
    };
    let page = Page {
        entries: (1..).zip(entries).map(noted).collect(),
        next: next.then_some(place),
    };
    let rows = page.entries.iter();
    let rows = rows.map(|noted| Row::new(noted, profiles(), now()));
    let rows = rows.collect();
    let form = Form::new(&filter, profiles());
    let shown = IndexPage::new(frame("activity"), false, form, &filter);
    shown.with(rows, &page, &filter)
}

#[test]
fn samples_of_the_trail_render() {
    let everything = "kind=tokens&result=failed&q=%3Cb%3E&since=2026-11-01&until=2026-11-30";
    let mut told = page(entries(), "", true);
    (told.frame, told.all) = (full_frame("activity"), true);
    for (name, page) in [
        ("none", page(Vec::new(), "", false)),
        ("some", page(entries(), "", false)),
        ("told", told),
        ("filtered", page(entries(), everything, true)),
        ("nothing matches", page(Vec::new(), everything, false)),
        ("searching", page(Vec::new(), everything, true)),
        ("older", page(entries(), "before=1800000000000-7-2", true)),
        ("end", page(Vec::new(), "before=1-0-0", false)),
    ] {
        let page = page.render().expect("a page");
        assert!(!page.contains("<script>alert"), "{name}");
        keep(&format!("activity {name}"), &page);
    }
}

#[test]
fn a_row_tells_from_where_and_by_which_request() {
    let page = page(entries(), "", false).render().expect("a page");
    let told = "<span title=\"Request 0198c2f0-7d3e-7a51-9c1e-5f2f7c0d9a11\">203.0.113.9</span>";
    assert!(page.contains(told), "{page}");
    let whose = "<span class=\"muted\">of <bdi>ada@example.com</bdi></span>";
    assert!(page.contains(whose), "{page}");
}

#[test]
fn pages_keep_what_was_chosen() {
    let page = page(entries(), "kind=tokens&q=a+b", true);
    let older = "/activity?kind=tokens&q=a+b&before=1800000000000-0-0";
    assert_eq!(page.older.as_deref(), Some(older));
    assert_eq!(page.newest, None);
    assert_eq!(page.file, "/activity.csv?kind=tokens&q=a+b");
}
