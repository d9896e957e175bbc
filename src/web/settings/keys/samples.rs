//! Every page of API keys, rendered in every state.

use askama::Template;

use super::create::{MadeBeforePage, MadePage};
use super::form::{Form, Offered};
use super::index::IndexPage;
use super::revoke::RevokePage;
use super::view::KeyView;
use crate::clock::Entropy;
use crate::identity::{Scope, SecretKey};
use crate::web::samples::{frame, full_frame, keep, minutes, now};
use crate::web::words::When;

const HOME: &str = "https://patchbay.example.com";
const COPIES: &str = "/static/api-keys.js";
const DAY: i64 = 24 * 60;

fn when(at: i64) -> When {
    When::new(minutes(at), now())
}

/// A key that was used and ends some day.
fn key() -> KeyView {
    KeyView {
        id: "0123456789ab".to_owned(),
        name: "Nightly sync".to_owned(),
        beginning: "pb_3mJr7A".to_owned(),
        scopes: vec![Scope::ItemsRead, Scope::LoadsWrite, Scope::TokensRead],
        created: when(-40 * DAY),
        used: Some(when(-3)),
        expires: Some(when(50 * DAY)),
        expired: false,
    }
}

/// One that nobody ever used, and that never ends.
fn idle() -> KeyView {
    KeyView {
        id: "ba9876543210".to_owned(),
        name: "x".repeat(80),
        scopes: Vec::new(),
        used: None,
        expires: None,
        ..key()
    }
}

fn expired() -> KeyView {
    KeyView {
        id: "aaaaaaaaaaaa".to_owned(),
        name: "Quarterly <report>".to_owned(),
        scopes: Scope::ALL.to_vec(),
        expires: Some(when(-2 * DAY)),
        expired: true,
        ..key()
    }
}

fn list(keys: Vec<KeyView>, form: Form) -> IndexPage {
    IndexPage {
        frame: frame("settings"),
        keys,
        form,
        home: HOME.to_owned(),
    }
}

fn form() -> Form {
    Form::empty("cccccccccccc".to_owned())
}

/// A form in which everything is wrong, with what was entered.
fn refused() -> Form {
    let mut form = form();
    form.name = "<b>".to_owned();
    let every_other = |(nth, offered): (usize, Offered)| Offered {
        chosen: nth % 2 == 0,
        ..offered
    };
    form.scopes = form
        .scopes
        .into_iter()
        .enumerate()
        .map(every_other)
        .collect();
    let said = |text: &str| Some(text.to_owned());
    form.faults.name = said("The name must have 1 to 80 characters.");
    form.faults.scopes = said("Choose at least one scope.");
    form.faults.expiry = said("Choose one of these.");
    form.faults.whole = said("There are 100 keys already.");
    form
}

/// The page has a form that is sent once, and the script that sees to it.
fn assert_sent_once(page: &str) {
    assert_eq!(page.matches("data-once").count(), 1, "{page}");
    assert_eq!(page.matches("/static/once.js").count(), 1, "{page}");
}

#[test]
fn samples_of_the_list_render() {
    let all = || vec![key(), idle(), expired()];
    let mut told = list(all(), form());
    told.frame = full_frame("settings");
    for (name, page) in [
        ("none", list(Vec::new(), form())),
        ("some", list(all(), form())),
        ("told", told),
        ("refused", list(vec![key()], refused())),
    ] {
        let page = page.render().expect("a page");
        assert_sent_once(&page);
        keep(&format!("keys {name}"), &page);
    }
}

#[test]
fn samples_of_a_key_that_is_shown_once_render() {
    let secret = || SecretKey::new(&Entropy::fixed(9));
    for (name, key) in [("made", key()), ("made for good", idle())] {
        let page = MadePage {
            frame: frame("settings"),
            key,
            secret: secret(),
            home: HOME.to_owned(),
            script: COPIES.to_owned(),
        };
        let page = page.render().expect("a page");
        assert_eq!(page.matches(secret().expose()).count(), 1);
        keep(&format!("keys {name}"), &page);
    }
    for (name, key) in [("made before", Some(key())), ("made and gone", None)] {
        let frame = frame("settings");
        let page = MadeBeforePage { frame, key };
        keep(&format!("keys {name}"), &page.render().expect("a page"));
    }
}

#[test]
fn samples_of_the_question_whether_to_revoke_render() {
    for (name, key) in [("used", key()), ("idle", idle()), ("expired", expired())] {
        let page = RevokePage {
            frame: frame("settings"),
            key,
        };
        let page = page.render().expect("a page");
        assert_sent_once(&page);
        keep(&format!("keys revoke {name}"), &page);
    }
}
