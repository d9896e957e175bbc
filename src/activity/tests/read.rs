//! Who sees what of the trail, page by page.

use proptest::prelude::*;

use super::*;
use crate::activity::reading::LOOKED_AT;

#[tokio::test]
async fn a_member_sees_what_concerns_them_and_an_admin_the_whole_org() {
    let world = World::new();
    let (ada, bob) = (owner("ada"), owner("bob"));
    let entries = [
        Entry::of(&by("ada"), &ada, Action::Connected),
        Entry::of(&by("bob"), &bob, Action::Connected),
        Entry::of(&By::patchbay(), &ada, Action::Forgotten),
        // Of ada's connection, by somebody else.
        Entry::of(&by("root"), &ada, Action::DisconnectedByAdmin),
        // By ada, about somebody else.
        Entry::new(&by("ada"), "acme", Action::RoleChanged).whose("bob"),
        Entry::of(&program("ada"), &ada, Action::TokenRead),
        Entry::new(&By::operator(), "acme", Action::OrgSetUp),
    ];
    world.note(&entries).await;
    let elsewhere = Entry::new(&by("ada"), "other", Action::SignedIn);
    world.note(std::slice::from_ref(&elsewhere)).await;

    let of = |user: &str| Sight::Of {
        user: user.to_owned(),
        since: None,
    };
    let seen = world.seen(&of("ada"), "").await;
    let expected = [5, 4, 3, 2, 0].map(|nth: usize| entries[nth].clone());
    assert_eq!(seen, expected);
    let seen = world.seen(&of("bob"), "").await;
    assert_eq!(seen, [entries[4].clone(), entries[1].clone()]);
    assert_eq!(world.seen(&of("carl"), "").await, []);
    // Nobody has no name.
    assert_eq!(world.seen(&of(""), "").await, []);
    assert_eq!(world.all().await.len(), entries.len());
    let filter = Filter::default();
    let other = world.activity.page("other", &Sight::All, &filter, 10).await;
    assert_eq!(other.expect("a page").entries.len(), 1);
}

#[tokio::test]
async fn a_filter_lets_through_what_was_asked_for() {
    let world = World::new();
    let (ada, bob) = (owner("Ada@example.com"), owner("bob"));
    let connected = Entry::of(&by("Ada@example.com"), &ada, Action::Connected).at("sample");
    let refused = Entry::of(&By::unknown(peer()), &bob, Action::CallbackRefused).at("other");
    let contact = Entry::of(&program("bob"), &bob, Action::ContactDeleted).at("sample");
    let contact = contact.about("Ünsal 51");
    let failed = Entry::of(&By::patchbay(), &bob, Action::RefreshFailed).at("sample");
    let all = [&connected, &refused, &contact, &failed].map(Clone::clone);
    world.note(&all).await;
    for (query, expected) in [
        ("kind=contacts", vec![&contact]),
        ("kind=connections", vec![&failed, &refused, &connected]),
        ("provider=other", vec![&refused]),
        ("result=refused", vec![&refused]),
        ("result=failed&provider=sample", vec![&failed]),
        ("q=ADA%40", vec![&connected]),
        ("q=%C3%BCnsal", vec![&contact]),
        ("q=NIGHTLY", vec![&contact]),
        ("q=bob", vec![&failed, &contact, &refused]),
        ("q=bob&kind=contacts&result=done", vec![&contact]),
        ("q=nobody", vec![]),
        (
            "kind=&q=+&result=",
            vec![&failed, &contact, &refused, &connected],
        ),
    ] {
        let seen = world.seen(&Sight::All, query).await;
        let expected: Vec<_> = expected.into_iter().cloned().collect();
        assert_eq!(seen, expected, "{query}");
    }
}

#[tokio::test]
async fn days_are_whole_days_of_utc() {
    let world = World::new();
    let today = world.clock.now().strftime("%Y-%m-%d").to_string();
    let entry = Entry::of(&by("ada"), &owner("ada"), Action::Connected);
    world.note(std::slice::from_ref(&entry)).await;
    world.clock.shift(SignedDuration::from_hours(48));
    world.note(std::slice::from_ref(&entry)).await;
    let later = world.clock.now().strftime("%Y-%m-%d").to_string();
    for (query, count) in [
        (format!("since={today}"), 2),
        (format!("since={today}&until={today}"), 1),
        (format!("since={later}"), 1),
        (format!("until={later}"), 2),
        ("until=2001-01-01".to_owned(), 0),
        ("until=1969-01-01".to_owned(), 0),
        ("since=1900-01-01".to_owned(), 2),
        ("since=2999-01-01".to_owned(), 0),
    ] {
        let seen = world.seen(&Sight::All, &query).await;
        assert_eq!(seen.len(), count, "{query}");
    }
}

#[tokio::test]
async fn pages_go_on_where_they_were_while_entries_are_added() {
    let world = World::new();
    let ada = owner("ada");
    // Of all streams, many within one millisecond.
    let actions = [
        Action::Connected,
        Action::CallbackRefused,
        Action::TokenRead,
    ];
    let entry = |n: usize| {
        let entry = Entry::of(&by("ada"), &ada, actions[n % 3]);
        entry.about(&n.to_string())
    };
    for n in 0..120 {
        world.activity.note(&entry(n)).await;
    }
    let (mut filter, mut seen) = (Filter::default(), Vec::new());
    loop {
        let page = world.page(&filter, 7).await;
        seen.extend(page.entries.iter().map(|noted| noted.entry.object.clone()));
        let newer = Entry::of(&by("ada"), &ada, Action::Disconnected).about("newer");
        world.activity.note(&newer).await;
        let Some(next) = page.next else {
            break;
        };
        // As an address carries it.
        let query = filter.behind(Some(next)).to_url();
        filter = Filter::parse(query.trim_start_matches('?'), &[]).expect("a filter");
    }
    let mut numbers: Vec<usize> = seen.iter().map(|it| it.parse().expect("its own")).collect();
    assert_eq!(numbers.len(), 120);
    // Those of one millisecond may stand in another order, but each stands there once.
    numbers.sort_unstable();
    assert_eq!(numbers, (0..120).collect::<Vec<_>>());
}

#[tokio::test]
async fn much_that_is_not_wanted_hides_nothing() {
    let world = World::new();
    let first = Entry::of(&by("ada"), &owner("ada"), Action::KeyMade);
    world.note(std::slice::from_ref(&first)).await;
    let at = world.clock.now();
    let fill = format!(
        "for i = 1, 3000 do redis.call('XADD', KEYS[1], '*', 'at', '{at}', 'user', 'bob', 'actor', 'bob', 'action', 'connected', 'provider', 'sample') end"
    );
    world.redis.cli(&["EVAL", &fill, "1", "pb:activity:{acme}"]);
    let ada = Sight::Of {
        user: "ada".to_owned(),
        since: None,
    };
    let expected = [first];
    assert_eq!(world.seen(&ada, "").await, expected);
    assert_eq!(world.seen(&Sight::All, "kind=keys").await, expected);
}

#[test]
fn what_makes_no_sense_is_refused_with_what_is_possible() {
    for (query, name, possible) in [
        ("kind=x", "kind", "sign_ins, members"),
        ("provider=x", "provider", "sample"),
        ("result=DONE", "result", "done, refused, failed"),
        ("since=yesterday", "since", "2026-11-30"),
        ("until=2026-13-01", "until", "2026-11-30"),
        ("before=1", "before", "leads to"),
        ("before=1-1-4", "before", "leads to"),
        ("before=0-0-0", "before", "leads to"),
        ("before=%2B1-1-1", "before", "leads to"),
        ("before=01-1-1", "before", "leads to"),
        ("before=1-1-1-1", "before", "leads to"),
        ("before=99999999999999999999-1-1", "before", "leads to"),
    ] {
        let bad = Filter::parse(query, &["sample"]).expect_err(query);
        assert_eq!(bad.name, name);
        assert!(bad.possible.contains(possible), "{bad}");
    }
    let long = format!("q={}", "é".repeat(201));
    Filter::parse(&long, &[]).expect_err("too long");
    assert_eq!(Filter::parse("page=3&x=y", &[]), Ok(Filter::default()));
}

proptest! {
    #[test]
    fn no_query_is_a_surprise(query in "[ -~]{0,60}") {
        if let Ok(filter) = Filter::parse(&query, &["sample"]) {
            let url = filter.to_url();
            let again = Filter::parse(url.trim_start_matches('?'), &["sample"]);
            prop_assert_eq!(again, Ok(filter));
        }
    }

    #[test]
    fn a_place_is_read_as_it_was_written(ms in 1_u64.., number: u64, stream in 0_usize..3) {
        let text = format!("{ms}-{number}-{stream}");
        let place: Place = text.parse().expect("a place");
        prop_assert_eq!(place.to_string(), text);
    }
}

#[tokio::test]
async fn a_search_that_finds_nothing_in_a_long_trail_goes_on_from_where_it_stopped() {
    let world = World::new();
    let ada = owner("ada");
    let found = Entry::of(&by("ada"), &ada, Action::Connected).at("sample");
    world.note(std::slice::from_ref(&found)).await;
    let read = Entry::of(&program("ada"), &ada, Action::TokenRead);
    for _ in 0..LOOKED_AT / 100 {
        let notes = (0..100).map(|_| world.activity.note(&read));
        futures_util::future::join_all(notes).await;
    }
    let filter = Filter::parse("kind=connections", &["sample"]).expect("a filter");
    let page = world.page(&filter, 10).await;
    assert!(page.entries.is_empty());
    let rest = world.page(&filter.behind(page.next), 10).await;
    assert_eq!(rest.entries.len(), 1);
    assert_eq!(rest.entries[0].entry, found);
    assert_eq!(rest.next, None);
}

#[tokio::test]
async fn who_has_an_id_that_somebody_had_before_sees_nothing_of_theirs() {
    let world = World::new();
    let ada = owner("ada");
    let old = Entry::of(&by("ada"), &ada, Action::Connected);
    world.note(std::slice::from_ref(&old)).await;
    world.clock.shift(jiff::SignedDuration::from_hours(1));
    let since = Some(world.clock.now());
    let new = Entry::of(&by("ada"), &ada, Action::Disconnected);
    world.note(std::slice::from_ref(&new)).await;
    let user = "ada".to_owned();
    let sight = Sight::Of { user, since };
    assert_eq!(world.seen(&sight, "").await, std::slice::from_ref(&new));
    assert_eq!(world.all().await, [new, old]);
}
