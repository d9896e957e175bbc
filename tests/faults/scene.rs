//! Two Patchbays on one Redis with cables in between, a provider that replaces both tokens at every refresh, and all
//! that can be done to them.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use patchbay::sandbox::{Endpoints, Sandbox};
use url::Url;

use crate::cable::Cable;
use crate::person::Person;
use crate::support::{Home, Program, Redis, Wire, control, plain_client, start_sandbox};

/// The provider, which answers a spent refresh token with a refusal.
pub const PROVIDER: &str = "airtable";
/// What its account holds: bases, tables and records, some of them on second pages.
pub const ITEMS: &str = "909";
const CONTENT: [(&str, &str); 6] = [
    ("bases", "3"),
    ("tables", "2"),
    ("records", "150"),
    ("unreadable", "off"),
    ("rate_limit", "off"),
    ("quick", "on"),
];
/// Life of its access tokens: whoever comes a while later needs a fresh one.
const LIFE: Duration = Duration::from_secs(6);
/// The same when all is quiet, in seconds.
const QUIET_LIFE: &str = "1800";
/// How long the provider takes for each answer, in milliseconds.
const LATENCY: &str = "40";

/// Where Patchbay keeps what it knows.
pub enum Store {
    /// In a Redis outside, by a cable.
    Outside(Redis, Cable),
    /// In what a test holds itself.
    Elsewhere,
    /// In the Redis that it brings along.
    Embedded,
}

/// All of it.
pub struct Scene {
    pub store: Store,
    pub to_provider: Cable,
    pub wire: Wire,
    sandbox: Sandbox,
    homes: Vec<Home>,
    programs: Vec<Option<Program>>,
}

impl Scene {
    /// Two Patchbays on a Redis of their own.
    pub async fn start() -> Self {
        Self::on(Redis::with(&[]), |_, _| {}).await
    }

    /// Two Patchbays on this Redis, with settings changed.
    pub async fn on(redis: Redis, change: impl Fn(&mut Home, usize)) -> Self {
        let cable = Cable::to(address(&redis.url())).await;
        let url = format!("redis://127.0.0.1:{}", cable.port());
        let mut scene = Self::around(Store::Outside(redis, cable), 2).await;
        for (number, home) in scene.homes.iter_mut().enumerate() {
            home.use_redis(&url);
            change(home, number);
        }
        scene.serve_all().await;
        scene
    }

    /// Two Patchbays on whatever is at this address.
    pub async fn at(url: &str) -> Self {
        let mut scene = Self::around(Store::Elsewhere, 2).await;
        for home in &mut scene.homes {
            home.use_redis(url);
        }
        scene.serve_all().await;
        scene
    }

    /// One Patchbay that starts in its own way, with the Redis that it brings along.
    pub async fn embedded(start: impl Fn(&Home) -> Program) -> Self {
        let mut scene = Self::around(Store::Embedded, 1).await;
        let mut program = start(&scene.homes[0]);
        program.says("Patchbay is ready").await;
        scene.programs[0] = Some(program);
        scene
    }

    async fn around(store: Store, number: usize) -> Self {
        let mut homes: Vec<Home> = (0..number).map(|_| Home::new()).collect();
        let sandbox = start_sandbox(&homes[0].url()).await;
        let stand_in = sandbox.endpoints(PROVIDER).expect("a stand-in");
        let wire = Wire::open(Some(&stand_in.origin));
        let to_provider = Cable::to(address(&wire.origin)).await;
        let origin = format!("http://localhost:{}", to_provider.port());
        let prefix = PROVIDER.to_uppercase();
        for home in &mut homes {
            home.use_sandbox(&sandbox);
            let token_url = token_url(&origin, &stand_in.token_url);
            home.set(&format!("{prefix}_TOKEN_URL"), &token_url);
            home.set(&format!("{prefix}_API_URL"), &origin);
            home.set(&format!("{prefix}_RATE_LIMIT"), "off");
            home.set("PATCHBAY_RATE_LIMITS", "off");
        }
        control(stand_in, &CONTENT).await;
        Self {
            store,
            to_provider,
            wire,
            sandbox,
            programs: homes.iter().map(|_| None).collect(),
            homes,
        }
    }

    async fn serve_all(&mut self) {
        for (home, program) in self.homes.iter().zip(&mut self.programs) {
            *program = Some(home.serve().await);
        }
    }

    /// The Redis outside.
    pub fn redis(&mut self) -> &mut Redis {
        match &mut self.store {
            Store::Outside(redis, _) => redis,
            Store::Elsewhere | Store::Embedded => panic!("it is not here"),
        }
    }

    /// The cable to it.
    pub fn to_redis(&self) -> &Cable {
        match &self.store {
            Store::Outside(_, cable) => cable,
            Store::Elsewhere | Store::Embedded => panic!("there is none"),
        }
    }

    pub fn stand_in(&self) -> &Endpoints {
        self.sandbox.endpoints(PROVIDER).expect("a stand-in")
    }

    /// Where each Patchbay is.
    pub fn urls(&self) -> Vec<Url> {
        let urls = self.homes.iter().map(Home::url);
        urls.map(|url| url.parse().expect("a URL")).collect()
    }

    /// A Patchbay that runs.
    pub fn program(&self, which: usize) -> &Program {
        self.programs[which].as_ref().expect("it runs")
    }

    /// The working folder of a Patchbay.
    pub fn folder(&self, which: usize) -> PathBuf {
        self.homes[which].folder().to_owned()
    }

    /// People who are signed in, connected and have loaded once; then the provider takes its time, and tokens are
    /// short-lived.
    pub async fn people(&mut self, number: usize) -> Vec<Person> {
        let mut people = Vec::new();
        for number in 0..number {
            let name = format!("person{number}");
            people.push(Person::connected(&self.homes[0], self.urls(), &name).await);
        }
        let life = LIFE.as_secs().to_string();
        let slow = [("expires_in", life.as_str()), ("latency_ms", LATENCY)];
        control(self.stand_in(), &slow).await;
        control(self.stand_in(), &[("expire_tokens", "1")]).await;
        people
    }

    /// Waits until every token that was handed out has ended, so that everybody needs a fresh one, which lives long.
    pub async fn tokens_end(&self) {
        control(self.stand_in(), &[("expires_in", QUIET_LIFE)]).await;
        tokio::time::sleep(LIFE).await;
    }

    /// Ends one as `kill -9` does.
    pub async fn kill(&mut self, which: usize) {
        if let Some(program) = self.programs[which].take() {
            program.kill().await;
        }
    }

    /// Starts one that was killed.
    pub async fn revive(&mut self, which: usize) {
        self.programs[which] = Some(self.homes[which].serve().await);
    }

    /// Waits until every Patchbay is ready, by itself.
    pub async fn back(&self, patience: Duration) {
        let begun = Instant::now();
        for url in self.urls() {
            let ready = url.join("/health/ready").expect("a URL");
            while !is_ready(&ready).await {
                assert!(begun.elapsed() < patience, "{url} does not come back");
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        }
    }
}

async fn is_ready(url: &Url) -> bool {
    let asked = plain_client()
        .get(url.clone())
        .timeout(Duration::from_secs(3));
    asked
        .send()
        .await
        .is_ok_and(|answer| answer.status() == 200)
}

fn token_url(origin: &str, own: &str) -> String {
    let own: Url = own.parse().expect("a URL");
    format!("{origin}{}", own.path())
}

fn address(url: &str) -> SocketAddr {
    let url: Url = url.parse().expect("a URL");
    SocketAddr::from(([127, 0, 0, 1], url.port().expect("a port")))
}
