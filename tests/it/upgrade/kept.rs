//! What a version left: a Redis as commands, the grants of its stand-ins, and what people saw.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use jiff::{SignedDuration, Timestamp};
use patchbay::clock::Clock;
use serde::{Deserialize, Serialize};
use tempfile::TempDir;

use crate::support::{Redis, World};

const REDIS: &str = "redis.resp";
const STAND_INS: &str = "stand-ins.json";
const SEEN: &str = "seen.json";

pub const ORG: &str = "acme";
pub const ADA: &str = "ada@example.com";
pub const BOB: &str = "bob@example.com";

/// What people saw when it was kept.
#[derive(Serialize, Deserialize)]
pub struct Seen {
    pub at: Timestamp,
    /// How many items each provider's load brought.
    pub loaded: BTreeMap<String, String>,
    /// How many its page showed in the end.
    pub shown: BTreeMap<String, String>,
    /// An API key of ada, which may do everything. It opens nothing but this data.
    pub api_key: String,
    /// Where an invitation leads.
    pub invitation: String,
    /// A contact that was made with Patchbay after the load.
    pub made: String,
}

/// The folder of a version.
pub fn folder(version: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/fixtures/upgrade")
        .join(version)
}

/// The versions of which something is kept.
pub fn versions() -> Vec<String> {
    let all = fs::read_dir(folder("")).expect("a folder");
    let folders = all
        .map(|one| one.expect("an entry"))
        .filter(|one| one.path().is_dir());
    let names = folders.map(|one| one.file_name().into_string());
    names.map(|name| name.expect("a version")).collect()
}

/// A Patchbay of today on what a version left, an hour after it.
pub async fn restored(version: &str) -> (World, Seen, TempDir) {
    let (from, scratch) = (folder(version), TempDir::new().expect("a folder"));
    let stand_ins = scratch.path().join(STAND_INS);
    fs::copy(from.join(STAND_INS), &stand_ins).expect("copied");
    let redis = Redis::with(&[]);
    fill(&redis, &from.join(REDIS));
    let seen = fs::read_to_string(from.join(SEEN)).expect("a file");
    let seen: Seen = serde_json::from_str(&seen).expect("what was seen");
    let world = World::on(redis, stand_ins, &[("PATCHBAY_AUTH", "local")]).await;
    world.pass(seen.at.duration_since(Clock::system().now()) + SignedDuration::from_hours(1));
    (world, seen, scratch)
}

fn fill(redis: &Redis, commands: &Path) {
    let output = Command::new("redis-cli")
        .args(["-u", &redis.url(), "--pipe"])
        .stdin(Stdio::from(File::open(commands).expect("commands")))
        .output()
        .expect("redis-cli");
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(said.contains("errors: 0"), "{said}");
}

/// Writes down what there is.
pub fn keep(version: &str, redis: &Redis, redis_folder: &Path, stand_ins: &Path, seen: &Seen) {
    let to = folder(version);
    fs::create_dir_all(&to).expect("a folder");
    // What would have ended by the time that somebody reads it stays.
    let stays = "for _, key in ipairs(redis.call('KEYS', '*')) do redis.call('PERSIST', key) end";
    redis.cli(&["EVAL", stays, "0"]);
    redis.cli(&["BGREWRITEAOF"]);
    while !redis
        .cli(&["INFO", "persistence"])
        .contains("aof_rewrite_in_progress:0")
    {
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
    let parts = fs::read_dir(redis_folder.join("appendonlydir")).expect("its files");
    let base = parts
        .map(|part| part.expect("an entry").path())
        .find(|path| path.to_string_lossy().ends_with(".base.aof"));
    fs::copy(base.expect("a base"), to.join(REDIS)).expect("copied");
    fs::copy(stand_ins, to.join(STAND_INS)).expect("copied");
    let seen = serde_json::to_string_pretty(seen).expect("JSON");
    fs::write(to.join(SEEN), seen + "\n").expect("written");
}
