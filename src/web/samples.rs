//! What the tests share that render pages with sample values. `tests/pages/run.sh` names a folder to put the pages
//! into, and checks their HTML and their accessibility.

use std::path::PathBuf;

use jiff::{SignedDuration, Timestamp};

use super::flash::Notice;
use super::frame::Frame;
use crate::owner::Owner;

/// The moment at which all samples are looked at.
pub fn now() -> Timestamp {
    Timestamp::from_second(1_800_000_000).expect("a time")
}

/// So many minutes from that moment; negative ones lie before it.
pub fn minutes(minutes: i64) -> Timestamp {
    now() + SignedDuration::from_mins(minutes)
}

/// The frame of a signed-in person's page.
pub fn frame(here: &'static str) -> Frame {
    Frame {
        owner: Some(Owner {
            org: "acme".to_owned(),
            user: "ada@example.com".to_owned(),
        }),
        csrf: "csrf".to_owned(),
        notices: Vec::new(),
        here,
        settings: vec![
            ("API keys", "/settings/keys"),
            ("Sessions", "/settings/sessions"),
            ("Password", "/settings/password"),
            ("Members", "/settings/members"),
        ],
        contacts: Some("sample"),
        demo: false,
        sandbox: Vec::new(),
        reload_after: None,
        css: "/static/app.css".to_owned(),
        htmx: "/static/htmx.js".to_owned(),
        keys: "/static/keys.js".to_owned(),
        once: "/static/once.js".to_owned(),
    }
}

/// The frame of a page in a window that a program opened.
pub fn window_frame() -> Frame {
    Frame {
        owner: None,
        ..frame("")
    }
}

/// The same with everything that a frame can have.
pub fn full_frame(here: &'static str) -> Frame {
    let notice = |tone: &str| Notice {
        tone: tone.to_owned(),
        title: "Connected as example.com".to_owned(),
        text: "Load its items when you like.".to_owned(),
        link: super::flash::Link::new("Connected apps", "https://example.com/apps"),
    };
    Frame {
        notices: ["ok", "info", "warn", "danger"].map(notice).into(),
        demo: true,
        sandbox: vec![("Sample", "http://localhost:9/control".to_owned())],
        reload_after: Some(2),
        ..frame(here)
    }
}

/// Puts a rendered page where it is checked further, if that was asked for.
pub fn keep(name: &str, html: &str) {
    let Some(folder) = std::env::var_os("PATCHBAY_TEST_PAGES").map(PathBuf::from) else {
        return;
    };
    let plain = |letter: char| match letter {
        'a'..='z' | '0'..='9' => letter,
        _ => '-',
    };
    let name: String = name.to_lowercase().chars().map(plain).collect();
    let place = folder.join(format!("{name}.html"));
    assert!(!place.exists(), "two samples are called {name}");
    std::fs::write(place, html).expect("a page that is kept");
}
