//! The states that pages of contacts can be in.

use super::*;
use crate::providers::Taken;

#[test]
fn every_list_renders() {
    let long = "x".repeat(400);
    let names = ["Ada", "Zoë 组织", "\u{202e}<b>", &long[..]];
    for (name, query, names, total, says) in [
        ("some", "", &names[..], 120, "120 contacts."),
        ("found", "q=ada", &names[..1], 1, "1 contact found."),
        ("capped", "page=2", &names[..], 15_000, "first 10,000 alone"),
        ("none", "", &[], 0, "There are no contacts yet"),
        ("nothing found", "q=nobody", &[], 0, "No contact matches"),
        ("beyond", "page=9", &[], 120, "beyond the end"),
        ("hole", "page=2", &[], 120, "Nothing is shown on this page"),
        ("first hole", "", &[], 120, "id=\"page-next\""),
    ] {
        let address = address(query);
        let mut page = page(&address);
        page.list = Some(list(&address, names, total));
        let html = rendered(&format!("list {name}"), &page);
        assert!(html.contains(says), "{name}: {html}");
        assert!(!html.contains("<b>"));
    }
    let address = address("");
    let mut page = page(&address);
    page.frame = full_frame("contacts");
    let failed = told(&Barrier::Failed("failed (status 500)".to_owned()));
    page.list = Some(ListView::new(profile(), &FACTS, &address, None).without(failed));
    assert!(rendered("list failed", &page).contains("failed (status 500)"));
}

#[test]
fn every_form_renders() {
    let ada = || Some(contact(1, "Ada"));
    let with = |told| Notes {
        token: "token".to_owned(),
        told: Some(told),
        ..Notes::default()
    };
    let name = profile().name;
    let faults = [Some("email"), Some("city"), Some(ROW), Some("other"), None];
    let wrong = Notes {
        faults: faults.map(fault).into(),
        ..Notes::default()
    };
    let both = with(Told::conflict(name));
    let taken = |by: Option<&str>| Notes {
        taken: Some(Taken {
            property: Some("email".to_owned()),
            by: by.map(str::to_owned),
        }),
        ..Notes::default()
    };
    let missing = with(told(&Barrier::Missing(FACTS.write.to_owned())));
    for (title, of, notes, may_write, says) in [
        ("new", None, Notes::default(), true, "Create contact"),
        ("open", ada(), Notes::default(), true, "Open in"),
        (
            "wrong",
            ada(),
            wrong,
            true,
            "aria-describedby=\"new-error\"",
        ),
        ("conflict", ada(), both, true, "You entered:"),
        (
            "taken",
            ada(),
            taken(Some("2")),
            true,
            "Open the existing contact",
        ),
        (
            "taken by nobody known",
            None,
            taken(None),
            true,
            "Search for it",
        ),
        (
            "lost",
            ada(),
            with(told(&Barrier::Ended(Ended::Lost))),
            true,
            "name=\"reconnect\"",
        ),
        (
            "back",
            ada(),
            with(Told::back()),
            true,
            "Reconnected; save again",
        ),
        (
            "unclear",
            None,
            with(Told::unclear(name, "went away", "/list", false)),
            true,
            "Look first",
        ),
        (
            "unclear again",
            None,
            with(Told::unclear(name, "went away", "/list", true)),
            true,
            "done anew",
        ),
        ("late", None, with(Told::late(name)), true, "not done twice"),
        (
            "gone",
            None,
            with(Told::gone(name, "/list".to_owned())),
            true,
            "Back to the contacts",
        ),
        (
            "made before",
            None,
            with(Told::made_before("7", "/contact".to_owned())),
            true,
            "made contact 7 already",
        ),
        (
            "of another account",
            ada(),
            with(Told::other_account(
                name,
                "one.example",
                "two.example",
                false,
            )),
            true,
            "name=\"reconnect\"",
        ),
        ("store", ada(), with(Told::store()), true, "its own store"),
        ("read only", ada(), missing, false, "not set"),
    ] {
        let address = address("more=city,notes");
        let mut page = page(&address);
        page.may_write = may_write;
        page.list = Some(list(&address, &["Ada", "Bob"], 2));
        page.form = Some(form(&address, of, &notes, may_write));
        let html = rendered(&format!("form {title}"), &page);
        assert!(html.contains(says), "{title}: {html}");
        assert!(!html.contains("<right>"), "{title}");
    }
}

#[test]
fn whatever_is_in_the_way_is_told_with_the_way_on() {
    let barriers = [
        (Barrier::NotConfigured, false),
        (Barrier::NotConnected, true),
        (Barrier::Unreadable, true),
        (Barrier::Ended(Ended::Withdrawn), true),
        (Barrier::Ended(Ended::Refused), true),
        (Barrier::Misconfigured, false),
        (Barrier::Missing(FACTS.read.to_owned()), true),
        (Barrier::Failed("did not answer".to_owned()), false),
        (Barrier::Late, false),
        (Barrier::NoToken, false),
    ];
    for (nth, (barrier, connects)) in barriers.iter().enumerate() {
        let address = address("");
        let mut page = page(&address);
        page.barrier = Some(told(barrier));
        let html = rendered(&format!("barrier {nth}"), &page);
        let leads = html.contains("name=\"return_to\" value=\"/connections/");
        assert_eq!(leads, *connects, "{barrier:?}");
    }
    let refused = |barrier: &Barrier, says: &str| {
        let told = Told::new(barrier, profile(), |_| false);
        assert_eq!(told.connect, None);
        assert!(told.text.contains(says), "{}", told.text);
    };
    let known = profile().scopes.first().expect("a permission").id;
    refused(&Barrier::Missing(known.to_owned()), "the operator chose");
    refused(&Barrier::Missing("x".to_owned()), "has no use for");
    refused(&Barrier::Denied(known.to_owned()), "your own rights");
}

#[test]
fn deleting_and_what_is_gone_render() {
    let question = |told| DeletePage {
        frame: frame("contacts"),
        name: "Ada <b>".to_owned(),
        id: "1".to_owned(),
        provider: profile().name,
        kept: FACTS.kept_after_delete,
        action: "/delete".to_owned(),
        form: "/contact".to_owned(),
        token: "token".to_owned(),
        account: Whose {
            id: "1".to_owned(),
            name: "example.com".to_owned(),
        },
        told,
    };
    let html = rendered("delete", &question(None));
    assert!(
        html.contains("90 days") && html.contains("Ada &#60;b&#62;"),
        "{html}"
    );
    rendered("delete late", &question(Some(Told::late(profile().name))));
    let gone = GonePage {
        frame: frame("contacts"),
        name: profile().name,
        list: "/list".to_owned(),
    };
    assert!(rendered("gone", &gone).contains("Back to the contacts"));
}
