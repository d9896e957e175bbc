//! Redis: whether it answers, lets us in, takes writes, and holds what this version can read.

use jiff::SignedDuration;

use super::Finding;
use super::clock::{self, Seen};
use crate::clock::Clock;
use crate::store::migrate::KNOWN;
use crate::store::{Store, StoreError};

pub const ABOUT: &str = "Redis";

/// Checks a Redis, and looks at its clock.
pub async fn check(store: &Store, clock: &Clock) -> (Finding, Option<Seen>) {
    match look(store, clock).await {
        Ok(found) => found,
        Err(StoreError::Away(why)) => {
            let text = format!("does not answer ({why}); check its address, and that it runs");
            (Finding::wrong(ABOUT, text), None)
        }
        Err(error) if error.is_about_login() => {
            let text = format!(
                "refuses us ({}); check the user and password, and what that user may do",
                error.words()
            );
            (Finding::wrong(ABOUT, text), None)
        }
        Err(error) => {
            let text = format!("cannot be worked with ({})", error.words());
            (Finding::wrong(ABOUT, text), None)
        }
    }
}

async fn look(store: &Store, clock: &Clock) -> Result<(Finding, Option<Seen>), StoreError> {
    let software = store.software().await?;
    let software = software.unwrap_or_else(|| "a server that does not tell its version".to_owned());
    let sent = clock.now();
    let said = store.time().await?;
    let seen = said.map(|said| Seen {
        whose: ABOUT.to_owned(),
        ahead: clock::skew(said, SignedDuration::ZERO, (sent, clock.now())),
    });
    match store.try_write().await {
        Ok(()) => {}
        Err(StoreError::Away(why)) => {
            let text = format!(
                "{software} answers and takes no writes ({why}); is it a replica, full, or without room on its disk?"
            );
            return Ok((Finding::wrong(ABOUT, text), seen));
        }
        // What it refuses for good is told as such.
        Err(refused) => return Err(refused),
    }
    let schema = store.schema().await?;
    let finding = if schema.readable_since > KNOWN {
        let text = format!(
            "{software} holds the data of a newer Patchbay (schema {}, this one knows {KNOWN}); run that one",
            schema.number
        );
        Finding::wrong(ABOUT, text)
    } else {
        let data = match schema.number {
            0 => "it holds no data of Patchbay yet".to_owned(),
            number if number < KNOWN => {
                format!("its data is of schema {number}, and the next start brings it to {KNOWN}")
            }
            number if number > KNOWN => format!(
                "its data is of schema {number}, of a newer Patchbay, which this one can read (it knows {KNOWN})"
            ),
            number => format!("its data is of schema {number}, which this version knows"),
        };
        Finding::ok(
            ABOUT,
            format!("{software} answers and takes writes; {data}"),
        )
    };
    Ok((finding, seen))
}
