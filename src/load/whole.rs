//! Whether what is loaded will do for somebody who wants it whole, as it is now. The whole is what the streams have that are
//! chosen for the connection, which may be fewer than the provider offers.

use std::time::Duration;

use jiff::Timestamp;

use super::report::{Load, Outcome, Part, Status};
use super::{LoadError, Loads, choice, start};
use crate::owner::Owner;
use crate::providers::Stream;
use crate::store::StoreError;

/// Items that came no longer ago than this count as what there is now. Programs ask for the list at every click of
/// theirs: a load for each would be slow for them and a burden for the provider; who waits longer wants to see news.
pub const FRESH: Duration = Duration::from_secs(5 * 60);

/// How what is loaded looks to somebody who wants it whole.
#[derive(Debug)]
pub enum Look {
    /// It is whole: this is the snapshot.
    Current(Box<Load>),
    /// A load is at it.
    Runs(Box<Load>),
    /// A load has ended since it was asked for, and did not bring all that it was to bring.
    Ended(Box<Load>),
    /// Nothing is there that would do: a load is to be started.
    Nothing,
}

impl Loads {
    /// How the items of a connection look to somebody who `asked` for them at that time, and has `seen` the load of this
    /// id run since.
    pub async fn look(
        &self,
        owner: &Owner,
        provider: &str,
        asked: Timestamp,
        seen: Option<&str>,
    ) -> Result<Look, LoadError> {
        let ground = start::ground(&self.parts.setup, owner, provider).await?;
        let latest = self.latest(owner, provider).await?;
        let latest = latest.filter(|load| load.account == ground.account.id);
        let Some(load) = latest else {
            return Ok(Look::Nothing);
        };
        let profile = ground.provider.profile();
        let wanted = choice::remembered(&self.parts.setup, owner, profile).await?;
        Ok(load.looks(&wanted, asked, seen))
    }
}

impl Load {
    /// The streams that did not come, or not whole, though nothing was amiss with what was asked for.
    pub fn failed(&self) -> impl Iterator<Item = &Part> {
        let failed = |part: &&Part| match part.outcome {
            Outcome::Failed(_) | Outcome::Denied(_) => true,
            Outcome::Running | Outcome::Done | Outcome::Skipped(_) => part.missed_for_now > 0,
        };
        self.parts.iter().filter(failed)
    }

    fn looks(self, wanted: &[&Stream], asked: Timestamp, seen: Option<&str>) -> Look {
        // The clocks of replicas differ, the ids of loads do not.
        let is_news = seen == Some(&self.id[..]) || self.ended_at.is_some_and(|at| at >= asked);
        let is_published = matches!(self.status, Status::Complete | Status::Partial);
        match self.status {
            Status::Running if self.rests => Look::Nothing,
            Status::Running => Look::Runs(Box::new(self)),
            _ if is_published && self.failed().next().is_none() => {
                match self.has(wanted) && self.is_fresh(asked) {
                    true => Look::Current(Box::new(self)),
                    false => Look::Nothing,
                }
            }
            _ if is_news => Look::Ended(Box::new(self)),
            _ => Look::Nothing,
        }
    }

    /// Whether it was to bring all these streams. A load may be of some of them alone, this one time.
    fn has(&self, wanted: &[&Stream]) -> bool {
        let is_in = |stream: &&Stream| self.parts.iter().any(|part| part.stream == stream.id);
        wanted.iter().all(is_in)
    }

    /// Whether all that was brought was brought lately. A load that tried again what had failed has the rest from the
    /// load before.
    fn is_fresh(&self, asked: Timestamp) -> bool {
        let since = asked.saturating_sub(FRESH).unwrap_or(asked);
        let done = self
            .parts
            .iter()
            .filter(|part| part.outcome == Outcome::Done);
        let mut times = done.map(|part| part.loaded_at);
        times.all(|at| at.is_some_and(|at| at >= since))
    }
}

impl LoadError {
    /// Whether it passes by itself: the store is away.
    pub fn passes(&self) -> bool {
        match self {
            Self::Store(error) => matches!(error, StoreError::Away(_)),
            Self::Vault(error) => error.passes(),
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::SignedDuration;

    use super::*;
    use crate::providers::Registry;

    const ASKED: Timestamp = Timestamp::UNIX_EPOCH;

    /// A load whose one stream ended like this, so many seconds after it was asked for.
    fn load(status: Status, outcome: Outcome, after: i64) -> Load {
        let at = ASKED + SignedDuration::from_secs(after);
        let part = Part {
            outcome,
            loaded_at: Some(at),
            ..Part::new("pages", "Pages")
        };
        Load {
            status,
            ended_at: (status != Status::Running).then_some(at),
            ..Load::new("one".to_owned(), "account", at, vec![part])
        }
    }

    fn looks(load: Load, seen: Option<&str>) -> &'static str {
        looks_for(&["pages"], load, seen)
    }

    /// The same to somebody for whom these streams of Notion are chosen.
    fn looks_for(wanted: &[&str], load: Load, seen: Option<&str>) -> &'static str {
        let notion = Registry.get("notion").expect("a provider").profile();
        let wanted = wanted.iter().map(|id| notion.stream(id).expect("a stream"));
        match load.looks(&wanted.collect::<Vec<_>>(), ASKED, seen) {
            Look::Current(_) => "current",
            Look::Runs(_) => "runs",
            Look::Ended(_) => "ended",
            Look::Nothing => "nothing",
        }
    }

    #[test]
    fn what_is_whole_counts_for_a_while() {
        let old = -(i64::try_from(FRESH.as_secs()).expect("a number"));
        for (after, found) in [(old - 1, "nothing"), (old, "current"), (9, "current")] {
            let whole = load(Status::Complete, Outcome::Done, after);
            assert_eq!(looks(whole, None), found, "{after}");
        }
        // What a second try carries over is as old as it is.
        let mut tried = load(Status::Complete, Outcome::Done, old - 1);
        tried.ended_at = Some(ASKED);
        assert_eq!(looks(tried, Some("one")), "nothing");
    }

    #[test]
    fn what_was_loaded_of_some_streams_alone_is_not_the_whole() {
        let whole = || load(Status::Complete, Outcome::Done, 0);
        assert_eq!(looks_for(&["pages"], whole(), Some("one")), "current");
        let both = ["pages", "databases"];
        assert_eq!(looks_for(&both, whole(), Some("one")), "nothing");
    }

    #[test]
    fn a_failure_counts_for_those_who_waited_for_it() {
        let failed = || Outcome::Failed("failed".to_owned());
        let skipped = || Outcome::Skipped("not granted".to_owned());
        for (status, outcome, whole) in [
            (Status::Failed, failed(), "ended"),
            (Status::Partial, failed(), "ended"),
            (Status::Partial, skipped(), "current"),
            (Status::Failed, skipped(), "ended"),
            (Status::Cancelled, Outcome::Done, "ended"),
            (Status::Interrupted, Outcome::Done, "ended"),
        ] {
            let at = |after| load(status, outcome.clone(), after);
            assert_eq!(looks(at(0), None), whole, "{status:?}");
            assert_eq!(looks(at(-1), Some("one")), whole, "{status:?}");
            let before = if whole == "ended" { "nothing" } else { whole };
            assert_eq!(looks(at(-1), Some("another")), before, "{status:?}");
        }
    }

    #[test]
    fn a_list_that_may_be_had_at_another_time_is_not_done_without() {
        let mut holed = load(Status::Partial, Outcome::Done, 0);
        holed.parts[0].missed_in_all = 1;
        assert_eq!(looks(holed.clone(), None), "current", "it never can be had");
        holed.parts[0].missed_for_now = 1;
        assert_eq!(looks(holed.clone(), None), "ended");
        holed.ended_at = Some(ASKED - SignedDuration::from_secs(1));
        assert_eq!(looks(holed, None), "nothing", "another load may bring it");
    }

    #[test]
    fn a_load_that_nobody_works_on_is_not_waited_for() {
        let mut running = load(Status::Running, Outcome::Running, -60);
        assert_eq!(looks(running.clone(), None), "runs");
        running.rests = true;
        assert_eq!(looks(running, Some("one")), "nothing");
    }
}
