//! The activity trail: what was done in an org, by whom, bounded in number. Never a secret, and no content of an
//! account.

use jiff::Timestamp;

use crate::clock::Clock;
use crate::owner::Owner;
use crate::store::{Store, StoreError, keys};

/// Entries kept of an org.
const KEPT: usize = 10_000;

/// The trail of every org. Cheap to clone.
#[derive(Clone)]
pub struct Activity {
    store: Store,
    clock: Clock,
}

/// Who did something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Actor {
    /// A person, by their user id.
    User(String),
    /// Patchbay itself.
    Patchbay,
}

/// What was done to a connection, or by it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// An account was connected.
    Connected,
    /// The same account was connected anew.
    Reconnected,
    /// Another account took the place of the one before.
    Replaced,
    /// It was disconnected.
    Disconnected,
    /// Nobody had used it for too long.
    Forgotten,
    /// A contact of its account was made.
    ContactCreated,
    /// A contact of its account was changed.
    ContactChanged,
    /// A contact of its account was deleted.
    ContactDeleted,
}

/// Something that was done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Whose connection it concerns.
    pub owner: Owner,
    /// Who did it.
    pub actor: Actor,
    /// What.
    pub action: Action,
    /// The provider's id.
    pub provider: String,
}

/// An entry as it stands in the trail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Noted {
    /// When.
    pub at: Timestamp,
    /// What.
    pub entry: Entry,
}

impl Entry {
    /// What a person did to a connection of their own.
    pub fn of_owner(owner: &Owner, action: Action, provider: &str) -> Self {
        Self {
            actor: Actor::User(owner.user.clone()),
            ..Self::of_patchbay(owner, action, provider)
        }
    }

    /// What Patchbay did by itself.
    pub fn of_patchbay(owner: &Owner, action: Action, provider: &str) -> Self {
        Self {
            owner: owner.clone(),
            actor: Actor::Patchbay,
            action,
            provider: provider.to_owned(),
        }
    }
}

impl Activity {
    /// Keeps the trail in `store`.
    pub fn new(store: Store, clock: Clock) -> Self {
        Self { store, clock }
    }

    /// Adds an entry. What was done is not undone because it cannot be noted: then the log has it.
    pub async fn note(&self, entry: &Entry) {
        let (actor, at) = (entry.actor.name(), self.clock.now().to_string());
        let fields = [
            ("at", &at[..]),
            ("user", &entry.owner.user),
            ("actor", actor),
            ("action", entry.action.name()),
            ("provider", &entry.provider),
        ];
        let trail = keys::activity(&entry.owner.org);
        if let Err(error) = self.store.append(&trail, &fields, KEPT).await {
            tracing::error!(action = entry.action.name(), %error, "the activity trail could not be written");
        }
    }

    /// What concerns a person's own connections, newest first.
    pub async fn of(&self, owner: &Owner, most: usize) -> Result<Vec<Noted>, StoreError> {
        let trail = keys::activity(&owner.org);
        let rows = self.store.latest(&trail, KEPT).await?;
        let noted = rows.into_iter().filter_map(|row| read(&owner.org, row));
        let own = noted.filter(|noted| noted.entry.owner == *owner);
        Ok(own.take(most).collect())
    }
}

impl Actor {
    /// An empty name, which no person has, for Patchbay.
    fn name(&self) -> &str {
        match self {
            Self::User(user) => user,
            Self::Patchbay => "",
        }
    }
}

impl Action {
    const ALL: [Self; 8] = [
        Self::Connected,
        Self::Reconnected,
        Self::Replaced,
        Self::Disconnected,
        Self::Forgotten,
        Self::ContactCreated,
        Self::ContactChanged,
        Self::ContactDeleted,
    ];

    /// Its name in the trail.
    pub fn name(self) -> &'static str {
        match self {
            Self::Connected => "connected",
            Self::Reconnected => "reconnected",
            Self::Replaced => "replaced",
            Self::Disconnected => "disconnected",
            Self::Forgotten => "forgotten",
            Self::ContactCreated => "contact_created",
            Self::ContactChanged => "contact_changed",
            Self::ContactDeleted => "contact_deleted",
        }
    }
}

/// An entry of a newer version may say something that this one does not know.
fn read(org: &str, row: Vec<(String, String)>) -> Option<Noted> {
    let field = |name: &str| row.iter().find(|(known, _)| known == name).map(|it| &it.1);
    let actor = field("actor")?;
    let action = field("action")?;
    let owner = Owner {
        org: org.to_owned(),
        user: field("user")?.clone(),
    };
    Some(Noted {
        at: field("at")?.parse().ok()?,
        entry: Entry {
            owner,
            actor: match &actor[..] {
                "" => Actor::Patchbay,
                user => Actor::User(user.to_owned()),
            },
            action: Action::ALL.into_iter().find(|it| it.name() == action)?,
            provider: field("provider")?.clone(),
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{self, redis::Redis};

    fn owner(user: &str) -> Owner {
        Owner {
            org: "acme".to_owned(),
            user: user.to_owned(),
        }
    }

    #[tokio::test]
    async fn everybody_reads_what_concerns_them_newest_first() {
        let redis = Redis::start();
        let activity = Activity::new(testing::store(&redis), Clock::system());
        let (ada, bob) = (owner("ada"), owner("bob"));
        let entries = [
            Entry::of_owner(&ada, Action::Connected, "hubspot"),
            Entry::of_owner(&bob, Action::Connected, "hubspot"),
            Entry::of_patchbay(&ada, Action::Forgotten, "hubspot"),
        ];
        for entry in &entries {
            activity.note(entry).await;
        }
        let noted = activity.of(&ada, 10).await.expect("a trail");
        let seen: Vec<&Entry> = noted.iter().map(|noted| &noted.entry).collect();
        assert_eq!(seen, [&entries[2], &entries[0]]);
        assert_eq!(activity.of(&ada, 1).await.expect("a trail").len(), 1);
        let other = Owner {
            org: "other".to_owned(),
            ..ada
        };
        assert_eq!(activity.of(&other, 10).await.expect("a trail"), []);
    }
}
