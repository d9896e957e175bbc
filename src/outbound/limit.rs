//! Rate limits: how many requests a provider's unit (an account, a base) may get in a window, over all replicas.
//!
//! Each request asks the store once for its turn (`store/window.rs` has the queue) and sleeps until then. What an
//! answer tells of the limit is remembered here and goes along when the next request asks.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::{Instant, sleep};

use super::counts::{Counts, Why};
use super::failure::CallError;
use super::heard::{Announced, RateHeaders};
use super::retry::LONGEST_WAIT;
use crate::store::{Asker, Heard, Part, Rate, Store, StoreError, Turn, Unit};

/// Who waited longer than this looks whether a pause has begun meanwhile. Others of the same moment may be on
/// their way for as long as an answer takes in any case.
const LOOK_AGAIN: Duration = Duration::from_millis(300);
/// How often a request looks again at most. A store that is slow each time would keep it for ever.
const LOOKS: u32 = 5;
/// How long a request that nobody waits for waits for the store, as a load's writes do.
const STORE_PATIENCE: Duration = Duration::from_secs(60);
const STORE_AGAIN: Duration = Duration::from_millis(500);
/// How long a unit is slowed after it had too many requests although we kept to its limit.
const SLOWLY: Duration = Duration::from_secs(3 * 60);
/// The longest pause that is kept for all: after that somebody asks and is told again.
const LONGEST_PAUSE: Duration = Duration::from_secs(10 * 60);
/// What was announced longer ago says little of what is used now.
const NEWS: Duration = Duration::from_secs(1);

impl Rate {
    /// A documented rate with the margin that it takes to be never refused: requests arrive later than they are
    /// sent, one more than another, and so come closer together than they were. That is a matter of the network, not
    /// of the limit; so the window is longer by a fixed time, or a tenth where it is short. Both leave more than
    /// 90 % of the documented rate.
    pub fn just_under(self) -> Self {
        const JITTER: Duration = Duration::from_millis(300);
        Self {
            per: self.per + JITTER.min(self.per / 10),
            ..self
        }
    }
}

/// A request's part in a unit: which one, and what we allow ourselves there; `None` for no limit.
#[derive(Clone, Debug)]
pub(super) struct Share {
    pub(super) unit: Unit,
    pub(super) rate: Option<Rate>,
    /// Where answers tell of this unit's limit, which is then followed.
    pub(super) announced_by: Option<RateHeaders>,
}

/// The limits of all units. Clones share what they remember, replicas what is in the store; without one nothing is
/// limited.
#[derive(Clone)]
pub(super) struct Limits {
    store: Option<Store>,
    memory: Arc<Mutex<Memory>>,
}

/// How late after its moment a request may be sent: at most half of what the shortest of its windows is longer than
/// the provider's.
fn most_late(shares: &[Share]) -> Duration {
    const MOST: Duration = Duration::from_millis(250);
    let windows = shares.iter().filter_map(|share| share.rate);
    let most = windows.map(|rate| rate.per / 22).min();
    most.unwrap_or(MOST).min(MOST)
}

#[derive(Default)]
struct Memory {
    heard: HashMap<Unit, (Announced, Instant)>,
    /// Pauses that this process was told of.
    paused: HashMap<Unit, Instant>,
}

impl Limits {
    pub(super) fn new(store: Option<Store>) -> Self {
        Self {
            store,
            memory: Arc::default(),
        }
    }

    /// Waits until a request keeps within the limits of all its units at once; it is to be sent at once then. `most`
    /// is the longest wait of a person.
    ///
    /// Without any limit the store is asked only while this process knows of a pause.
    pub(super) async fn acquire(
        &self,
        shares: &[Share],
        most: Option<Duration>,
        counts: &Counts,
    ) -> Result<(), CallError> {
        if shares.iter().all(|share| share.rate.is_none()) && !self.knows_of_a_pause(shares) {
            return Ok(());
        }
        let Some(store) = &self.store else {
            return Ok(());
        };
        let id = store.asker();
        let most_late = most_late(shares);
        let mut looks = 0;
        loop {
            let asker = Asker {
                id: &id,
                again: looks > 0,
                most,
                longest_pause: LONGEST_WAIT,
            };
            let (turn, asked) = self.ask(store, asker, shares).await?;
            let (wait, paused) = match turn {
                Turn::In { wait, paused } => (wait, paused),
                Turn::Late(wait) => return Err(CallError::Busy(wait)),
                Turn::Paused(wait) => return Err(CallError::Limited(wait)),
            };
            if !wait.is_zero() {
                let why = if paused { Why::Asked } else { Why::Limit };
                counts.while_waiting(wait, why, sleep(wait)).await;
            }
            // Also one whose answer was slow, or whose process was stopped for a while, is not sent into the window of
            // others.
            let late = asked.elapsed().saturating_sub(wait) > most_late;
            if looks == LOOKS || !(late || wait > LOOK_AGAIN) {
                return Ok(());
            }
            looks += 1;
        }
    }

    /// Notes what an answer says of the limit of the first unit that listens.
    pub(super) fn hear(&self, shares: &[Share], headers: &reqwest::header::HeaderMap) {
        let listens = |share: &Share| Some((share.unit.clone(), share.announced_by?));
        let Some((unit, names)) = shares.iter().find_map(listens) else {
            return;
        };
        if let Some(announced) = names.read(headers) {
            let now = Instant::now();
            let mut memory = self.lock();
            let news = |at: &Instant| now.duration_since(*at) < NEWS;
            memory.heard.retain(|_, (_, at)| news(at));
            memory.heard.insert(unit, (announced, now));
        }
    }

    /// Keeps all requests to `unit` back for a while, after one that was sent then was one too many.
    pub(super) async fn pause(&self, unit: &Unit, wait: Duration, sent: Instant) {
        let (now, wait) = (Instant::now(), wait.min(LONGEST_PAUSE));
        {
            let mut memory = self.lock();
            memory.paused.retain(|_, until| *until > now);
            let until = memory.paused.entry(unit.clone()).or_insert(now);
            *until = (*until).max(now + wait);
        }
        let Some(store) = &self.store else {
            return;
        };
        let done = store.pause(unit, wait, sent.elapsed(), SLOWLY).await;
        if let Err(error) = done {
            // Whoever was told waits all the same, and the others will be told themselves.
            tracing::warn!(%error, "a provider's wish for a pause could not be passed on");
        }
    }

    /// Asks for a turn, patiently where no person waits; also answers when it was asked.
    async fn ask(
        &self,
        store: &Store,
        asker: Asker<'_>,
        shares: &[Share],
    ) -> Result<(Turn, Instant), CallError> {
        let heard = self.take_heard(shares);
        let parts: Vec<Part<'_>> = shares
            .iter()
            .zip(heard)
            .map(|(share, heard)| Part {
                unit: &share.unit,
                rate: share.rate,
                follows: share.announced_by.is_some(),
                heard,
            })
            .collect();
        let deadline = Instant::now() + STORE_PATIENCE;
        loop {
            let asked = Instant::now();
            match store.turn(asker, &parts).await {
                Err(StoreError::Away(why)) if asker.most.is_none() && asked < deadline => {
                    tracing::debug!(error = why, "a call waits for the store");
                    sleep(STORE_AGAIN).await;
                }
                turn => return Ok((turn?, asked)),
            }
        }
    }

    /// What was announced of each share's unit and not told to the store yet.
    fn take_heard(&self, shares: &[Share]) -> Vec<Option<Heard>> {
        let mut memory = self.lock();
        let mut take = |share: &Share| {
            let (announced, at) = memory.heard.remove(&share.unit)?;
            Some(Heard {
                rate: announced.rate.just_under(),
                used: announced.used,
                age: Some(at.elapsed()).filter(|age| *age < NEWS)?,
            })
        };
        shares.iter().map(&mut take).collect()
    }

    fn knows_of_a_pause(&self, shares: &[Share]) -> bool {
        let (now, memory) = (Instant::now(), self.lock());
        let until = |share: &Share| memory.paused.get(&share.unit);
        shares.iter().filter_map(until).any(|until| *until > now)
    }

    fn lock(&self) -> MutexGuard<'_, Memory> {
        self.memory.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
