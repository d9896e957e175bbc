//! Leads what the vault tells of connections to the activity trail, in a task of its own: a trail that cannot be
//! written holds no refresh up.

use tokio::sync::mpsc::{self, Receiver, error::TrySendError};
use tokio::task::JoinHandle;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::activity::{Action, Activity, By, Entry};
use crate::metrics;
use crate::vault::{Ended, Observer, Turn, Turned};

/// Turns that wait to be written at most; what comes on top of them is in the log alone.
const MOST: usize = 10_000;

/// The task that writes them.
pub(super) struct Trail {
    end: CancellationToken,
    writing: JoinHandle<()>,
}

impl Trail {
    /// Begins to write what the observer hears.
    pub(super) fn begin(activity: Activity) -> (Observer, Self) {
        let (tell, heard) = mpsc::channel(MOST);
        let observer = Observer::new(move |turned| {
            let told = tell.try_send(turned);
            metrics::trail_waits(MOST - tell.capacity());
            if let Err(TrySendError::Full(Turned { turn, provider, .. })) = told {
                metrics::trail_lost();
                tracing::error!(provider, ?turn, "the activity trail cannot keep up");
            }
        });
        let end = CancellationToken::new();
        let writing = tokio::spawn(write(activity, heard, end.clone()));
        (observer, Self { end, writing })
    }

    /// Writes what was heard until now, as long as there is time for it.
    pub(super) async fn finish(mut self, until: Instant) {
        self.end.cancel();
        let written = tokio::time::timeout_at(until, &mut self.writing).await;
        if written.is_err() {
            self.writing.abort();
            tracing::warn!("the last entries of the activity trail could not be written in time");
        }
    }
}

async fn write(activity: Activity, mut heard: Receiver<Turned>, end: CancellationToken) {
    while let Some(Some(turned)) = end.run_until_cancelled(heard.recv()).await {
        metrics::trail_waits(heard.len() + 1);
        activity.note(&entry(&turned)).await;
        metrics::trail_waits(heard.len());
    }
    heard.close();
    while let Some(turned) = heard.recv().await {
        activity.note(&entry(&turned)).await;
    }
}

fn entry(turned: &Turned) -> Entry {
    let (action, why) = match turned.turn {
        Turn::Retrying => (Action::RefreshFailed, "it is tried again"),
        Turn::Misconfigured => (Action::Misconfigured, "the client id or secret is refused"),
        Turn::Recovered => (Action::Recovered, ""),
        Turn::Ended(why) => (Action::AccessWithdrawn, words(why)),
    };
    let entry = Entry::of(&By::patchbay(), &turned.owner, action);
    entry.at(&turned.provider).saying(why)
}

fn words(why: Ended) -> &'static str {
    match why {
        Ended::Withdrawn => "the provider refuses the refresh token",
        Ended::Lost => "the renewed tokens were lost on their way here",
        Ended::Refused => "the provider refuses even fresh tokens",
        Ended::Unrenewable => "the token has ended and cannot be renewed",
    }
}
