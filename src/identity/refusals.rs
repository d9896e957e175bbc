//! What was refused to somebody who is known, for the activity trail: so much of it that nobody pushes out what others
//! tried by trying the same again and again.

use super::{Limit, Limits};
use crate::activity::{Activity, Entry};
use crate::metrics;

/// Tells the trail of refusals. Cheap to clone.
#[derive(Clone)]
pub struct Refusals {
    activity: Activity,
    limits: Limits,
}

impl Refusals {
    /// Refusals in the trail of `activity`, counted by `limits`.
    pub fn new(activity: Activity, limits: Limits) -> Self {
        Self { activity, limits }
    }

    /// Notes a refusal to somebody, unless the trail has told a lot of theirs just now; the log has them all.
    pub async fn note(&self, who: &str, entry: &Entry) {
        match self.limits.take(Limit::TOLD, who).await {
            Ok(Some(allowance)) if allowance.again_in.is_some() => {}
            Ok(_) => self.activity.note(entry).await,
            Err(error) => {
                let action = entry.action.name();
                metrics::trail_lost();
                tracing::error!(action, %error, "the activity trail could not be written");
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::activity::{Action, By, Filter, Sight};
    use crate::clock::Clock;
    use crate::owner::Owner;
    use crate::testing::{self, redis::Redis};

    #[tokio::test]
    async fn the_trail_tells_some_refusals_of_each_and_not_all() {
        let redis = Redis::start();
        let store = testing::store(&redis);
        let activity = Activity::new(store.clone(), Clock::system());
        let refusals = Refusals::new(activity.clone(), Limits::new(store, true));
        let tell = async |user: &str| {
            let owner = Owner {
                org: "acme".to_owned(),
                user: user.to_owned(),
            };
            let by = By::user(user, Default::default());
            let entry = Entry::of(&by, &owner, Action::AccessRefused);
            refusals.note(user, &entry).await;
        };
        for _ in 0..Limit::TOLD.burst + 5 {
            tell("mallory").await;
        }
        tell("ada").await;
        let page = activity
            .page("acme", &Sight::All, &Filter::default(), 100)
            .await;
        let told = page.expect("a page").entries;
        let of = |user: &str| {
            let by = told.iter().filter(|it| it.entry.actor_name() == user);
            by.count()
        };
        assert_eq!(of("ada"), 1);
        // One more may be allowed meanwhile.
        let most = Limit::TOLD.burst as usize;
        assert!((most..=most + 1).contains(&of("mallory")));
    }
}
