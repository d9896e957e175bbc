//! The real scripts on a Redis, at times that the tests choose.

mod announced;
mod pauses;
mod windows;

use redis::Script;

use super::*;
use crate::store::keys;
use crate::testing;
use crate::testing::redis::Redis;

/// In the place of the line that asks Redis for the time: it comes with the arguments.
const TOLD: &str = "local now = tonumber(table.remove(ARGV))\n";
const TEN: Rate = Rate {
    requests: 10,
    per: Duration::from_secs(10),
};

fn ms(ms: u64) -> Duration {
    Duration::from_millis(ms)
}

/// A Redis whose windows believe what time they are told.
struct Bench {
    _redis: Redis,
    store: Store,
    turn: Script,
    pause: Script,
    now: u64,
}

impl Bench {
    fn new() -> Self {
        let redis = Redis::start();
        Self {
            store: testing::store(&redis),
            _redis: redis,
            turn: Script::new(&[TOLD, TURN].concat()),
            pause: Script::new(&[TOLD, PAUSE].concat()),
            // A day of this century; keys that live until such a time must not have died long ago.
            now: 4_000_000_000_000,
        }
    }

    async fn ask(&self, asker: Asker<'_>, parts: &[Part<'_>]) -> Turn {
        let mut call = turn(&self.turn, asker, parts);
        call.arg(self.now);
        read(self.store.script(&call).await.expect("a turn"))
    }

    /// The moment of a request that waits as long as it takes.
    async fn moment(&self, parts: &[Part<'_>]) -> u64 {
        self.now + self.wait(parts).await.as_millis() as u64
    }

    async fn wait(&self, parts: &[Part<'_>]) -> Duration {
        let id = self.store.asker();
        match self.ask(queued(&id), parts).await {
            Turn::In { wait, .. } => wait,
            other => panic!("{other:?}"),
        }
    }

    /// Pauses after a request that was sent `age` ago; slowly for a minute after that.
    async fn pause(&self, unit: &Unit, wait: Duration, age: Duration) {
        let mut call = pause(&self.pause, unit, wait, age, ms(60_000));
        call.arg(self.now);
        let done: bool = self.store.script(&call).await.expect("a pause");
        assert!(done);
    }
}

/// A unit of its own for each name, all in one slot.
fn unit(name: &str) -> Unit {
    keys::limit("test", "base", name, true)
}

fn part(unit: &Unit, rate: Rate) -> Part<'_> {
    Part {
        unit,
        rate: Some(rate),
        follows: false,
        heard: None,
    }
}

fn queued(id: &str) -> Asker<'_> {
    Asker {
        id,
        again: false,
        most: None,
        longest_pause: ms(60_000),
    }
}

/// A person who waits no longer than this.
fn person(id: &str, most: Duration) -> Asker<'_> {
    Asker {
        most: Some(most),
        ..queued(id)
    }
}

/// The same request, whose moment has come.
fn again(id: &str) -> Asker<'_> {
    Asker {
        again: true,
        ..queued(id)
    }
}
