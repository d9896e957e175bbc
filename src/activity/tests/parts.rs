//! What an entry says by itself, and as a row of a table.

use super::*;

#[test]
fn what_came_of_it_follows_from_the_action_unless_it_is_said() {
    let outcome = |action| Entry::new(&by("ada"), "acme", action).outcome;
    assert_eq!(outcome(Action::Connected), Outcome::Done);
    assert_eq!(outcome(Action::SignInFailed), Outcome::Refused);
    assert_eq!(outcome(Action::AccessWithdrawn), Outcome::Failed);
    let entry = Entry::new(&by("ada"), "acme", Action::PasswordChanged);
    let refused = entry.refused("it is too short");
    assert_eq!(refused.outcome, Outcome::Refused);
    assert_eq!(refused.detail, "it is too short");
}

#[test]
fn an_entry_concerns_who_did_it_unless_somebody_else_is_named() {
    let own = Entry::new(&by("ada"), "acme", Action::SignedIn);
    assert!(own.concerns("ada") && !own.concerns("bob"));
    assert_eq!(own.concerned(), None);
    let other = Entry::new(&by("ada"), "acme", Action::MemberRemoved).whose("bob");
    assert!(other.concerns("ada") && other.concerns("bob"));
    assert_eq!(other.concerned(), Some("bob"));
    // It is told already.
    assert_eq!(other.about("bob").concerned(), None);
    let nobodys = Entry::new(&By::unknown(peer()), "acme", Action::SignInFailed);
    assert!(!nobodys.concerns("ada") && !nobodys.concerns(""));
}

#[test]
fn a_long_text_is_cut() {
    let entry = Entry::new(&by("ada"), "acme", Action::Exported).about(&"é".repeat(300));
    assert_eq!(entry.object, format!("{}…", "é".repeat(200)));
    let whole = "é".repeat(200);
    let entry = Entry::new(&by("ada"), "acme", Action::Exported).about(&whole);
    assert_eq!(entry.object, whole);
}

/// A row of the table without its time.
fn row(entry: Entry) -> Vec<String> {
    let at = Timestamp::UNIX_EPOCH;
    let file = table(&[Noted { at, entry }], false).expect("a table");
    let mut rows = csv::ReaderBuilder::new();
    let mut rows = rows.has_headers(false).from_reader(&file[..]);
    let row = rows.records().next().expect("a row").expect("a record");
    row.iter().skip(1).map(str::to_owned).collect()
}

#[test]
fn a_row_says_all_of_an_entry() {
    let entry = Entry::of(&program("ada"), &owner("ada"), Action::ContactCreated);
    let row = row(entry.at("sample").about("51").saying("a word"));
    let expected = [
        "key",
        "ada",
        "nightly sync",
        "abc",
        "contact_created",
        "sample",
        "51",
        "ada",
        "done",
        "a word",
        "203.0.113.9",
        "0198-request",
    ];
    assert_eq!(row, expected);
}

#[test]
fn nothing_of_a_row_is_a_formula() {
    let evil = "=HYPERLINK(\"https://evil.example\",\"x\")\r\n,\"";
    let by = By {
        actor: Actor::Key {
            id: "abc".to_owned(),
            name: evil.to_owned(),
            user: "+ada".to_owned(),
        },
        peer: Peer::default(),
    };
    let entry = Entry::new(&by, "acme", Action::KeyMade).whose("@bob");
    let row = row(entry.about(evil).saying("-1+1"));
    let quoted = format!("'{evil}");
    assert_eq!(row[1], "'+ada");
    assert_eq!(row[2], quoted);
    assert_eq!([&row[6], &row[7], &row[9]], [&quoted, "'@bob", "'-1+1"]);
}

#[test]
fn a_table_begins_with_its_headings_once() {
    let first = table(&[], true).expect("a table");
    let text = String::from_utf8(first).expect("text");
    assert!(text.starts_with("\u{feff}time,by,user,"), "{text}");
    assert_eq!(text.lines().count(), 1);
    assert_eq!(table(&[], false).expect("a table"), b"");
}
