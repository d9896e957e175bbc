//! API keys: what a program shows instead of a sign-in.
//!
//! A key's record lies under the hash of its text; who has a copy of the store has no key. An index beside it names the
//! keys of each owner, and is a hint: it is written after the record and may name what is not there any more.

mod error;
mod faults;
mod record;
mod revoke;
mod scope;
mod secret;
#[cfg(test)]
mod tests;

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

pub use error::{CreateError, NoKey};
pub use record::ApiKey;
pub use scope::Scope;
pub use secret::SecretKey;

use crate::activity::{Action, Activity, By, Entry};
use crate::clock::{Clock, Entropy};
use crate::identity::people::has_left;
use crate::owner::Owner;
use crate::store::{Store, StoreError, Touch, Versioned, Walk, keys};

/// Keys of an owner at most, those that have expired and are still listed among them.
pub const MOST_KEYS: usize = 100;
/// Longest name of a key, in characters.
pub const TITLE_CHARS: usize = 80;
/// The furthest end of a key.
const LONGEST_LIFE: SignedDuration = SignedDuration::from_hours(24 * 3_660);
/// Uses that follow so closely are noted once: each note is a write that is put on disk.
const NOTED_AGAIN: SignedDuration = SignedDuration::from_secs(60);
/// How long it is still known that a key was revoked or has ended, so that who uses it is told so.
const REMEMBERED: Duration = Duration::from_secs(30 * 24 * 60 * 60);

/// The API keys of everybody. Cheap to clone.
#[derive(Clone)]
pub struct ApiKeys {
    store: Store,
    activity: Activity,
    clock: Clock,
    entropy: Entropy,
    demo: bool,
}

/// A key that is to be made.
#[derive(Clone, Debug)]
pub struct New {
    /// What people call it.
    pub name: String,
    /// What it may do.
    pub scopes: Vec<Scope>,
    /// How long it counts; `None` for one that does not end by itself.
    pub life: Option<Duration>,
    /// Its id, where a form chose it ([`ApiKeys::id`]), so that a form that is sent twice makes one key.
    pub id: Option<String>,
}

impl ApiKeys {
    /// Keys in `store`, where the activity trail tells which were made and revoked.
    pub fn new(store: Store, clock: Clock, entropy: Entropy) -> Self {
        Self {
            activity: Activity::new(store.clone(), clock.clone()),
            store,
            clock,
            entropy,
            demo: false,
        }
    }

    /// The same in the demo: a key that is made there counts in no other mode, since anybody can be anybody there.
    #[must_use]
    pub fn in_demo(self, demo: bool) -> Self {
        Self { demo, ..self }
    }

    /// An id for a key that is to be made.
    pub fn id(&self) -> String {
        self.entropy.name()
    }

    /// Makes a key, and answers it with the text that nobody sees again.
    pub async fn create(
        &self,
        owner: &Owner,
        new: New,
        by: &By,
    ) -> Result<(ApiKey, SecretKey), CreateError> {
        let now = self.clock.now();
        let name = name(&new.name).ok_or(CreateError::Name)?;
        let mut scopes = new.scopes;
        scopes.sort_unstable();
        scopes.dedup();
        if scopes.is_empty() {
            return Err(CreateError::NoScope);
        }
        let expires_at = new.life.map(|life| end(now, life).ok_or(CreateError::Life));
        let expires_at = expires_at.transpose()?;
        // In the demo anybody is whom they say.
        if !self.demo && has_left(&self.store, owner).await? {
            return Err(CreateError::Left);
        }
        let live = self.of(owner).await?;
        if live.len() >= MOST_KEYS {
            return Err(CreateError::TooMany);
        }
        let secret = SecretKey::new(&self.entropy);
        let key = ApiKey {
            id: new.id.unwrap_or_else(|| self.id()),
            owner: owner.clone(),
            name,
            beginning: secret.beginning(),
            scopes,
            created_at: now,
            expires_at,
            used_at: None,
            demo: self.demo,
            revoked_at: None,
            hash: secret.hash(),
        };
        self.write(&key).await?;
        self.note(&key, Action::KeyMade, by).await;
        Ok((key, secret))
    }

    /// The record first: who finds a name in the index and no record strikes it out. A record that is then not named,
    /// because its form was sent before, goes again; nobody has seen its key.
    async fn write(&self, key: &ApiKey) -> Result<(), CreateError> {
        let index = keys::api_keys(&key.owner);
        let record = keys::api_key(&key.hash);
        let bytes = record::encode(key);
        self.store.compare_and_set(&record, 0, &bytes).await?;
        if let Some(end) = key.expires_at {
            let left = self.clock.now().duration_until(end).unsigned_abs();
            self.store.expire(&record, left + REMEMBERED).await?;
        }
        if self.store.map_put_new(&index, &key.id, &key.hash).await? {
            return Ok(());
        }
        self.store.delete(&record).await?;
        Err(CreateError::Made)
    }

    /// The key that somebody shows, if it counts. Its use is noted, at most once a minute.
    pub async fn check(&self, shown: &str) -> Result<ApiKey, NoKey> {
        let secret = SecretKey::parse(shown).ok_or(NoKey::Malformed)?;
        let hash = secret.hash();
        let record = keys::api_key(&hash);
        let Found::Key(key) = self.read(&hash).await? else {
            return Err(NoKey::Unknown);
        };
        let now = self.clock.now();
        if key.is_revoked() || (key.demo && !self.demo) {
            return Err(NoKey::Revoked(key));
        }
        if key.is_expired(now) {
            return Err(NoKey::Expired(key));
        }
        let since = key.used_at.map(|used| used.duration_until(now));
        if since.is_none_or(|since| since.abs() >= NOTED_AGAIN) {
            let noted = self
                .store
                .touch_versioned(&record, Touch::Used, now.as_millisecond());
            // Nobody is kept out because a use cannot be noted.
            if let Err(error) = noted.await {
                tracing::debug!(%error, "the use of an API key could not be noted");
            }
        }
        Ok(*key)
    }

    /// The keys of an owner, the newest first; those that have ended by themselves among them, the revoked ones not.
    pub async fn of(&self, owner: &Owner) -> Result<Vec<ApiKey>, StoreError> {
        let index = keys::api_keys(owner);
        let mut found = Vec::new();
        for (id, hash) in self.store.map_all(&index).await? {
            match self.read(&hash).await? {
                Found::Key(key) if !key.is_revoked() => found.push(*key),
                Found::Key(_) | Found::Nothing => self.store.map_drop(&index, &id).await?,
                // Of a newer version: it is not shown here, but must stay to be revoked.
                Found::Unreadable => {}
            }
        }
        found.sort_by_key(|key| std::cmp::Reverse((key.created_at, key.id.clone())));
        Ok(found)
    }

    /// An owner's key of this id.
    pub async fn get(&self, owner: &Owner, id: &str) -> Result<Option<ApiKey>, StoreError> {
        let Some(hash) = self.hash_of(owner, id).await? else {
            return Ok(None);
        };
        Ok(match self.read(&hash).await? {
            Found::Key(key) if !key.is_revoked() => Some(*key),
            _ => None,
        })
    }

    async fn note(&self, key: &ApiKey, action: Action, by: &By) {
        let entry = Entry::of(by, &key.owner, action).about(&key.name);
        self.activity.note(&entry).await;
    }

    async fn hash_of(&self, owner: &Owner, id: &str) -> Result<Option<String>, StoreError> {
        let hash = self.store.map_get(&keys::api_keys(owner), id).await?;
        Ok(hash.and_then(|hash| String::from_utf8(hash).ok()))
    }

    /// All keys of everybody that are not revoked, in no order; for the command line.
    pub async fn all(&self) -> Result<Vec<ApiKey>, StoreError> {
        let (mut walk, mut found) = (Walk::default(), Vec::new());
        let mut seen = std::collections::HashSet::new();
        while let Some(names) = self.store.walk(keys::API_KEYS, &mut walk).await? {
            for hash in names.iter().filter_map(|name| keys::parse_api_key(name)) {
                if seen.insert(hash.to_owned())
                    && let Found::Key(key) = self.read(hash).await?
                    && !key.is_revoked()
                {
                    found.push(*key);
                }
            }
        }
        Ok(found)
    }

    async fn read(&self, hash: &str) -> Result<Found, StoreError> {
        let found = self.store.get_versioned(&keys::api_key(hash)).await?;
        Ok(match found {
            None => Found::Nothing,
            Some(found) => match decode(hash, &found) {
                Some(key) => Found::Key(Box::new(key)),
                None => Found::Unreadable,
            },
        })
    }
}

/// What lies where a key's record belongs.
enum Found {
    Nothing,
    /// A record of a newer version.
    Unreadable,
    Key(Box<ApiKey>),
}

fn decode(hash: &str, found: &Versioned) -> Option<ApiKey> {
    record::decode(hash, &found.bytes, found.used_ms)
}

/// A name as it is kept; `None` for one that will not do.
fn name(typed: &str) -> Option<String> {
    let name = typed.trim();
    let fits = (1..=TITLE_CHARS).contains(&name.chars().count());
    (fits && !name.chars().any(char::is_control)).then(|| name.to_owned())
}

/// When a life that begins now is over; `None` for one that is too short or too long.
fn end(now: Timestamp, life: Duration) -> Option<Timestamp> {
    let life = SignedDuration::try_from(life).ok()?;
    let fits = life >= SignedDuration::from_mins(1) && life <= LONGEST_LIFE;
    now.checked_add(life).ok().filter(|_| fits)
}
