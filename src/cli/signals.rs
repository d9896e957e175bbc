//! The signals that ask to end.

use tokio::signal::unix::{SignalKind, signal};

use crate::app::Stop;

/// Asks to end by SIGTERM, as supervisors send it; in a hurry by SIGINT, as somebody at a terminal sends it, and by
/// whatever comes second.
pub(super) fn stop() -> std::io::Result<Stop> {
    let stop = Stop::default();
    let (mut terminate, mut interrupt) = (
        signal(SignalKind::terminate())?,
        signal(SignalKind::interrupt())?,
    );
    let asked = stop.clone();
    tokio::spawn(async move {
        tokio::select! {
            _ = terminate.recv() => {
                asked.ask();
                tokio::select! {
                    _ = terminate.recv() => {}
                    _ = interrupt.recv() => {}
                }
            }
            _ = interrupt.recv() => {}
        }
        asked.hurry();
    });
    Ok(stop)
}
