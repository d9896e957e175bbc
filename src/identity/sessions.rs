//! Browser sessions in Redis: a small map of text under the hash of the session's id.
//!
//! The id itself is only in the browser's cookie, so that a copy of the store opens no session. An index beside them
//! names the sessions of each owner, so that they can be seen and ended; it is a hint.

use std::collections::HashMap;
use std::net::IpAddr;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::clock::Entropy;
use crate::digest::digest;
use crate::owner::Owner;
use crate::store::{Key, Store, StoreError, keys};

/// The state of a session.
pub type State = HashMap<String, String>;

/// The sessions there are. Cheap to clone.
#[derive(Clone)]
pub struct Sessions {
    store: Store,
    entropy: Entropy,
    idle: Duration,
    longest: Duration,
}

/// A sign-in: what is known of a session in which somebody is signed in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entered {
    /// Its name for forms; not secret.
    pub id: String,
    /// From when on it counts: when they signed in or, where they changed their password in it, that.
    pub at: Timestamp,
    /// When they signed in, where that was before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<Timestamp>,
    /// From where.
    pub address: Option<IpAddr>,
    /// What the browser calls itself.
    pub agent: String,
    /// By which way they signed in: a session counts where people sign in by that way.
    #[serde(default)]
    pub way: String,
}

impl Entered {
    /// When they signed in.
    pub fn since(&self) -> Timestamp {
        self.since.unwrap_or(self.at)
    }

    /// The same sign-in, counting from a later time on.
    pub fn renewed(self, at: Timestamp) -> Self {
        Self {
            since: Some(self.since()),
            at,
            ..self
        }
    }

    /// Whether it lasts longer than the `longest` that a sign-in does. One of a replica whose clock goes ahead is young.
    pub fn is_over(&self, now: Timestamp, longest: Duration) -> bool {
        let age = Duration::try_from(self.since().duration_until(now));
        age.is_ok_and(|age| age > longest)
    }
}

/// A session in which somebody is signed in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// How it began.
    pub entered: Entered,
    /// When it was used last.
    pub seen_at: Timestamp,
}

/// A line of the index.
#[derive(Serialize, Deserialize)]
struct Line {
    entered: Entered,
    /// The hash of the session's id.
    hash: String,
}

impl Sessions {
    /// Sessions in `store` that live for `idle` without use, and in which nobody stays signed in longer than `longest`.
    pub fn new(store: Store, entropy: Entropy, idle: Duration, longest: Duration) -> Self {
        Self {
            store,
            entropy,
            idle,
            longest,
        }
    }

    /// The state of a session; `None` for one that is over. A state that cannot be read counts as over.
    pub async fn load(&self, id: &str) -> Result<Option<State>, StoreError> {
        let bytes = self.store.get(&key(&hash(id))).await?;
        Ok(bytes.and_then(|bytes| serde_json::from_slice(&bytes).ok()))
    }

    /// Begins a session that lives for `idle` without use; answers its id. Who is signed in is noted beside it.
    pub async fn begin(
        &self,
        state: &State,
        idle: Duration,
        whose: Option<(&Owner, Entered)>,
    ) -> Result<String, StoreError> {
        let id = self.entropy.token();
        let hash = hash(&id);
        self.store
            .set(&key(&hash), &encode(state), Some(idle))
            .await?;
        if let Some((owner, entered)) = whose {
            self.enlist(owner, Line { entered, hash }).await?;
        }
        Ok(id)
    }

    async fn enlist(&self, owner: &Owner, line: Line) -> Result<(), StoreError> {
        let index = keys::sessions(owner);
        let text = serde_json::to_string(&line).unwrap_or_default();
        self.store.map_put(&index, &line.entered.id, &text).await?;
        self.store.expire(&index, self.longest).await.map(drop)
    }

    /// Writes a session's state; `false` if it has ended meanwhile, which a late write does not undo.
    pub async fn update(
        &self,
        id: &str,
        state: &State,
        idle: Duration,
    ) -> Result<bool, StoreError> {
        self.store
            .set_existing(&key(&hash(id)), &encode(state), Some(idle))
            .await
    }

    /// Notes that a session is used.
    pub async fn touch(&self, id: &str, idle: Duration) -> Result<(), StoreError> {
        self.store.expire(&key(&hash(id)), idle).await.map(drop)
    }

    /// Ends a session.
    pub async fn end(&self, id: &str) -> Result<(), StoreError> {
        self.store.delete(&key(&hash(id))).await.map(drop)
    }

    /// The sessions in which somebody is signed in by `now`, the one that was used last first.
    pub async fn of(&self, owner: &Owner, now: Timestamp) -> Result<Vec<Session>, StoreError> {
        let mut found = Vec::new();
        for (id, line) in self.lines(owner).await? {
            let left = match &line {
                Some(line) => self.store.life_left(&key(&line.hash)).await?,
                None => None,
            };
            match line.zip(left) {
                Some((line, left)) if !line.entered.is_over(now, self.longest) => {
                    found.push(Session {
                        entered: line.entered,
                        seen_at: before(now, self.idle.saturating_sub(left)),
                    })
                }
                _ => self.store.map_drop(&keys::sessions(owner), &id).await?,
            }
        }
        found.sort_by_key(|session| std::cmp::Reverse(session.seen_at));
        Ok(found)
    }

    /// Ends somebody's session of this name, and answers how it began; `None` where there is none.
    pub async fn end_of(&self, owner: &Owner, id: &str) -> Result<Option<Entered>, StoreError> {
        let lines = self.lines(owner).await?;
        let Some((id, line)) = lines.into_iter().find(|(known, _)| known == id) else {
            return Ok(None);
        };
        let entered = line.as_ref().map(|line| line.entered.clone());
        let ended = self.end_line(owner, &id, line).await?;
        Ok(entered.filter(|_| ended))
    }

    /// Ends all of somebody's sessions but the one of this name; answers how many there were.
    pub async fn end_all(&self, owner: &Owner, but: Option<&str>) -> Result<usize, StoreError> {
        let mut ended = 0;
        for (id, line) in self.lines(owner).await? {
            if but != Some(&id) && self.end_line(owner, &id, line).await? {
                ended += 1;
            }
        }
        Ok(ended)
    }

    async fn end_line(
        &self,
        owner: &Owner,
        id: &str,
        line: Option<Line>,
    ) -> Result<bool, StoreError> {
        let ended = match line {
            Some(line) => self.store.delete(&key(&line.hash)).await?,
            None => false,
        };
        self.store.map_drop(&keys::sessions(owner), id).await?;
        Ok(ended)
    }

    async fn lines(&self, owner: &Owner) -> Result<Vec<(String, Option<Line>)>, StoreError> {
        let lines = self.store.map_all(&keys::sessions(owner)).await?;
        let read = |(id, text): (String, String)| (id, serde_json::from_str(&text).ok());
        Ok(lines.into_iter().map(read).collect())
    }
}

fn before(now: Timestamp, time: Duration) -> Timestamp {
    let time = SignedDuration::try_from(time).unwrap_or_default();
    now.checked_sub(time).unwrap_or(now)
}

fn encode(state: &State) -> Vec<u8> {
    serde_json::to_vec(state).unwrap_or_default()
}

fn hash(id: &str) -> String {
    digest(id)
}

fn key(hash: &str) -> Key {
    keys::session(hash)
}
