//! What the vault costs and what it stands: `cargo bench --bench vault`, or one part of it with `-- writes`,
//! `-- copies`, `-- upkeep` or `-- kills`. Everything is real and on loopback: Patchbay, a Redis that writes each change to disk
//! at once, a token endpoint.
//!
//! - The upkeep of 10,000 connections, by the minute, of which some are due: commands of Redis, and time of the
//!   processor, Redis's own and that of this process (which is Patchbay and the token endpoint).
//! - A write that is on disk before it is acknowledged, against one that is not.
//! - A write that a replica has before it is gone on with, against one that is not waited for.
//! - Two processes on one Redis, of which one after the other is killed while tokens rotate: how many pairs die
//!   with a process that had just been granted them.

#![allow(clippy::expect_used, clippy::unwrap_used)] // A failure ends the measurement.

#[path = "vault/copies.rs"]
mod copies;
#[path = "../tests/support/mod.rs"]
mod support;

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use actix_web::{App, HttpResponse, HttpServer, web};
use jiff::{SignedDuration, Timestamp};
use patchbay::clock::{Clock, Entropy};
use patchbay::outbound::{ANSWER_TIMEOUT, Outbound};
use patchbay::owner::Owner;
use patchbay::providers::{Account, Registry};
use patchbay::store::{Store, Target, TlsFiles};
use patchbay::vault::{self, Connection, Credential, KeyRing, NamedKey, Vault};
use support::kills::{Plan, rotate_under_kills};
use support::{Redis, World};

const PROVIDER: &str = "hubspot";
const MINUTE: Duration = Duration::from_secs(60);
/// A token of half an hour is due when it is 24 to 27 minutes old: one of this age is, after this time.
const OLD: SignedDuration = SignedDuration::from_mins(20);
const UNTIL_DUE: SignedDuration = SignedDuration::from_mins(7);
const WRITES: u32 = 2_000;

fn main() {
    // `cargo test --all-targets` builds and calls benchmarks too; only `cargo bench` asks them to measure.
    if !std::env::args().any(|argument| argument == "--bench") {
        return;
    }
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(async {
        for policy in part("writes", &["no", "everysec", "always"]) {
            synced(policy).await;
        }
        for replica in part("copies", &[false, true]) {
            copies::measure(*replica).await;
        }
        let sizes = [
            (100, 0),
            (10_000, 0),
            (100, 100),
            (10_000, 100),
            (10_000, 1_000),
        ];
        for (all, due) in part("upkeep", &sizes) {
            upkeep(*all, *due).await;
        }
        for latency in part("kills", &[50, 500]) {
            kills(Duration::from_millis(*latency)).await;
        }
    });
}

/// What a part is done with; nothing where another part is asked for.
fn part<'a, T>(name: &str, what: &'a [T]) -> &'a [T] {
    let asked =
        |argument: &String| ["writes", "copies", "upkeep", "kills"].contains(&argument.as_str());
    let mut asked = std::env::args().filter(asked).peekable();
    let wanted = asked.peek().is_none() || asked.any(|argument| argument == name);
    if wanted { what } else { &[] }
}

/// Rotations under kills, at a provider that takes so long for an answer.
async fn kills(latency: Duration) {
    let figures = rotate_under_kills(Plan {
        seed: 4,
        people: 8,
        rotations: 200,
        kills: 40,
        latency,
    })
    .await;
    println!(
        "{} rotations with answers after {latency:?} and {} kills of one of two processes, in {:.0} s: {} pairs died \
         with a process before they were stored, and are told as lost; all other connections work",
        figures.rotations,
        figures.kills,
        figures.took.as_secs_f64(),
        figures.lost,
    );
}

/// How long a write of a record takes that Redis puts on disk by this policy.
async fn synced(policy: &str) {
    let redis = Redis::start();
    redis.cli(&["CONFIG", "SET", "appendfsync", policy]);
    let vault = vault(&redis, Clock::system());
    let connection = connection(Clock::system().now(), 0);
    vault
        .put(&owner(0), PROVIDER, &connection)
        .await
        .expect("stored");
    let change = async |n: u32| {
        let owner = owner(0);
        let changed = vault.change(&owner, PROVIDER, |before| {
            let mut next = before.clone();
            next.note(before.connected_at, format!("change {n}"));
            Some(next)
        });
        changed.await.expect("written");
    };
    let mut times = Vec::new();
    for n in 0..WRITES {
        let begun = Instant::now();
        change(n).await;
        times.push(begun.elapsed());
    }
    times.sort();
    let at = |part: f64| times[(part * f64::from(WRITES - 1)) as usize].as_micros();
    println!(
        "read and write of a record, appendfsync {policy}: median {} µs, 99 of 100 within {} µs",
        at(0.5),
        at(0.99)
    );
}

/// A minute of upkeep.
async fn upkeep(all: u32, due: u32) {
    let granted = Arc::new(AtomicU64::new(0));
    let token_url = token_endpoint(Arc::clone(&granted));
    let world = World::with_upkeep(&[("HUBSPOT_TOKEN_URL", &token_url)]).await;
    let vault = vault(&world.redis, world.clock.clone());
    let now = world.clock.now();
    for n in 0..all {
        let age = if n < due { OLD } else { SignedDuration::ZERO };
        let connection = connection(now - age, n);
        let stored = vault.put(&owner(n), PROVIDER, &connection).await;
        stored.expect("stored");
    }
    // The index is there, and nothing is due yet.
    tokio::time::sleep(Duration::from_secs(10)).await;
    let before = Cost::of(&world.redis);
    world.pass(UNTIL_DUE);
    tokio::time::sleep(MINUTE).await;
    let cost = Cost::of(&world.redis).since(&before);
    println!(
        "{all} connections, {due} due, {} renewed: {} commands, processor: Redis {:.0} ms, this process {:.0} ms",
        granted.load(Ordering::Relaxed),
        cost.commands,
        cost.redis_ms,
        cost.own_ms,
    );
}

/// What was used up since a start.
struct Cost {
    commands: u64,
    redis_ms: f64,
    own_ms: f64,
}

impl Cost {
    fn of(redis: &Redis) -> Self {
        let info = redis.cli(&["INFO", "everything"]);
        let field = |name: &str| -> f64 {
            let line = info.lines().find_map(|line| line.strip_prefix(name));
            line.and_then(|it| it.strip_prefix(':')?.trim().parse().ok())
                .expect("a field")
        };
        // Fields 14 and 15 after the name of the process: ticks of a hundredth of a second.
        let stat = std::fs::read_to_string("/proc/self/stat").expect("Linux");
        let (_, after) = stat.rsplit_once(')').expect("a name");
        let ticks: f64 = after
            .split(' ')
            .skip(12)
            .take(2)
            .map(|it| it.parse().unwrap_or(0.0))
            .sum();
        Self {
            commands: field("total_commands_processed") as u64,
            redis_ms: 1000.0 * (field("used_cpu_user") + field("used_cpu_sys")),
            own_ms: ticks * 10.0,
        }
    }

    fn since(&self, before: &Self) -> Self {
        Self {
            commands: self.commands - before.commands,
            redis_ms: self.redis_ms - before.redis_ms,
            own_ms: self.own_ms - before.own_ms,
        }
    }
}

fn owner(n: u32) -> Owner {
    Owner {
        org: format!("org{}", n % 50),
        user: format!("user{n}@example.com"),
    }
}

fn connection(issued_at: Timestamp, n: u32) -> Connection {
    let credential = Credential {
        access: format!("access-{n}-{}", "x".repeat(300)).into(),
        refresh: Some(format!("refresh-{n}").into()),
        issued_at,
        expires_at: Some(issued_at + SignedDuration::from_mins(30)),
        ancestors: Vec::new(),
    };
    let account = Account {
        id: n.to_string(),
        ..Account::default()
    };
    let now = Clock::system().now();
    Connection::new(account, credential, Vec::new(), Vec::new(), now)
}

/// The records as the Patchbay of a [`World`] writes them.
fn vault(redis: &Redis, clock: Clock) -> Vault {
    support::install_tls();
    let key = NamedKey {
        id: "test".to_owned(),
        secret: [7; 32],
    };
    let target = Target::Single {
        url: redis.url().into(),
        tls: TlsFiles::default(),
    };
    let entropy = Entropy::system();
    let store = Store::new(&target, entropy.clone()).expect("a store");
    Vault::new(vault::Setup {
        store: store.clone(),
        ring: Arc::new(KeyRing::new(vec![key], entropy.clone()).expect("a ring")),
        registry: Registry,
        clients: HashMap::new(),
        outbound: Outbound::new(entropy.clone(), store, ANSWER_TIMEOUT).expect("a client"),
        clock,
        entropy,
        margin: Duration::from_secs(300),
        forget_after: Duration::from_secs(30 * 24 * 60 * 60),
        tasks: tokio::runtime::Handle::current(),
        observer: vault::Observer::none(),
    })
}

/// A token endpoint that grants whatever it is asked for.
fn token_endpoint(granted: Arc<AtomicU64>) -> String {
    let server = HttpServer::new(move || {
        let granted = web::Data::from(Arc::clone(&granted));
        App::new()
            .app_data(granted)
            .route("/token", web::post().to(grant))
    });
    let server = server.workers(1).bind(("127.0.0.1", 0)).expect("a port");
    let address = server.addrs()[0];
    tokio::spawn(server.run());
    format!("http://{address}/token")
}

async fn grant(granted: web::Data<AtomicU64>) -> HttpResponse {
    let n = granted.fetch_add(1, Ordering::Relaxed);
    HttpResponse::Ok().json(serde_json::json!({
        "access_token": format!("new-access-{n}-{}", "x".repeat(300)),
        "refresh_token": format!("new-refresh-{n}"),
        "expires_in": 1800,
        "token_type": "bearer",
    }))
}
