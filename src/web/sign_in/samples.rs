//! The pages of the sign-in in their states.

use askama::Template;

use super::demo::DemoPage;
use super::local::LocalPage;
use crate::web::form::Field;
use crate::web::frame::Frame;
use crate::web::samples::{full_frame, keep};
use crate::web::words::listed;

fn frame() -> Frame {
    Frame {
        owner: None,
        ..full_frame("")
    }
}

#[test]
fn samples_of_the_demo_sign_in_render() {
    let wrong = || Field {
        value: "a b".to_owned(),
        error: Some("The user_id must not hold a space.".to_owned()),
    };
    for (name, user) in [("open", Field::default()), ("wrong", wrong())] {
        let page = DemoPage {
            frame: frame(),
            providers: listed(&["A", "B"]),
            next: "/connections".to_owned(),
            user,
            org: Field::default(),
        };
        keep(&format!("sign-in {name}"), &page.render().expect("a page"));
    }
}

#[test]
fn samples_of_the_sign_in_by_password_render() {
    for (name, wrong) in [("empty", false), ("refused", true)] {
        let email = if wrong { "ada@example.com" } else { "" };
        let page = LocalPage {
            frame: frame(),
            providers: listed(&["A", "B"]),
            next: "/connections".to_owned(),
            email: email.to_owned(),
            wrong,
        };
        let page = page.render().expect("a page");
        keep(&format!("sign-in by password {name}"), &page);
    }
}
