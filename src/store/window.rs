//! Rolling windows: how many requests the units of a provider's limit may get, over all replicas.
//!
//! A log of the requests of each unit holds those that were sent and those that will be: whoever asks is told how
//! long to wait, and that moment is taken. So nobody polls, and all replicas stand in one queue. By the clock of
//! Redis alone: answers are relative. A bucket that refills would let through its whole size and then the refill,
//! up to twice the limit within one window.

use std::sync::LazyLock;
use std::time::Duration;

use redis::{Script, ScriptInvocation};

use super::{Key, Store, StoreError, millis};

const NOW: &str = include_str!("window/now.lua");
const TURN: &str = include_str!("window/turn.lua");
const PAUSE: &str = include_str!("window/pause.lua");

static TURN_SCRIPT: LazyLock<Script> = LazyLock::new(|| Script::new(&[NOW, TURN].concat()));
static PAUSE_SCRIPT: LazyLock<Script> = LazyLock::new(|| Script::new(&[NOW, PAUSE].concat()));

/// So many requests in any window of that length.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    /// Most requests in a window; at least 1.
    pub requests: u32,
    /// The window's length.
    pub per: Duration,
}

/// The keys of a unit that requests are counted in.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Unit {
    /// Sorted set: the moments of its requests.
    pub log: Key,
    /// Hash: its pause, and what its provider announced.
    pub state: Key,
}

/// What a provider said of a unit when it answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Heard {
    /// The rate to keep from now on.
    pub rate: Rate,
    /// Requests that it counted within its window, whoever sent them.
    pub used: u32,
    /// How long ago it said so.
    pub age: Duration,
}

/// A request's part in a unit.
#[derive(Clone, Copy, Debug)]
pub struct Part<'a> {
    /// The unit.
    pub unit: &'a Unit,
    /// What is allowed there; `None` for no limit: then it is only asked whether the unit is paused.
    pub rate: Option<Rate>,
    /// Whether what the provider announced takes the place of that.
    pub follows: bool,
    /// What the provider announced since anybody asked last.
    pub heard: Option<Heard>,
}

/// Who asks for a turn, and how long he would wait.
#[derive(Clone, Copy, Debug)]
pub struct Asker<'a> {
    /// The request's id, which its moment is noted under: [`Store::asker`] makes one.
    pub id: &'a str,
    /// Whether it asks once more, when its moment has come: a pause may have begun meanwhile.
    pub again: bool,
    /// The longest wait of a person, who also goes before the queue where the limit is wide; `None` for a request that
    /// waits as long as it takes.
    pub most: Option<Duration>,
    /// The longest pause that is waited for.
    pub longest_pause: Duration,
}

/// When a request may be sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turn {
    /// After this wait: the moment is taken.
    In {
        /// How long to wait.
        wait: Duration,
        /// Whether that is because of a pause.
        paused: bool,
    },
    /// Later than the person would wait, who may try again then. Nothing is taken.
    Late(Duration),
    /// The unit is paused for longer than anybody waits. Nothing is taken.
    Paused(Duration),
}

impl Store {
    /// An id for a request that asks for its turn.
    pub fn asker(&self) -> String {
        self.entropy.name()
    }

    /// When a request may be sent that counts in these units; their keys lie in one slot.
    pub async fn turn(&self, asker: Asker<'_>, parts: &[Part<'_>]) -> Result<Turn, StoreError> {
        self.script::<(u8, u64, bool)>(&turn(&TURN_SCRIPT, asker, parts))
            .await
            .map(read)
    }

    /// Keeps all requests of a unit back for `wait`, unless it is paused for longer. Its allowance is halved until
    /// `slowly` after that, and once more, to a quarter, if that was not enough: if a request that was sent since,
    /// `age` ago, was one too many again.
    pub async fn pause(
        &self,
        unit: &Unit,
        wait: Duration,
        age: Duration,
        slowly: Duration,
    ) -> Result<(), StoreError> {
        self.script(&pause(&PAUSE_SCRIPT, unit, wait, age, slowly))
            .await
    }
}

fn pause<'a>(
    script: &'a Script,
    unit: &Unit,
    wait: Duration,
    age: Duration,
    slowly: Duration,
) -> ScriptInvocation<'a> {
    let mut call = script.key(&unit.state);
    call.arg(whole_millis(wait)).arg(whole_millis(age));
    call.arg(millis(slowly));
    call
}

fn turn<'a>(script: &'a Script, asker: Asker<'_>, parts: &[Part<'_>]) -> ScriptInvocation<'a> {
    let mut call = script.prepare_invoke();
    let most = asker.most.map(whole_millis);
    let most = most.map_or_else(|| "-1".to_owned(), |most| most.to_string());
    call.arg(asker.id).arg(u8::from(asker.again)).arg(most);
    call.arg(millis(asker.longest_pause));
    call.arg(u8::from(asker.most.is_none()));
    for part in parts {
        call.key(&part.unit.log).key(&part.unit.state);
        rate(&mut call, part.rate);
        call.arg(u8::from(part.follows));
        rate(&mut call, part.heard.map(|heard| heard.rate));
        call.arg(part.heard.map_or(0, |heard| heard.used));
        call.arg(part.heard.map_or(0, |heard| whole_millis(heard.age)));
    }
    call
}

/// Limit and window; 0 for no limit.
fn rate(call: &mut ScriptInvocation<'_>, rate: Option<Rate>) {
    call.arg(rate.map_or(0, |rate| rate.requests.max(1)));
    call.arg(rate.map_or(0, |rate| millis(rate.per)));
}

fn read((verdict, wait, paused): (u8, u64, bool)) -> Turn {
    let wait = Duration::from_millis(wait);
    match verdict {
        0 => Turn::In { wait, paused },
        1 => Turn::Late(wait),
        _ => Turn::Paused(wait),
    }
}

/// Milliseconds of a time that may be none.
fn whole_millis(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests;
