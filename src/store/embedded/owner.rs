//! Whether a process number still means our Redis. Numbers are used again, so a file that names one
//! proves nothing, and no signal is sent on its word alone.

use std::fs;
use std::io::ErrorKind;
use std::path::Path;
use std::process::{Command, Stdio};

use rustix::process::{Pid, test_kill_process};

/// Whether this process is a Redis that works in `folder`: asked before one is adopted or ended.
pub fn serves(pid: Pid, folder: &Path) -> bool {
    alive(pid) && works_in(pid, folder).unwrap_or(true) && is_redis(pid)
}

/// Whether a process that was found to serve `folder` still does: cheap enough to be asked again
/// and again.
pub fn still_serves(pid: Pid, folder: &Path) -> bool {
    alive(pid) && works_in(pid, folder).unwrap_or(true)
}

/// A process of another user counts as gone: it cannot be ours.
fn alive(pid: Pid) -> bool {
    test_kill_process(pid).is_ok()
}

/// Nothing where the system does not tell, as on macOS. A dead process that nobody has reaped has
/// no folder any more, which is as good as gone.
fn works_in(pid: Pid, folder: &Path) -> Option<bool> {
    match fs::read_link(format!("/proc/{pid}/cwd")) {
        Ok(found) => Some(found == folder),
        Err(error) if error.kind() == ErrorKind::NotFound && Path::new("/proc/self").exists() => {
            Some(false)
        }
        Err(_) => None,
    }
}

fn is_redis(pid: Pid) -> bool {
    let name = fs::read_to_string(format!("/proc/{pid}/comm"))
        .ok()
        .or_else(|| name_from_ps(pid));
    name.is_some_and(|name| name.contains("redis") || name.contains("valkey"))
}

fn name_from_ps(pid: Pid) -> Option<String> {
    let number = pid.to_string();
    let told = Command::new("ps")
        .args(["-o", "comm=", "-p", &number])
        .stderr(Stdio::null())
        .output()
        .ok()?;
    Some(String::from_utf8_lossy(&told.stdout).into_owned())
}
