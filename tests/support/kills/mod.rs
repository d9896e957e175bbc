//! Two processes on one Redis, of which now one and now the other is killed while tokens rotate. The numbers are
//! arguments: a test makes a few kills, a measurement many.

mod fleet;
mod person;

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use super::control;
use super::wire::Exchange;
use fleet::Fleet;

/// A provider that replaces both tokens at every refresh, and answers a spent one with a refusal.
const PROVIDER: &str = "airtable";
/// Life of its access tokens: whoever loads a while later needs a fresh one.
const LIFE: Duration = Duration::from_secs(2);
/// A process that lives stores what it was granted within this; and so much may the clocks of a kill and of a call
/// that was just sent be apart.
const STORED: Duration = Duration::from_secs(3);
/// Longest wait for a rotation, and for a connection at the end: a dead process's lock and its load's lease must
/// run out.
const PATIENCE: Duration = Duration::from_secs(120);

/// What is done.
#[derive(Clone, Copy, Debug)]
pub struct Plan {
    /// Of all that is left to chance.
    pub seed: u64,
    /// So many people load again and again.
    pub people: usize,
    /// Refreshes that the provider grants meanwhile, at least.
    pub rotations: usize,
    /// Kills, spread over them.
    pub kills: usize,
    /// How long the provider takes for each answer.
    pub latency: Duration,
}

/// What came of it.
#[derive(Clone, Copy, Debug)]
pub struct Figures {
    /// Refreshes that the provider granted.
    pub rotations: usize,
    pub kills: usize,
    /// Pairs that were granted to a process which died before it had stored them. Their connections ask for a
    /// reconnect, and say why; all others work.
    pub lost: usize,
    pub took: Duration,
}

/// Does it, and checks that no connection is lost but those whose tokens died with a process.
pub async fn rotate_under_kills(plan: Plan) -> Figures {
    let begun = Instant::now();
    let mut fleet = Fleet::start(plan).await;
    let people = fleet.people(plan).await;
    let stop = CancellationToken::new();
    let mut busy = JoinSet::new();
    for person in people {
        busy.spawn(person.load_until(stop.clone()));
    }
    let mut kills = Vec::new();
    for number in 1..=plan.kills {
        fleet
            .rotated(plan.rotations * number / (plan.kills + 1), plan)
            .await;
        kills.push(fleet.kill().await);
    }
    fleet.rotated(plan.rotations, plan).await;
    stop.cancel();
    let people = busy.join_all().await;
    control(fleet.stand_in(), &[("expire_tokens", "1")]).await;
    let mut ended = JoinSet::new();
    for person in people {
        ended.spawn(person.ends(plan));
    }
    let ended = ended.join_all().await;
    let refreshes = fleet.wire.refreshes();
    let lost = lost(&refreshes, &kills, plan);
    let told = ended.iter().filter(|works| !**works).count();
    assert_eq!(told, lost, "connections that are lost, of {plan:?}");
    Figures {
        rotations: granted(&refreshes),
        kills: kills.len(),
        lost,
        took: begun.elapsed(),
    }
}

fn granted(refreshes: &[(String, Exchange)]) -> usize {
    let granted = refreshes.iter().filter(|(_, exchange)| exchange.granted());
    granted.count()
}

/// How many pairs were lost: what was granted for their token was never used, and the token sent again. For each
/// of them a process must have died before it could have stored them.
fn lost(refreshes: &[(String, Exchange)], kills: &[Instant], plan: Plan) -> usize {
    let mut by_token: BTreeMap<&str, Vec<&Exchange>> = BTreeMap::new();
    for (token, exchange) in refreshes {
        by_token.entry(token).or_default().push(exchange);
    }
    let again = by_token.values().filter(|exchanges| exchanges.len() > 1);
    let lost: Vec<&Exchange> = again.map(|exchanges| exchanges[0]).collect();
    for exchange in &lost {
        let window = exchange.asked - STORED..exchange.answered + STORED;
        let died = kills.iter().any(|kill| window.contains(kill));
        assert!(
            died,
            "a token was sent twice, and nobody had died: {plan:?}"
        );
    }
    lost.len()
}
