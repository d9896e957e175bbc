//! What is told of items that are not whole, and why.

use std::time::Duration;

use super::incomplete::missed;
use crate::error::{Failure, Kind};
use crate::load::{Load, Part, Status};

/// When to ask again for what is on its way.
const ASK_AGAIN: Duration = Duration::from_secs(1);
/// When to ask again for what the provider, or a process of ours, failed to bring.
const TRY_AGAIN: Duration = Duration::from_secs(10);
/// When to ask again where others must end first: most loads take no longer.
const ROOM_AGAIN: Duration = Duration::from_secs(30);

/// The time is over, and the load goes on.
pub(super) fn goes_on(name: &str, load: Option<&Load>) -> Failure {
    let so_far = match load.map_or(0, Load::items) {
        0 => "No items have come so far".to_owned(),
        1 => "1 item has come so far".to_owned(),
        items => format!("{items} items have come so far"),
    };
    let text = format!(
        "{so_far}. The load goes on by itself: ask again to join it and wait on for its end."
    );
    let failure = Failure::new(Kind::Timeout, not_here(name), text);
    failure.retry_after(Some(ASK_AGAIN))
}

/// Whoever answers stops, and the load goes on elsewhere.
pub(super) fn stops(name: &str) -> Failure {
    let text = "This Patchbay stops. The load goes on by itself: ask again to join it and wait on for its end.";
    let failure = Failure::new(Kind::Unavailable, not_here(name), text);
    failure.retry_after(Some(ASK_AGAIN))
}

/// The time is over, and with it the load: nobody else can wait for it.
pub(super) fn is_over(name: &str) -> Failure {
    let text = "A load with a token of the caller's own ends with its request, and nothing of it is kept. Connect the account, or let Patchbay wait longer (PATCHBAY_CLASSIC_TIMEOUT).";
    Failure::new(Kind::Timeout, not_here(name), text)
}

fn not_here(name: &str) -> String {
    format!("Not all items of {name} are here yet")
}

/// Why a load that has ended is not whole.
pub(super) fn ended(name: &str, load: &Load) -> Failure {
    match load.status {
        Status::Cancelled => Failure::new(
            Kind::Conflict,
            "The load was cancelled",
            "Somebody ended it while it was waited for. Ask again to begin another.",
        ),
        Status::Interrupted => broke_off(),
        _ if load.failed().next().is_none() => not_allowed(name, load),
        _ => failed(name, load),
    }
}

/// A load that nobody brings to its end.
pub(super) fn broke_off() -> Failure {
    let text = "Its process was ended. Ask again to begin another.";
    Failure::new(Kind::Unavailable, "The load broke off", text).retry_after(Some(TRY_AGAIN))
}

/// The provider failed. A list with holes that another try may fill is not given out: nobody would see them.
fn failed(name: &str, load: &Load) -> Failure {
    let title = format!("{name} does not give all items just now");
    let why = load.failed().map(reason).collect::<Vec<_>>().join(" ");
    let text = format!("{why} Ask again to begin another load.");
    Failure::new(Kind::Provider, title, text).retry_after(Some(TRY_AGAIN))
}

/// Nothing of what was asked for may be read.
fn not_allowed(name: &str, load: &Load) -> Failure {
    let why = load.parts.iter().map(reason).collect::<Vec<_>>().join(" ");
    let text = format!("{why} Reconnect, and allow it.");
    Failure::new(
        Kind::Unauthenticated,
        format!("{name} shows none of the items"),
        text,
    )
}

fn reason(part: &Part) -> String {
    let why = part.outcome.why().map(str::to_owned);
    let why = why.or_else(|| missed(part));
    let why = why.unwrap_or_else(|| "nothing came".to_owned());
    format!("{}: {why}.", part.title)
}

/// The provider does not accept a token that somebody lent.
pub(super) fn token_refused(name: &str) -> Failure {
    let text = "It may have ended, or be of another provider. Send a fresh one.";
    Failure::new(
        Kind::Unauthenticated,
        format!("{name} does not accept this access token"),
        text,
    )
}

/// As many loads with lent tokens run as there is room for.
pub(super) fn crowded() -> Failure {
    let text = "Each brings a whole account for its one caller, so only some run at a time. Ask again when another one has ended, or connect the account: those who ask for a connection's items share a load.";
    let title = "Too many loads with tokens of callers' own run at this moment";
    Failure::new(Kind::TooMany, title, text).retry_after(Some(ROOM_AGAIN))
}
