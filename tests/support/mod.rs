//! What a test needs to be a person doing something: a Patchbay of its own on a free port, its own Redis,
//! its own sandbox, a clock that can be moved, and browsers that keep cookies and fill in forms.

#![allow(dead_code)] // Not every test binary uses every part.

pub mod api;
mod balancer;
mod browser;
pub mod fleet;
mod issuer;
pub mod kills;
mod other_program;
mod page;
pub mod people;
mod program;
mod reading;
pub mod redis;
mod wire;

use std::collections::BTreeMap;
use std::io::Write as _;
use std::net::{IpAddr, Ipv4Addr, TcpListener};
use std::path::PathBuf;
use std::sync::Once;
use std::time::Duration;

use jiff::SignedDuration;
use patchbay::app::{App, Extras};
use patchbay::clock::Clock;
use patchbay::config::{Config, Sources};
use patchbay::providers::Registry;
use patchbay::sandbox::{self, Endpoints, Sandbox};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

#[allow(unused_imports)]
pub use balancer::Balancer;
#[allow(unused_imports)]
pub use browser::Browser;
#[allow(unused_imports)]
pub use issuer::{Issuer, Place};
#[allow(unused_imports)]
pub use kills::{Figures, Plan, rotate_under_kills};
#[allow(unused_imports)]
pub use other_program::OtherProgram;
#[allow(unused_imports)]
pub use page::Page;
#[allow(unused_imports)]
pub use program::{Home, Program, lives};
pub use redis::Redis;
#[allow(unused_imports)]
pub use wire::Wire;

/// Says what was not tried, and why, where everybody sees it: what a test that passes prints is otherwise hidden.
pub fn not_tried(what: &str) {
    let _ = writeln!(std::io::stderr(), "NOT TRIED: {what}");
}

pub const CLIENT_ID: &str = "test-client";
pub const CLIENT_SECRET: &str = "test-client-secret";

/// A Patchbay with everything around it. Ends with the test.
pub struct World {
    /// `http://localhost:PORT`
    pub url: String,
    pub redis: Redis,
    pub sandbox: Sandbox,
    pub clock: Clock,
    stop: CancellationToken,
    running: Option<JoinHandle<()>>,
    settings: BTreeMap<String, String>,
    answer_timeout: Duration,
    idle_timeout: Duration,
    upkeep: bool,
}

impl World {
    /// A Patchbay as it is configured by default.
    pub async fn start() -> Self {
        Self::with(&[]).await
    }

    /// A Patchbay with settings of its own, such as `("PATCHBAY_LOAD_MAX_PAGES", "3")`.
    pub async fn with(settings: &[(&str, &str)]) -> Self {
        Self::build(settings, |_| {}).await
    }

    /// A Patchbay that looks after connections by itself. The others do not, so that a test decides what comes
    /// when it moves the clock.
    pub async fn with_upkeep(settings: &[(&str, &str)]) -> Self {
        Self::build(settings, |world| world.upkeep = true).await
    }

    /// A Patchbay that waits for a provider's answer no longer than this.
    pub async fn impatient(answer_timeout: Duration) -> Self {
        Self::build(&[], |world| world.answer_timeout = answer_timeout).await
    }

    /// A Patchbay that closes connections on which no whole request came for so long.
    pub async fn closing_idle(idle_timeout: Duration, settings: &[(&str, &str)]) -> Self {
        Self::build(settings, |world| world.idle_timeout = idle_timeout).await
    }

    /// A Patchbay on what a Redis holds already, with stand-ins that know what stands in a file.
    pub async fn on(redis: Redis, stand_ins: PathBuf, settings: &[(&str, &str)]) -> Self {
        Self::around(redis, Some(stand_ins), settings, |_| {}).await
    }

    async fn build(settings: &[(&str, &str)], change: impl FnOnce(&mut Self)) -> Self {
        Self::around(Redis::start(), None, settings, change).await
    }

    async fn around(
        redis: Redis,
        stand_ins: Option<PathBuf>,
        settings: &[(&str, &str)],
        change: impl FnOnce(&mut Self),
    ) -> Self {
        // It must be free again for a restart.
        let listener = program::quiet_listener();
        let port = program::port_of(&listener);
        let url = format!("http://localhost:{port}");
        let sandbox = start_sandbox_from(&url, stand_ins).await;
        let mut all = settings_for(&url, &redis.url());
        all.extend(stand_in_settings(&sandbox));
        all.extend(
            settings
                .iter()
                .map(|(name, value)| ((*name).to_owned(), (*value).to_owned())),
        );
        let mut world = Self {
            url,
            redis,
            sandbox,
            clock: Clock::system(),
            stop: CancellationToken::new(),
            running: None,
            settings: all,
            answer_timeout: patchbay::outbound::ANSWER_TIMEOUT,
            idle_timeout: patchbay::app::IDLE_TIMEOUT,
            upkeep: false,
        };
        change(&mut world);
        world.run(listener).await;
        world
    }

    async fn run(&mut self, listener: TcpListener) {
        install_tls();
        let sources = Sources {
            file: None,
            env: self.settings.clone(),
        };
        let loaded = Config::load(&sources, &Registry.ids()).expect("a sound configuration");
        let extras = Extras {
            clock: self.clock.clone(),
            listener: Some(listener),
            answer_timeout: self.answer_timeout,
            idle_timeout: self.idle_timeout,
            upkeep: self.upkeep,
            ..Extras::default()
        };
        let app = App::build(loaded.config, extras)
            .await
            .expect("a Patchbay that starts");
        let stop = self.stop.clone();
        self.running = Some(tokio::spawn(async move {
            app.run_until(stop).await.expect("an orderly end");
        }));
    }

    /// Changes a setting, from the next [`World::restart`] on; answers what it was.
    pub fn set(&mut self, name: &str, value: &str) -> Option<String> {
        self.settings.insert(name.to_owned(), value.to_owned())
    }

    /// What it is configured by.
    fn settings(&self) -> &BTreeMap<String, String> {
        &self.settings
    }

    /// Stops Patchbay in order and starts it anew on the same port, with the same Redis and sandbox.
    pub async fn restart(&mut self) {
        self.stop().await;
        self.stop = CancellationToken::new();
        let port: u16 = self
            .url
            .rsplit(':')
            .next()
            .and_then(|port| port.parse().ok())
            .expect("a port");
        let listener = program::listen_again(port).await;
        self.run(listener).await;
    }

    /// Stops Patchbay in order.
    pub async fn stop(&mut self) {
        self.stop.cancel();
        if let Some(running) = self.running.take() {
            running.await.expect("an orderly end");
        }
    }

    /// Lets time pass for Patchbay (not for the sandbox, nor for Redis).
    pub fn pass(&self, time: SignedDuration) {
        self.clock.shift(time);
    }

    /// A browser of somebody who has never been here.
    pub fn browser(&self) -> Browser {
        Browser::new(&self.url)
    }

    /// A browser in which somebody is signed in.
    pub async fn person(&self, org: &str, user: &str) -> Browser {
        let mut browser = self.browser();
        browser.sign_in(org, user).await;
        browser
    }

    /// Where HubSpot's stand-in is.
    pub fn hubspot(&self) -> &Endpoints {
        self.stand_in("hubspot")
    }

    /// Where a provider's stand-in is.
    pub fn stand_in(&self, provider: &str) -> &Endpoints {
        self.sandbox.endpoints(provider).expect("a stand-in")
    }

    /// Sets controls of HubSpot's stand-in, such as `("contacts", "5000")` or `("expire_tokens", "1")`.
    pub async fn control(&self, fields: &[(&str, &str)]) {
        self.control_of("hubspot", fields).await;
    }

    /// Sets controls of a stand-in.
    pub async fn control_of(&self, provider: &str, fields: &[(&str, &str)]) {
        control(self.stand_in(provider), fields).await;
    }

    /// The view of HubSpot's stand-in: controls, counters of calls, live grants.
    pub async fn sandbox_state(&self) -> serde_json::Value {
        self.state_of("hubspot").await
    }

    /// A stand-in's own view: controls, counters of calls, what a load must bring.
    pub async fn state_of(&self, provider: &str) -> serde_json::Value {
        state_of(self.stand_in(provider)).await
    }

    /// A counter of HubSpot's stand-in, such as `token_refresh` or `list_contacts`.
    pub async fn calls(&self, name: &str) -> u64 {
        self.calls_of("hubspot", name).await
    }

    /// A counter of a stand-in.
    pub async fn calls_of(&self, provider: &str, name: &str) -> u64 {
        let state = self.state_of(provider).await;
        state["counters"][name].as_u64().unwrap_or(0)
    }
}

impl Drop for World {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

/// Sets controls of a stand-in.
pub async fn control(stand_in: &Endpoints, fields: &[(&str, &str)]) {
    let request = plain_client()
        .post(format!("{}/controls", stand_in.controls()))
        .header("accept", "application/json")
        .form(fields);
    let status = request.send().await.expect("the sandbox").status();
    assert!(
        status.is_success(),
        "the sandbox refused {fields:?}: {status}"
    );
}

/// A stand-in's own view.
pub async fn state_of(stand_in: &Endpoints) -> serde_json::Value {
    let request = plain_client().get(format!("{}/state", stand_in.controls()));
    let answer = request.send().await.expect("the sandbox");
    answer.json().await.expect("JSON")
}

/// A client that follows no redirects.
#[allow(clippy::disallowed_methods)] // A test plays the browser, not Patchbay.
pub fn plain_client() -> reqwest::Client {
    install_tls();
    reqwest::Client::builder()
        .tls_certs_only([])
        .redirect(reqwest::redirect::Policy::none())
        .build()
        .expect("a client")
}

/// A sandbox that knows the Patchbay at `url`.
pub async fn start_sandbox(url: &str) -> Sandbox {
    start_sandbox_from(url, None).await
}

/// The same, with grants and controls that are kept in a file.
async fn start_sandbox_from(url: &str, state_file: Option<PathBuf>) -> Sandbox {
    let redirect = |id| format!("{url}/integrations/{id}/oauth2callback");
    let options = sandbox::Options {
        host: IpAddr::V4(Ipv4Addr::LOCALHOST),
        first_port: 0,
        app: sandbox::App {
            client_id: CLIENT_ID.to_owned(),
            client_secret: CLIENT_SECRET.to_owned(),
            redirect_uris: Registry.ids().into_iter().map(redirect).collect(),
        },
        state_file,
    };
    sandbox::start(options).await.expect("a sandbox")
}

/// The settings of a Patchbay at `url`, as environment names and values.
pub fn settings_for(url: &str, redis_url: &str) -> BTreeMap<String, String> {
    [
        ("PATCHBAY_AUTH", "demo"),
        ("PATCHBAY_BIND", "127.0.0.1:0"),
        ("PATCHBAY_PUBLIC_URL", url),
        (
            "PATCHBAY_ENCRYPTION_KEYS",
            &format!("test:{}", encryption_key()),
        ),
        ("PATCHBAY_SESSION_KEY", &session_key()),
        ("REDIS_URL", redis_url),
    ]
    .into_iter()
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
    .collect()
}

/// What configures every provider to be its stand-in.
pub fn stand_in_settings(sandbox: &Sandbox) -> BTreeMap<String, String> {
    let ids = Registry.ids().into_iter();
    ids.flat_map(|id| provider_settings(id, sandbox.endpoints(id).expect("a stand-in")))
        .collect()
}

fn provider_settings(id: &str, stand_in: &Endpoints) -> Vec<(String, String)> {
    let prefix = id.to_uppercase();
    [
        ("CLIENT_ID", Some(CLIENT_ID)),
        ("CLIENT_SECRET", Some(CLIENT_SECRET)),
        ("AUTH_URL", Some(&stand_in.auth_url)),
        ("TOKEN_URL", Some(&stand_in.token_url)),
        ("API_URL", Some(&stand_in.api_url)),
        ("REVOKE_URL", stand_in.revoke_url.as_deref()),
    ]
    .into_iter()
    .filter_map(|(name, value)| Some((format!("{prefix}_{name}"), value?.to_owned())))
    .collect()
}

fn encryption_key() -> String {
    use base64::Engine as _;
    base64::engine::general_purpose::STANDARD.encode([7; 32])
}

fn session_key() -> String {
    use base64::Engine as _;
    base64::engine::general_purpose::STANDARD.encode([9; 64])
}

/// As the program does at its start; all tests of a binary share one process.
pub fn install_tls() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        rustls::crypto::ring::default_provider()
            .install_default()
            .expect("the one TLS provider");
    });
}
