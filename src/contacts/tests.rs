//! What is decided before and between calls.

use jiff::Timestamp;

use super::merge::{Merged, merge};
use super::write::absorbed;
use super::{Barrier, Entered, Outcome, ROW};
use crate::providers::{Contact, ContactFacts, ContactField, Input};

const FACTS: ContactFacts = ContactFacts {
    stream: "contacts",
    read: "read",
    write: "write",
    fields: &[field("email"), field("phone")],
    needs_one_of: &["email"],
    search_lag: "A moment.",
    most_found: 100,
    longest_value: 65_536,
    kept_after_delete: "Nothing.",
};

const fn field(name: &'static str) -> ContactField {
    ContactField {
        name,
        label: name,
        input: Input::Text,
        hint: None,
        choices: &[],
    }
}

fn map(pairs: &[(&str, &str)]) -> std::collections::BTreeMap<String, String> {
    let pairs = pairs.iter();
    pairs
        .map(|(name, value)| ((*name).into(), (*value).into()))
        .collect()
}

/// Entered when the contact was at `base`; `pairs`: a property, what it was, what it is now.
fn entered(base: i64, pairs: &[(&str, &str, &str)]) -> Entered {
    let of = |now: bool| {
        let pairs = pairs.iter();
        let pairs = pairs.map(|(name, was, typed)| (*name, if now { *typed } else { *was }));
        map(&pairs.collect::<Vec<_>>())
    };
    Entered {
        values: of(true),
        was: of(false),
        base: Timestamp::from_second(base).ok(),
        ..Entered::default()
    }
}

fn contact(updated: i64, pairs: &[(&str, &str)]) -> Contact {
    Contact {
        id: "1".to_owned(),
        name: "Ada".to_owned(),
        properties: map(pairs),
        created_at: None,
        updated_at: Timestamp::from_second(updated).ok(),
        url: None,
        raw: serde_json::Value::Null,
    }
}

fn sends(pairs: &[(&str, &str)]) -> Merged {
    Merged::Send(map(pairs))
}

#[test]
fn only_what_was_changed_is_sent() {
    let here = entered(
        1,
        &[
            ("email", "a@example.com", "a@example.com"),
            ("phone", "1", "2"),
        ],
    );
    let now = contact(1, &[("email", "a@example.com"), ("phone", "1")]);
    assert_eq!(merge(&here, &now), (sends(&[("phone", "2")]), vec![]));
    let none = entered(1, &[("phone", "1", "1")]);
    assert_eq!(merge(&none, &now), (sends(&[]), vec![]));
}

#[test]
fn what_changed_elsewhere_alone_stays_as_it_is_there() {
    let here = entered(
        1,
        &[
            ("email", "a@example.com", "a@example.com"),
            ("phone", "1", "2"),
        ],
    );
    let now = contact(5, &[("email", "b@example.com"), ("phone", "1")]);
    let expected = (sends(&[("phone", "2")]), vec!["email".to_owned()]);
    assert_eq!(merge(&here, &now), expected);
}

#[test]
fn what_both_changed_is_asked_about_unless_it_is_the_same() {
    let here = entered(
        1,
        &[
            ("email", "a@example.com", "c@example.com"),
            ("phone", "1", "2"),
        ],
    );
    let other = contact(5, &[("email", "b@example.com"), ("phone", "2")]);
    let asked = Merged::Conflict(vec!["email".to_owned()]);
    assert_eq!(merge(&here, &other), (asked, vec![]));
    let same = contact(5, &[("email", "c@example.com"), ("phone", "2")]);
    assert_eq!(merge(&here, &same), (sends(&[]), vec![]));
}

#[test]
fn a_later_time_alone_is_no_conflict() {
    let here = entered(1, &[("phone", "1", "2")]);
    let now = contact(9, &[("phone", "1")]);
    assert_eq!(merge(&here, &now), (sends(&[("phone", "2")]), vec![]));
}

#[test]
fn a_value_can_be_cleared() {
    let here = entered(
        1,
        &[
            ("email", "b@example.com", "b@example.com"),
            ("phone", "1", ""),
        ],
    );
    let now = contact(1, &[("email", "b@example.com"), ("phone", "1")]);
    assert_eq!(merge(&here, &now), (sends(&[("phone", "")]), vec![]));
}

#[test]
fn line_ends_alone_are_no_change() {
    let here = entered(1, &[("phone", "1\n2", "1\n2")]);
    let now = contact(9, &[("phone", "1\r\n2")]);
    assert_eq!(merge(&here, &now), (sends(&[]), vec![]));
}

#[test]
fn control_characters_and_too_long_values_are_told_at_their_field() {
    let fine = [
        "",
        "Zoë",
        "<script>",
        "\u{202e}abc",
        "a\tb\nc",
        &"x".repeat(65_536),
    ];
    for value in fine {
        assert_eq!(
            entered(1, &[("phone", "-", value)]).faults(&FACTS),
            [],
            "{value:?}"
        );
    }
    for (value, word) in [
        ("a\0b", "null byte"),
        ("\u{1b}", "U+001B"),
        (&"é".repeat(65_537), "65,536"),
    ] {
        let faults = entered(1, &[("phone", "", value)]).faults(&FACTS);
        assert_eq!(faults.len(), 1);
        assert_eq!(faults[0].property.as_deref(), Some("phone"));
        assert!(faults[0].text.contains(word), "{}", faults[0].text);
    }
    for (was, now) in [("a\0b", "a\0b"), ("a\u{b}b", "a\u{b}b and more")] {
        let faults = entered(1, &[("phone", was, now)]).faults(&FACTS);
        assert_eq!(faults, [], "it was so");
    }
    let short = ContactFacts {
        longest_value: 3,
        ..FACTS
    };
    let faults = entered(1, &[("phone", "", "1234")]).faults(&short);
    assert!(faults[0].text.contains("than 3 characters"));
}

#[test]
fn a_null_that_no_page_can_hold_is_no_change() {
    let now = contact(9, &[("phone", "a\0b")]);
    let here = Entered::of(&now, &FACTS, &[]);
    assert_eq!(here.value("phone"), "a\u{fffd}b");
    let later = contact(10, &[("phone", "a\0b")]);
    assert_eq!(merge(&here, &later), (sends(&[]), vec![]));
}

#[test]
fn a_row_becomes_a_property_where_it_can_be_one() {
    let take = |name: &str| {
        let mut here = Entered {
            row: (name.to_owned(), "London".to_owned()),
            more: vec!["zip".to_owned()],
            ..Entered::default()
        };
        let fault = here.take_row(&FACTS).err();
        (here, fault.and_then(|fault| fault.property))
    };
    let (taken, fault) = take(" city ");
    assert_eq!((taken.value("city"), fault), ("London", None));
    assert_eq!(taken.more, ["zip", "city"]);
    for name in ["", "phone", "zip", "a b", "naïve", "a.b", &"x".repeat(101)] {
        assert_eq!(take(name).1.as_deref(), Some(ROW), "{name:?}");
    }
    assert!(Entered::default().take_row(&FACTS).is_ok());
}

#[test]
fn a_property_of_the_row_does_not_overwrite_what_nobody_saw() {
    let of = |value: &str| {
        let mut here = Entered {
            row: ("city".to_owned(), value.to_owned()),
            ..entered(1, &[])
        };
        here.take_row(&FACTS).expect("a property");
        here
    };
    let (london, none) = (contact(1, &[("city", "London")]), contact(1, &[]));
    let asked = || Merged::Conflict(vec!["city".to_owned()]);
    assert_eq!(merge(&of("Paris"), &london), (asked(), vec![]));
    assert_eq!(merge(&of(""), &london), (asked(), vec![]));
    assert_eq!(merge(&of("London"), &london), (sends(&[]), vec![]));
    let paris = sends(&[("city", "Paris")]);
    assert_eq!(merge(&of("Paris"), &none), (paris, vec![]));

    // Shown before it is sent, it is asked about, too.
    let mut here = of("Paris");
    here.show(&london, "city");
    assert!(here.asked.contains("city") && here.unseen.is_empty());
    assert_eq!(
        (here.value("city"), &here.was["city"][..]),
        ("Paris", "London")
    );
    let mut here = of("");
    here.show(&london, "city");
    assert_eq!((here.value("city"), here.asked.len()), ("London", 0));
}

#[test]
fn a_permission_that_was_granted_and_is_refused_is_not_missing() {
    let of = |scope: &str| Barrier::of_permission(scope.to_owned(), |scope| scope == "write");
    assert!(matches!(of("write"), Barrier::Denied(_)));
    assert!(!of("write").asks_to_reconnect());
    assert!(matches!(of("other"), Barrier::Missing(_)));
}

#[test]
fn a_new_contact_needs_one_of_some_fields() {
    let of = |value: &str| entered(1, &[("email", "", value)]).needs_one_of(&FACTS);
    assert_eq!(of("a@example.com"), None);
    assert_eq!(
        of("  ").and_then(|fault| fault.property).as_deref(),
        Some("email")
    );
}

#[test]
fn nothing_of_a_merged_contact_goes_to_the_other_before_it_is_seen() {
    let here = entered(
        1,
        &[
            ("email", "a@example.com", "a@example.com"),
            ("phone", "1", "2"),
            ("city", "", "Paris"),
        ],
    );
    let other = contact(1, &[("email", "b@example.com"), ("city", "Paris")]);
    let Outcome::Conflict(conflict) = absorbed(&here, other.clone()) else {
        panic!("a question");
    };
    assert_eq!(
        (conflict.contact, conflict.both),
        (other, vec!["phone".to_owned()])
    );
}
