//! The signals that ask to end.

use std::pin::pin;

use tokio::signal::unix::{SignalKind, signal};

use crate::app::Stop;

/// Asks to end by SIGTERM, as supervisors send it; in a hurry by SIGINT, as somebody at a terminal sends it, by SIGHUP,
/// when that terminal goes away, and by whatever comes second.
pub(super) fn stop() -> std::io::Result<Stop> {
    let stop = Stop::default();
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    let stays = is_deaf_to_hang_up();
    let mut hang_up = signal(SignalKind::hangup())?;
    let asked = stop.clone();
    tokio::spawn(async move {
        let mut hurry = pin!(async {
            tokio::select! {
                _ = interrupt.recv() => {}
                _ = hang_up.recv(), if !stays => {}
            }
        });
        tokio::select! {
            _ = terminate.recv() => {
                asked.ask();
                tokio::select! {
                    _ = terminate.recv() => {}
                    () = &mut hurry => {}
                }
            }
            () = &mut hurry => {}
        }
        asked.hurry();
    });
    Ok(stop)
}

/// Whether this process was started as one that outlives its terminal, as `nohup` does. Linux alone tells.
fn is_deaf_to_hang_up() -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let ignored = status.lines().find_map(|it| it.strip_prefix("SigIgn:"));
    let ignored = ignored.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok());
    // The first bit is that of SIGHUP, which is 1.
    ignored.is_some_and(|mask| mask & 1 == 1)
}
