//! What a container's first process does for others: it buries those whose parents have gone.
//!
//! Whatever loses its parent becomes a child of the process with the id 1, and stays in the table of processes until that one
//! has asked how it ended. In a container that is Patchbay; elsewhere the system does it. Children of our own are waited for
//! where they are started, at once. So whoever has been dead for a whole round is nobody's, and may be waited for here.

use std::collections::BTreeSet;
use std::time::Duration;

use rustix::process::{Pid, WaitOptions, waitpid};

/// How often it is looked for them. They take a line in a table and nothing else.
const EVERY: Duration = Duration::from_secs(2);

/// Begins to bury orphans, where that falls to this process.
pub(super) fn bury() {
    if std::process::id() == 1 {
        tokio::spawn(all(EVERY));
    }
}

async fn all(every: Duration) {
    let mut before = BTreeSet::new();
    loop {
        tokio::time::sleep(every).await;
        let dead = dead_children();
        for pid in dead.intersection(&before) {
            wait_for(*pid);
        }
        before = dead;
    }
}

fn wait_for(dead: i32) {
    if let Some(pid) = Pid::from_raw(dead)
        && let Err(error) = waitpid(Some(pid), WaitOptions::NOHANG)
    {
        tracing::debug!(%error, pid = dead, "somebody else asked how it ended");
    }
}

/// The children that have ended and were not asked how.
fn dead_children() -> BTreeSet<i32> {
    let Ok(processes) = std::fs::read_dir("/proc") else {
        return BTreeSet::new();
    };
    processes
        .filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok())
        .filter(|pid| is_dead_child(*pid).unwrap_or(false))
        .collect()
}

fn is_dead_child(pid: i32) -> Option<bool> {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // The name, which stands in brackets, may hold anything; the state and the parent follow it.
    let (_, rest) = stat.rsplit_once(')')?;
    let mut fields = rest.split_whitespace();
    let state = fields.next()?;
    let parent: u32 = fields.next()?.parse().ok()?;
    Some(state == "Z" && parent == std::process::id())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dead_child_is_seen_and_buried() {
        // Nobody waits for this one. All tests have their children in this process, so no others are buried.
        let child = std::process::Command::new("true").spawn();
        let pid = i32::try_from(child.expect("it starts").id()).expect("a pid");
        for _ in 0..500 {
            if dead_children().contains(&pid) {
                wait_for(pid);
                assert!(!dead_children().contains(&pid), "it lies there still");
                return;
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        panic!("its end is not seen");
    }
}
