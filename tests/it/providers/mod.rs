//! One suite for all providers. It knows them by the registry and by what their profiles say, and their
//! stand-ins by what all stand-ins have: a newly registered provider is tested without a change here.
//!
//! `quick` and `small` are controls of every stand-in: waits of a second, and little of everything that still
//! takes several pages. What only one provider has is in the file of its name.

mod airtable;
mod caps;
mod checks;
mod choice;
mod connect;
mod disconnect;
mod faults;
mod limited;
mod loads;
mod names;
mod notion;
mod outages;
mod people;
mod reconnect;
mod rows;
mod shared;
mod tokens;
mod unknown;
mod withdrawn;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use patchbay::providers::{Profile, Registry, Stream};

use crate::support::{Browser, Page, World};

/// How often a page is asked for that cannot reach its store.
pub const TRIES: u32 = 20;

/// One provider with its stand-in, and somebody who is signed in: another person for each provider, so that
/// notices and choices do not meet.
#[derive(Clone)]
pub struct Case {
    pub world: Arc<World>,
    pub profile: &'static Profile,
    pub ada: Browser,
}

/// Runs a test for every provider at once, in one world. A failure names its provider.
pub async fn for_all<Run>(world: impl Into<Arc<World>>, test: impl Fn(Case) -> Run)
where
    Run: Future<Output = ()> + Send + 'static,
{
    let world = world.into();
    let mut running = Vec::new();
    for provider in Registry.all() {
        let case = Case::new(&world, provider.profile()).await;
        running.push((case.profile.id, tokio::spawn(test(case))));
    }
    let mut failed = Vec::new();
    for (id, one) in running {
        if let Err(error) = one.await {
            let panic = error.into_panic();
            let text = panic.downcast_ref::<String>().map(String::as_str);
            let text = text.or_else(|| panic.downcast_ref::<&str>().copied());
            let text: String = text.unwrap_or_default().chars().take(2_000).collect();
            failed.push(format!("{id}: {text}"));
        }
    }
    assert!(failed.is_empty(), "{}", failed.join("\n\n"));
}

/// A world in which Patchbay keeps to no limit of its own: the limits have tests of their own.
pub async fn hasty(settings: &[(&str, &str)]) -> World {
    let names: Vec<String> = Registry
        .ids()
        .iter()
        .map(|id| format!("{}_RATE_LIMIT", id.to_uppercase()))
        .collect();
    let mut all: Vec<(&str, &str)> = names.iter().map(|name| (&name[..], "off")).collect();
    all.extend_from_slice(settings);
    World::with(&all).await
}

impl Case {
    /// A provider that is in no haste: its stand-in is small, quick, and limits nothing.
    pub async fn new(world: &Arc<World>, profile: &'static Profile) -> Self {
        let case = Self {
            world: Arc::clone(world),
            profile,
            ada: world.person("acme", &format!("ada{}", profile.id)).await,
        };
        case.control(&[("small", "on"), ("quick", "on"), ("rate_limit", "off")])
            .await;
        case
    }

    /// One provider alone.
    pub async fn one(world: World, id: &str) -> Self {
        let provider = Registry.get(id).expect("a provider");
        Self::new(&Arc::new(world), provider.profile()).await
    }

    /// The same provider for somebody else.
    pub async fn for_person(&self, org: &str, user: &str) -> Self {
        Self {
            ada: self.world.person(org, user).await,
            ..self.clone()
        }
    }

    pub fn id(&self) -> &'static str {
        self.profile.id
    }

    /// An address below the connection's.
    pub fn place(&self, rest: &str) -> String {
        format!("/connections/{}{rest}", self.profile.id)
    }

    /// The connection's page.
    pub async fn page(&mut self) -> Page {
        let place = self.place("");
        for _ in 0..TRIES {
            let page = self.ada.get(&place).await;
            if page.status == 200 {
                return page;
            }
            is_busy(&page).await;
        }
        panic!("{place} is never there");
    }

    pub async fn control(&self, fields: &[(&str, &str)]) {
        self.world.control_of(self.profile.id, fields).await;
    }

    pub async fn calls(&self, name: &str) -> u64 {
        self.world.calls_of(self.profile.id, name).await
    }

    /// Connects, with fields of the consent page changed.
    pub async fn connect(&mut self, fields: &[(&str, &str)]) -> Page {
        self.ada.connect(self.profile.id, fields).await
    }

    /// Loads with every stream chosen.
    pub async fn load_all(&mut self) -> Page {
        let all = self.stream_ids();
        self.load(&all).await
    }

    /// Loads these streams, or as the form stands without any.
    pub async fn load(&mut self, streams: &[&str]) -> Page {
        self.ada.load(self.profile.id, streams).await
    }

    pub fn stream_ids(&self) -> Vec<&'static str> {
        self.profile.streams.iter().map(|one| one.id).collect()
    }

    /// What the stand-in counts of its first account, by type of item.
    pub async fn truth(&self) -> BTreeMap<String, u64> {
        self.truths().await.swap_remove(0).1
    }

    /// What the stand-in counts of each of its accounts.
    pub async fn truths(&self) -> Vec<(String, BTreeMap<String, u64>)> {
        let state = self.world.state_of(self.profile.id).await;
        let entries = state["truth"].as_array().expect("a list").iter();
        let of = |entry: &serde_json::Value| {
            let account = entry["account"].as_str().expect("an account").to_owned();
            let counts = serde_json::from_value(entry["counts"].clone());
            (account, counts.expect("counts by type"))
        };
        let truths: Vec<_> = entries.map(of).collect();
        assert!(truths.len() >= 3, "two accounts and an empty one: {state}");
        truths
    }

    /// Checks that a load of everything is whole and brought what the stand-in counts.
    pub async fn assert_whole(&mut self, page: &Page, what: &str) {
        for stream in self.profile.streams {
            let outcome = page.outcome(stream.title);
            assert_eq!(outcome, "done", "{what}: {}", page.text_of("#load"));
        }
        assert_eq!(page.load_banners(), Vec::<String>::new(), "{what}");
        self.assert_counts(page, &self.truth().await, what);
    }

    /// Checks the numbers on the type chips.
    pub fn assert_counts(&self, page: &Page, expected: &BTreeMap<String, u64>, what: &str) {
        let chips = chips(page);
        for kind in self.profile.kinds() {
            let found = chips.get(kind.title).copied().unwrap_or_default();
            let expected = expected.get(kind.id).copied().unwrap_or_default();
            assert_eq!(found, expected, "{what}: {} of {chips:?}", kind.title);
        }
        assert_eq!(chips["All"], expected.values().sum::<u64>(), "{what}");
    }
}

/// A machine that has too much to do at once may keep a page from its store; a person tries again in a moment,
/// as the page says. Anything else is a failure.
pub async fn is_busy(page: &Page) {
    assert_eq!(page.status, 503, "{}: {}", page.url, page.text);
    tokio::time::sleep(Duration::from_millis(200)).await;
}

/// The numbers on the type chips, by title.
pub fn chips(page: &Page) -> BTreeMap<String, u64> {
    let chips = page.texts("a.type");
    let read = |chip: &String| {
        let (title, count) = chip.rsplit_once(' ').expect("a title and a number");
        (
            title.to_owned(),
            count.replace(',', "").parse().expect("a number"),
        )
    };
    chips.iter().map(read).collect()
}

/// Counts of the types of these streams alone.
pub fn only(counts: &BTreeMap<String, u64>, streams: &[&Stream]) -> BTreeMap<String, u64> {
    let kinds = streams.iter().flat_map(|stream| stream.kinds);
    kinds
        .map(|kind| (kind.id.to_owned(), counts[kind.id]))
        .collect()
}
