//! A Patchbay in the middle of its work: a load of many pages, and programs whose tokens are renewed again and again.

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};
use std::iter;
use std::time::{Duration, Instant};

use reqwest::Client;
use serde_json::Value;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use url::Url;

use crate::support::redis::until;
use crate::support::{Browser, Wire, World, plain_client};

/// Replaces both tokens at every refresh, and refuses one that was spent.
const ROTATES: &str = "airtable";
const PROGRAMS: [&str; 3] = ["bob", "carol", "dan"];
/// Life of their tokens, in seconds.
const LIFE: &str = "2";
/// What ada loads: twenty pages of contacts, of which each takes a moment.
const CONTACTS: usize = 2_000;
/// Two seconds are promised, and a request's waits for Redis share 1.5 of them (`patience`, tested with a clock of its own). What
/// a machine that is busy with other tests adds is no matter here, so long as it is less than one operation's own limit.
const SOON: Duration = Duration::from_millis(4_500);
/// For so long nothing was refused when all is over.
const SETTLED: Duration = Duration::from_secs(4);
/// Longest wait for another master, and for all to be well again.
pub const PATIENCE: Duration = Duration::from_secs(60);

pub struct Busy {
    world: World,
    wire: Wire,
    ada: Browser,
    stop: CancellationToken,
    programs: Vec<JoinHandle<BTreeSet<u16>>>,
}

impl Busy {
    /// Everybody is connected and at work.
    pub async fn start(settings: &[(&str, &str)]) -> Self {
        let (world, wire) = tapped(settings).await;
        world
            .control_of(
                ROTATES,
                &[
                    ("small", "on"),
                    ("quick", "on"),
                    ("rate_limit", "off"),
                    ("expires_in", LIFE),
                ],
            )
            .await;
        for name in PROGRAMS {
            let mut person = world.person("acme", name).await;
            assert_eq!(person.connect(ROTATES, &[]).await.state(), "connected");
        }
        let stop = CancellationToken::new();
        let programs = PROGRAMS
            .map(|name| tokio::spawn(ask_until(stop.clone(), world.url.clone(), name)))
            .into();
        let ada = in_the_middle_of_a_load(&world).await;
        Self {
            world,
            wire,
            ada,
            stop,
            programs,
        }
    }

    /// Something happens to Redis, and is come through without a loss. Answers how long it took until there were pages
    /// again, and the longest time without a renewed token.
    pub async fn comes_through(mut self, what: impl AsyncFnOnce()) -> (Duration, Duration) {
        let (before, begun) = (self.renewals().len(), Instant::now());
        let over = Cell::new(None);
        let happens = async {
            what().await;
            over.set(Some(begun.elapsed()));
        };
        let pages = async {
            let mut back = Duration::ZERO;
            while over
                .get()
                .is_none_or(|over: Duration| begun.elapsed() < over.max(back) + SETTLED)
            {
                let page = tokio::time::timeout(SOON, self.ada.get_once("/connections/hubspot"));
                match page.await.expect("an answer in time").status.as_u16() {
                    200 => {}
                    503 => back = begun.elapsed(),
                    status => panic!("{status}"),
                }
                let patience = over.get().unwrap_or_default() + PATIENCE;
                assert!(back < patience, "no page comes back");
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
            back
        };
        let ((), pages) = tokio::join!(happens, pages);
        let pause = self.until_renewed(before, begun).await;
        self.the_load_is_whole().await;
        self.every_token_is_the_providers().await;
        (pages, pause)
    }

    /// When tokens were granted by a refresh, and by which of the programs' chains, where each token came of the one before.
    fn renewals(&self) -> Vec<(Instant, usize)> {
        let (mut chains, mut granted) = (BTreeMap::new(), Vec::new());
        for (sent, exchange) in self.wire.refreshes() {
            if exchange.granted() {
                let next = chains.len();
                let chain = *chains.entry(sent).or_insert(next);
                let token = exchange.answer["refresh_token"].as_str();
                chains.insert(token.expect("another token").to_owned(), chain);
                granted.push((exchange.answered, chain));
            }
        }
        granted
    }

    /// Waits until each program has had a token renewed; answers the longest time without any.
    async fn until_renewed(&self, before: usize, begun: Instant) -> Duration {
        let all = || {
            let chains = self.renewals().split_off(before);
            let chains: BTreeSet<_> = chains.into_iter().map(|(_, chain)| chain).collect();
            chains.len() == PROGRAMS.len()
        };
        until("nothing is renewed any more", PATIENCE, all).await;
        let moments = self.renewals().into_iter().skip(before);
        let moments: Vec<_> = iter::once(begun).chain(moments.map(|(at, _)| at)).collect();
        let pauses = moments
            .windows(2)
            .map(|pair| pair[1].duration_since(pair[0]));
        pauses.max().unwrap_or_default()
    }

    async fn the_load_is_whole(&mut self) {
        let page = self.ada.wait_for_load().await;
        assert_eq!(
            page.outcome("Contacts"),
            "done",
            "{}",
            page.text_of("#load")
        );
        assert_eq!(page.url.path(), "/connections/hubspot", "signed out");
        assert_eq!(page.state(), "connected");
        let ids = self.ada.all_ids("").await;
        let once: BTreeSet<_> = ids.iter().collect();
        let shown = self.ada.get("/connections/hubspot").await;
        let counts = (ids.len(), once.len());
        assert_eq!(counts, (CONTACTS, CONTACTS), "{}", shown.text_of("main"));
    }

    /// Nobody is refused, nothing was spent twice, and what is stored is what the provider gave last.
    async fn every_token_is_the_providers(self) {
        self.stop.cancel();
        for program in self.programs {
            let met = program.await.expect("it ran");
            // 502: the token was stored, but so late that its two seconds were over.
            let known = [200, 502, 503].into();
            assert!(met.is_subset(&known), "{met:?}");
        }
        self.world
            .control_of(ROTATES, &[("expire_tokens", "1")])
            .await;
        self.world
            .control_of(ROTATES, &[("expires_in", "3600")])
            .await;
        tokio::time::sleep(Duration::from_secs(2)).await;
        let client = plain_client();
        for name in PROGRAMS {
            let (status, said) = ask(&client, &self.world.url, name).await;
            assert_eq!(status, 200, "{name} has lost the connection: {said}");
        }
        let mut sent: BTreeMap<String, usize> = BTreeMap::new();
        for (token, _) in self.wire.refreshes() {
            *sent.entry(token).or_default() += 1;
        }
        let twice = sent.values().filter(|count| **count > 1).count();
        assert_eq!(twice, 0, "tokens that were spent twice, of {}", sent.len());
    }
}

/// A world whose rotating provider is reached over a wire that tells what was spent.
async fn tapped(settings: &[(&str, &str)]) -> (World, Wire) {
    let mut world = World::with(settings).await;
    let stand_in = world.stand_in(ROTATES);
    let token_url: Url = stand_in.token_url.parse().expect("a URL");
    let wire = Wire::open(Some(&token_url.origin().ascii_serialization()));
    let tap = format!("{}{}", wire.origin, token_url.path());
    world.set("AIRTABLE_TOKEN_URL", &tap);
    world.restart().await;
    (world, wire)
}

async fn in_the_middle_of_a_load(world: &World) -> Browser {
    let contacts = CONTACTS.to_string();
    let many = [
        ("contacts", contacts.as_str()),
        ("companies", "0"),
        ("deals", "0"),
    ];
    world.control(&many).await;
    world.control(&[("latency_ms", "200")]).await;
    let mut ada = world.person("acme", "ada").await;
    ada.connect_hubspot().await;
    ada.post("/connections/hubspot/load", &[]).await;
    let deadline = Instant::now() + PATIENCE;
    loop {
        let part = ada.get_part("/connections/hubspot/load").await;
        if part.stream("Contacts").contains("00 items") {
            assert!(part.is_loading());
            return ada;
        }
        assert!(Instant::now() < deadline, "the load does not get going");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// A program that wants a token that works, again and again; answers what it was answered.
async fn ask_until(stop: CancellationToken, url: String, name: &'static str) -> BTreeSet<u16> {
    let (client, mut met) = (plain_client(), BTreeSet::new());
    while !stop.is_cancelled() {
        met.insert(ask(&client, &url, name).await.0);
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    met
}

async fn ask(client: &Client, url: &str, name: &str) -> (u16, Value) {
    let place = format!("{url}/integrations/{ROTATES}/credentials");
    let fields = [("user_id", name), ("org_id", "acme")];
    let answer = client.post(place).form(&fields).send().await;
    let answer = answer.expect("an answer");
    let status = answer.status().as_u16();
    (status, answer.json().await.unwrap_or_default())
}
