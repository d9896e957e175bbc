//! The question which of two accounts to keep, among our pages and in the window of a program.

use askama::Template;

use super::super::question::{AccountPage, Place};
use super::super::view::AccountSide;
use super::{buttons, head, with};
use crate::owner::Owner;
use crate::providers::{Account, Registry};
use crate::web::samples::{full_frame, keep, minutes, now, window_frame};
use crate::web::words::When;

fn account(name: &str) -> Account {
    Account {
        id: name.to_owned(),
        name: name.to_owned(),
        facts: vec![("Account id".to_owned(), "1".to_owned())],
        ..Account::default()
    }
}

fn window() -> Place {
    Place::Window {
        owner: Owner {
            org: "acme".to_owned(),
            user: "ada@example.com".to_owned(),
        },
    }
}

#[test]
fn the_question_which_account_to_keep_renders() {
    let profile = Registry.all().next().expect("a provider").profile();
    let (old, new) = (account("example.com"), account("example.org"));
    let connected = with(profile, |_| ());
    let samples = [(Some(&old), true), (Some(&old), false), (None, true)];
    for (nth, (old, revokes)) in samples.into_iter().enumerate() {
        for place in [Place::Page, window()] {
            let in_window = matches!(place, Place::Window { .. });
            let (frame, root) = match in_window {
                true => (window_frame(), "integrations"),
                false => (full_frame("connections"), "connections"),
            };
            let page = AccountPage {
                frame,
                head: head(&connected),
                id: "question".to_owned(),
                old: old.map(AccountSide::new),
                new: AccountSide::new(&new),
                until: When::new(minutes(15), now()),
                revokes,
                apps_url: profile.apps_url,
                place,
            };
            let page = page.render().expect("a page");
            keep(&format!("account {nth} {root}"), &page);
            let keeps = buttons(&page).iter().any(|words| words.starts_with("Keep"));
            assert_eq!(keeps, old.is_some());
            let action = format!("action=\"/{root}/{}/account\"", profile.id);
            assert!(page.contains(&action), "{page}");
            assert_eq!(page.contains("Choose later"), !in_window);
            assert_eq!(page.matches("/static/once.js").count(), 1);
            assert_eq!(page.matches("data-once").count(), 1);
        }
    }
}
