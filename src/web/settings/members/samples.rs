//! The pages of members in their states.

use askama::Template;
use secrecy::SecretString;

use super::connections::DisconnectPage;
use super::form::Form;
use super::index::MembersPage;
use super::invitations::{InvitedBeforePage, InvitedPage};
use super::remove::RemovePage;
use super::revoke::RevokePage;
use super::view::{ConnectionView, InvitationView, MemberView};
use crate::identity::{Belonging, Role};
use crate::web::connections::Chip;
use crate::web::samples::{frame, full_frame, keep, minutes, now};
use crate::web::words::When;

const DAY: i64 = 24 * 60;

fn when(at: i64) -> When {
    When::new(minutes(at), now())
}

fn member(user: &str, role: Role, is_self: bool) -> MemberView {
    MemberView {
        user: user.to_owned(),
        role,
        since: when(-40 * DAY),
        is_self,
        by: "password",
    }
}

/// One that somebody made who is no admin any more.
fn dead_invitation() -> InvitationView {
    InvitationView {
        counts: false,
        ..invitation(None)
    }
}

fn invitation(email: Option<&str>) -> InvitationView {
    InvitationView {
        id: "0123456789ab".to_owned(),
        role: Role::Member,
        email: email.map(str::to_owned),
        by: "ada@example.com".to_owned(),
        expires: when(6 * DAY),
        counts: true,
    }
}

fn connection(user: &str, belonging: Belonging, state: &'static str) -> ConnectionView {
    ConnectionView {
        user: user.to_owned(),
        belonging,
        provider: "sample",
        name: "Sample",
        chip: Chip::of(state),
        connected: (belonging == Belonging::Member).then(|| when(-3 * DAY)),
        used: (belonging == Belonging::Member).then(|| when(-3)),
    }
}

fn empty() -> Form {
    Form {
        id: "0123456789ab".to_owned(),
        email: String::new(),
        role: Some(Role::Member),
        email_fault: None,
        fault: None,
    }
}

fn page(form: Form) -> MembersPage {
    let long = format!("{}@example.com", "x".repeat(110));
    MembersPage {
        frame: full_frame("settings"),
        org: "acme".to_owned(),
        members: vec![
            member("ada@example.com", Role::Admin, true),
            member("<bob>@example.com", Role::Member, false),
            member(&long, Role::Member, false),
        ],
        connections: vec![
            connection("ada@example.com", Belonging::Member, "connected"),
            connection(&long, Belonging::Member, "retrying"),
            connection("eve@example.com", Belonging::Left, "misconfigured"),
            connection("nightly-sync", Belonging::NoAccount, "connected"),
        ],
        invitations: Some(vec![
            invitation(Some("cy@example.com")),
            invitation(None),
            dead_invitation(),
        ]),
        form,
    }
}

#[test]
fn samples_of_the_members_render() {
    let wrong = Form {
        id: "0123456789ab".to_owned(),
        email: "<cy>".to_owned(),
        role: Some(Role::Admin),
        email_fault: Some("The email is not an email address.".to_owned()),
        fault: Some("200 invitations are open already.".to_owned()),
    };
    let mut alone = page(empty());
    alone.frame = frame("settings");
    alone.members.truncate(1);
    alone.connections.clear();
    alone.invitations = Some(Vec::new());
    let mut sso = page(empty());
    sso.invitations = None;
    for (name, page) in [
        ("some", page(empty())),
        ("refused", page(wrong)),
        ("alone", alone),
        ("single sign-on", sso),
    ] {
        keep(&format!("members {name}"), &page.render().expect("a page"));
    }
}

#[test]
fn samples_of_an_invitation_that_was_made_render() {
    for (name, email) in [("for one", Some("cy@example.com")), ("for all", None)] {
        let page = InvitedPage {
            frame: frame("settings"),
            invitation: invitation(email),
            link: SecretString::from("https://patchbay.example.com/invitations/0123456789"),
            script: "/static/api-keys.js".to_owned(),
        };
        keep(&format!("invited {name}"), &page.render().expect("a page"));
    }
}

#[test]
fn samples_of_what_a_form_that_was_sent_before_is_told_render() {
    let frame = frame("settings");
    let page = InvitedBeforePage { frame }.render().expect("a page");
    keep("invited before", &page);
}

#[test]
fn samples_of_the_question_whether_to_revoke_render() {
    for (name, email) in [("for one", Some("cy@example.com")), ("for all", None)] {
        let page = RevokePage {
            frame: frame("settings"),
            invitation: invitation(email),
        };
        let page = page.render().expect("a page");
        keep(&format!("revoke of an invitation {name}"), &page);
    }
}

#[test]
fn samples_of_the_question_whether_to_remove_render() {
    let connections = || {
        vec![connection(
            "bob@example.com",
            Belonging::Member,
            "connected",
        )]
    };
    for (name, connections, keys) in [("nothing", Vec::new(), 0), ("much", connections(), 3)] {
        let page = RemovePage {
            frame: frame("settings"),
            member: member("bob@example.com", Role::Member, false),
            connections,
            keys,
        };
        keep(&format!("remove {name}"), &page.render().expect("a page"));
    }
}

#[test]
fn samples_of_the_question_whether_to_disconnect_render() {
    for (name, told) in [("told", true), ("untold", false)] {
        let page = DisconnectPage {
            frame: frame("settings"),
            connection: connection("bob@example.com", Belonging::Member, "connected"),
            told,
        };
        let page = page.render().expect("a page");
        keep(&format!("disconnect of a member {name}"), &page);
    }
}
