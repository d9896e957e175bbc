//! The trail in a Redis of its own, with a clock that is moved.

mod parts;
mod read;

use jiff::SignedDuration;

use super::*;
use crate::owner::Owner;
use crate::peer::Peer;
use crate::testing::{self, redis::Redis};

struct World {
    activity: Activity,
    clock: Clock,
    redis: Redis,
}

impl World {
    fn new() -> Self {
        let (redis, clock) = (Redis::start(), Clock::system());
        Self {
            activity: Activity::new(testing::store(&redis), clock.clone()),
            clock,
            redis,
        }
    }

    /// Notes these, each at a moment of its own.
    async fn note(&self, entries: &[Entry]) {
        for entry in entries {
            self.activity.note(entry).await;
            self.clock.shift(SignedDuration::from_millis(1));
        }
    }

    /// A page of what the whole org did.
    async fn page(&self, filter: &Filter, most: usize) -> Page {
        let page = self.activity.page("acme", &Sight::All, filter, most);
        page.await.expect("a page")
    }

    /// All of it that somebody sees and looks for, the newest first.
    async fn seen(&self, sight: &Sight, query: &str) -> Vec<Entry> {
        let mut filter = Filter::parse(query, &["sample", "other"]).expect("a filter");
        let mut seen = Vec::new();
        loop {
            let page = self.activity.page("acme", sight, &filter, 1_000).await;
            let page = page.expect("a page");
            seen.extend(page.entries.into_iter().map(|noted| noted.entry));
            match page.next {
                Some(next) => filter = filter.behind(Some(next)),
                None => return seen,
            }
        }
    }

    async fn all(&self) -> Vec<Entry> {
        self.seen(&Sight::All, "").await
    }
}

fn owner(user: &str) -> Owner {
    Owner {
        org: "acme".to_owned(),
        user: user.to_owned(),
    }
}

fn peer() -> Peer {
    Peer {
        address: Some("203.0.113.9".parse().expect("an address")),
        request: Some("0198-request".to_owned()),
    }
}

fn by(user: &str) -> By {
    By::user(user, peer())
}

/// A program of somebody's.
fn program(user: &str) -> By {
    By {
        actor: Actor::Key {
            id: "abc".to_owned(),
            name: "nightly sync".to_owned(),
            user: user.to_owned(),
        },
        peer: peer(),
    }
}

#[tokio::test]
async fn whatever_is_noted_is_read_as_it_was() {
    let world = World::new();
    let ada = owner("ada");
    let entries = [
        Entry::of(&by("ada"), &ada, Action::Connected).at("sample"),
        Entry::of(&program("ada"), &ada, Action::ContactCreated)
            .at("sample")
            .about("51"),
        Entry::of(&By::operator(), &ada, Action::KeyMade).about("nightly sync"),
        Entry::of(&By::patchbay(), &ada, Action::RefreshFailed).saying("tried again"),
        Entry::new(&By::unknown(peer()), "acme", Action::SignInFailed).whose("ada"),
        Entry::new(&by("root"), "acme", Action::RoleChanged)
            .about("bob")
            .whose("bob")
            .failed("the last admin"),
        Entry::new(&By::patchbay(), "acme", Action::Forgotten),
    ];
    world.note(&entries).await;
    let mut read = world.all().await;
    read.reverse();
    assert_eq!(read, entries);
    assert_eq!(world.page(&Filter::default(), 3).await.entries.len(), 3);
}

#[tokio::test]
async fn every_action_comes_back_under_its_own_name() {
    let world = World::new();
    for action in Action::ALL {
        let entry = Entry::of(&by("ada"), &owner("ada"), *action);
        world.note(&[entry]).await;
    }
    let read = world.all().await;
    let read = read.iter().rev().map(|entry| entry.action);
    assert_eq!(read.collect::<Vec<_>>(), Action::ALL);
    let mut names: Vec<&str> = Action::ALL.iter().map(|it| it.name()).collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), Action::ALL.len());
}

#[tokio::test]
async fn what_earlier_versions_wrote_is_still_read() {
    let world = World::new();
    let old = |actor: &'static str, action: &'static str| {
        let at = world.clock.now().to_string();
        let fields = [
            ("at", &at[..]),
            ("user", "ada"),
            ("actor", actor),
            ("action", action),
            ("provider", "sample"),
        ];
        let fields = fields.iter().flat_map(|(name, value)| [*name, *value]);
        let mut command = vec!["XADD", "pb:activity:{acme}", "*"];
        command.extend(fields);
        world.redis.cli(&command);
    };
    old("ada", "connected");
    old("", "forgotten");
    old("ada", "something_of_a_later_version");
    let ada = owner("ada");
    let expected = [
        Entry::of(&By::patchbay(), &ada, Action::Forgotten).at("sample"),
        Entry::of(&By::user("ada", Peer::default()), &ada, Action::Connected).at("sample"),
    ];
    assert_eq!(world.all().await, expected);
    // What is written now comes after it.
    let new = Entry::of(&by("ada"), &ada, Action::Disconnected).at("sample");
    world.note(std::slice::from_ref(&new)).await;
    assert_eq!(world.all().await.first(), Some(&new));
}

#[tokio::test]
async fn entries_end_after_a_year_and_with_them_the_stream() {
    let world = World::new();
    let entry = |action| Entry::of(&by("ada"), &owner("ada"), action);
    world.note(&[entry(Action::Connected)]).await;
    let life: u64 = world
        .redis
        .cli(&["PTTL", "pb:activity:{acme}"])
        .parse()
        .expect("a life");
    let year = 365 * 24 * 60 * 60 * 1_000;
    assert!(life <= year && life > year - 60_000, "{life}");
    world.clock.shift(SignedDuration::from_hours(24 * 364));
    assert_eq!(world.all().await.len(), 1);
    world.note(&[entry(Action::Disconnected)]).await;
    assert_eq!(world.all().await.len(), 2);
    world.clock.shift(SignedDuration::from_hours(48));
    assert_eq!(world.all().await, [entry(Action::Disconnected)]);
    // The next one takes away what has ended.
    world.note(&[entry(Action::Connected)]).await;
    assert_eq!(world.redis.cli(&["XLEN", "pb:activity:{acme}"]), "2");
}

#[tokio::test]
async fn a_clock_that_goes_back_loses_nothing() {
    let world = World::new();
    let entry = |action| Entry::of(&by("ada"), &owner("ada"), action);
    world.note(&[entry(Action::Connected)]).await;
    world.clock.shift(SignedDuration::from_mins(-10));
    world.note(&[entry(Action::Disconnected)]).await;
    let read = [entry(Action::Disconnected), entry(Action::Connected)];
    assert_eq!(world.all().await, read);
}

#[tokio::test]
async fn what_anybody_can_cause_pushes_nothing_out_that_was_done() {
    let world = World::new();
    let done = Entry::of(&by("ada"), &owner("ada"), Action::MemberRemoved);
    world.note(std::slice::from_ref(&done)).await;
    let failed = Entry::new(&By::unknown(peer()), "acme", Action::SignInFailed).whose("ada");
    let read = Entry::of(&program("ada"), &owner("ada"), Action::TokenRead);
    let made = Entry::of(&program("ada"), &owner("ada"), Action::ContactCreated);
    for (entry, stream, most) in [
        (failed, "attempts", 2_000),
        (read, "routine", 10_000),
        (made, "changes", 10_000),
    ] {
        // As many as are kept, and then some.
        let key = format!("pb:activity:{{acme}}:{stream}");
        let fill = format!("for i = 1, {most} do redis.call('XADD', KEYS[1], '*', 'at', i) end");
        world.redis.cli(&["EVAL", &fill, "1", &key]);
        for _ in 0..300 {
            world.activity.note(&entry).await;
        }
        let kept: usize = world.redis.cli(&["XLEN", &key]).parse().expect("a number");
        assert!((most..most + 200).contains(&kept), "{stream}: {kept}");
    }
    let deeds = world.redis.cli(&["XLEN", "pb:activity:{acme}"]);
    assert_eq!(deeds, "1");
    assert!(world.seen(&Sight::All, "kind=members").await == [done]);
}

#[tokio::test]
async fn a_trail_that_cannot_be_written_is_in_nobodys_way() {
    let world = World::new();
    world
        .redis
        .cli(&["SET", "pb:activity:{acme}", "something else"]);
    let entry = Entry::of(&by("ada"), &owner("ada"), Action::Connected);
    world.activity.note(&entry).await;
    let (sight, filter) = (Sight::All, Filter::default());
    let page = world.activity.page("acme", &sight, &filter, 10);
    page.await.expect_err("no stream");
}
