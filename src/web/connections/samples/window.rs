//! Every page of the window that a program opened, but for the question which account to keep.

use askama::Template;

use super::super::question::Came;
use super::super::window::WindowPage;
use super::super::window::confirm::ConfirmPage;
use super::{buttons, read};
use crate::connections::{Answered, Outcome};
use crate::owner::Owner;
use crate::providers::{Profile, Registry};
use crate::vault::Revocation;
use crate::web::samples::{keep, minutes, now, window_frame};
use crate::web::words::When;

/// Ids that would be markup, or turn the rest of the line around.
fn odd() -> Owner {
    Owner {
        org: "\u{202e}<b>acme</b>".to_owned(),
        user: "\"ada\" & <i>co</i>".to_owned(),
    }
}

fn ada() -> Owner {
    Owner {
        org: "acme".to_owned(),
        user: "ada@example.com".to_owned(),
    }
}

fn answered(profile: &Profile, outcome: Outcome, revocation: Revocation) -> WindowPage {
    let owner = matches!(outcome, Outcome::Connected { .. }).then(ada);
    let came = Came::of(
        profile,
        Answered {
            outcome,
            revocation,
            return_to: None,
        },
    );
    WindowPage::answered(window_frame(), profile, came.expect("an outcome"), owner)
}

fn kept(account: Option<&str>, late: bool) -> Outcome {
    Outcome::Kept {
        account: account.map(str::to_owned),
        late,
    }
}

fn replaced() -> Outcome {
    Outcome::Connected {
        account: "example.org".to_owned(),
        replaced: true,
    }
}

/// Each end of a window, and what its page must say.
fn ends(profile: &'static Profile) -> Vec<(WindowPage, String)> {
    let (name, frame) = (profile.name, window_frame);
    let can = |who: &str| format!("{who} can use this {name} account through Patchbay now.");
    vec![
        (
            WindowPage::connected(frame(), profile, "example.com", ada()),
            can("ada@example.com of acme"),
        ),
        (
            WindowPage::connected(frame(), profile, &"w".repeat(600), odd()),
            can(
                "&#34;ada&#34; &#38; &#60;i&#62;co&#60;/i&#62; of \u{202e}&#60;b&#62;acme&#60;/b&#62;",
            ),
        ),
        (
            WindowPage::denied(frame(), profile),
            format!("You said no at {name} Nothing was stored."),
        ),
        (
            WindowPage::dropped(frame(), profile),
            format!("{name} was not connected Nothing was stored."),
        ),
        (
            answered(profile, replaced(), Revocation::Done),
            can("ada@example.com of acme"),
        ),
        (
            answered(
                profile,
                kept(Some("example.com"), false),
                Revocation::Failed,
            ),
            "Still connected as example.com".to_owned(),
        ),
        (
            answered(profile, kept(Some("example.com"), true), Revocation::Shared),
            "Nobody chose within 15 minutes".to_owned(),
        ),
        (
            answered(profile, kept(None, false), Revocation::Impossible),
            format!("{name} stays disconnected"),
        ),
    ]
}

#[test]
fn every_end_of_a_window_renders_and_closes_it() {
    let profile = Registry.all().next().expect("a provider").profile();
    for (nth, (page, says)) in ends(profile).into_iter().enumerate() {
        let page = page.render().expect("a page");
        keep(&format!("window {nth}"), &page);
        let text = read(&page);
        assert!(text.contains(&says), "{says}: {text}");
        assert!(text.contains("You can close this window."), "{text}");
        assert_eq!(page.matches("data-closes=\"").count(), 1);
        assert_eq!(page.matches("/static/popup.").count(), 1);
        assert_eq!(page.matches("<form").count(), 0, "it may be a callback's");
    }
}

#[test]
fn the_question_whether_to_connect_renders() {
    for (provider, owner) in Registry.all().zip([ada(), odd(), ada()]) {
        let profile = provider.profile();
        let page = ConfirmPage {
            frame: window_frame(),
            name: profile.name,
            owner,
            permissions: profile.scopes.iter().map(|scope| scope.words).collect(),
            until: When::new(minutes(9), now()),
            action: format!("/integrations/{}/confirm/id", profile.id),
        };
        let page = page.render().expect("a page");
        keep(&format!("confirm {}", profile.id), &page);
        let connect = format!("Connect {}", profile.name);
        assert_eq!(buttons(&page), [&connect, "No, do not connect"]);
        assert_eq!(page.matches("data-closes").count(), 0);
        assert_eq!(page.matches("data-once").count(), 1);
        assert_eq!(page.matches("<bdi>").count(), 2);
    }
}
