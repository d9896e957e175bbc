//! Names of keys: none reaches into another, and what is made is what is read.

use proptest::prelude::*;

use super::*;

fn owner(org: &str, user: &str) -> Owner {
    Owner {
        org: org.to_owned(),
        user: user.to_owned(),
    }
}

#[test]
fn names_that_look_alike_never_meet() {
    let one = connection(&owner("a:b", "c"), "hubspot");
    let other = connection(&owner("a", "b:c"), "hubspot");
    assert_ne!(one, other);
    assert_eq!(one.as_str(), "pb:{a%3Ab.c}:connection:hubspot");
    assert_ne!(
        connection(&owner("a.b", "c"), "hubspot"),
        connection(&owner("a", "b.c"), "hubspot")
    );
}

#[test]
fn only_names_of_ours_are_read() {
    for name in [
        "",
        "pb:schema",
        "pb:session:{abc}",
        "pb:pending:{abc}",
        "pb:{s-0190}:contacts:0",
        "pb:{acme.ada}:connection",
        "pb:{acme.ada}:connection:",
        "pb:{acme.ada}:connection:a:b",
        "pb:{acme.ada.eve}:connection:hubspot",
        "pb:{acme}:activity:hubspot",
        "pb:{acme.%61da}:connection:hubspot",
        "pb:{acme.%ff}:connection:hubspot",
        "pb:{acme.ada}:connection:hubspot ",
    ] {
        assert_eq!(parse_owned(name), None, "{name}");
    }
    assert_eq!(parse_pending(pending("a-b_C1").as_str()), Some("a-b_C1"));
    for name in [
        "pb:pending:abc",
        "pb:pending:{}",
        "pb:pending:{a}b}",
        "pb:{a.b}:c:d",
    ] {
        assert_eq!(parse_pending(name), None, "{name}");
    }
    let waiting = unconfirmed("a-b_C1");
    assert_eq!(parse_unconfirmed(waiting.as_str()), Some("a-b_C1"));
    assert_eq!(parse_pending(waiting.as_str()), None);
    assert_eq!(parse_unconfirmed(pending("a-b_C1").as_str()), None);
}

#[test]
fn units_that_one_request_counts_in_share_a_slot_and_tell_no_ids() {
    let tag = |key: &Key| key.as_str().split(['{', '}']).nth(1).map(str::to_owned);
    let (base, account) = (
        limit("airtable", "base", "appSecret", true),
        limit("airtable", "account", "usr", true),
    );
    assert_eq!(tag(&base.log), tag(&account.state));
    assert_ne!(base.log, account.log);
    let (one, other) = (
        limit("hubspot", "account", "1", false),
        limit("hubspot", "account", "2", false),
    );
    assert_eq!(tag(&one.log), tag(&one.state));
    assert_ne!(tag(&one.log), tag(&other.log));
    assert!(!format!("{base:?}").contains("appSecret"));
}

proptest! {
    #[test]
    fn a_name_is_read_as_it_was_made(
        org in ".{0,40}", user in ".{0,40}", what in "[a-z]{1,9}", provider in "[a-z0-9_-]{1,9}"
    ) {
        let made = Owned { owner: owner(&org, &user), what, provider };
        let name = owned(&made.owner, &made.what, &made.provider);
        prop_assert_eq!(parse_owned(name.as_str()), Some(made));
    }

    #[test]
    fn what_is_read_was_made_here(
        name in "(pb:)?\\{[a-z.%0-9{}]{0,12}\\}:[a-z:]{0,9}:[a-z:]{0,5}"
    ) {
        if let Some(read) = parse_owned(&name) {
            let made = owned(&read.owner, &read.what, &read.provider);
            prop_assert_eq!(made.as_str(), name);
        }
    }

    #[test]
    fn different_owners_have_different_keys(
        a in ".{1,20}", b in ".{1,20}", c in ".{1,20}", d in ".{1,20}"
    ) {
        let (one, other) = (owner(&a, &b), owner(&c, &d));
        prop_assert_eq!(
            one == other,
            connection(&one, "hubspot") == connection(&other, "hubspot")
        );
    }

    #[test]
    fn a_connection_is_known_by_its_key(org in ".{1,20}", user in ".{1,20}") {
        let key = connection(&owner(&org, &user), "hubspot");
        let found = connection_of(key.as_str());
        prop_assert_eq!(found, Some((owner(&org, &user), "hubspot".to_owned())));
        prop_assert_eq!(connection_of(load(&owner(&org, &user), "hubspot").as_str()), None);
    }

    #[test]
    fn an_id_cannot_leave_its_place(org in ".{1,40}", user in ".{1,40}") {
        let key = connection(&owner(&org, &user), "hubspot");
        let rest = key.as_str().strip_prefix("pb:{").unwrap_or_default();
        let (tag, tail) = rest.split_once('}').unwrap_or_default();
        prop_assert_eq!(tail, ":connection:hubspot");
        prop_assert_eq!(tag.matches('.').count(), 1);
        let foreign = ['{', ':', ' ', '\n'];
        prop_assert!(!tag.contains(foreign));
    }
}
