//! How the embedded Redis is launched.

use std::env;
use std::io::ErrorKind;
use std::process::Stdio;

use rustix::process::Pid;
use tokio::process::{Child, Command};

use super::error::EmbeddedError;
use super::folder::Folder;
use super::process::Process;

pub(super) const PROGRAMS: &[&str] = &["redis-server", "valkey-server"];

/// Reached by its socket alone, and durable: a rotated credential that was acknowledged must
/// outlive a power cut, and one that is stored must never be evicted. The append-only file is the
/// only copy on disk.
pub const OPTIONS: &[&str] = &[
    "--port",
    "0",
    "--protected-mode",
    "yes",
    "--unixsocketperm",
    "700",
    "--daemonize",
    "no",
    "--supervised",
    "no",
    "--save",
    "",
    "--appendonly",
    "yes",
    "--appendfsync",
    "always",
    "--maxmemory-policy",
    "noeviction",
    "--always-show-logo",
    "no",
];

/// What to launch: the first of these programs that is installed, with these options.
#[derive(Debug, Clone, Copy)]
pub struct Launcher {
    pub programs: &'static [&'static str],
    pub options: &'static [&'static str],
}

impl Default for Launcher {
    fn default() -> Self {
        Self {
            programs: PROGRAMS,
            options: OPTIONS,
        }
    }
}

impl Launcher {
    /// Launches it, without waiting until it answers.
    pub fn launch(self, folder: &Folder) -> Result<Process, EmbeddedError> {
        folder.prepare()?;
        let log_from = folder.log_length();
        let child = self.spawn(folder)?;
        let number = child.id().and_then(|id| Pid::from_raw(id.try_into().ok()?));
        let pid = number.ok_or_else(|| EmbeddedError::Died {
            how: "at once".to_owned(),
            log: folder.log(),
        })?;
        folder.note_pid(pid);
        Ok(Process::launched(pid, child, folder, log_from))
    }

    fn spawn(self, folder: &Folder) -> Result<Child, EmbeddedError> {
        for program in self.programs {
            match self
                .command(program, folder)
                .and_then(|mut command| command.spawn())
            {
                Ok(child) => return Ok(child),
                Err(error) if error.kind() == ErrorKind::NotFound => {}
                Err(source) => return Err(EmbeddedError::Spawn { program, source }),
            }
        }
        Err(EmbeddedError::Missing)
    }

    /// Its environment is empty, because ours holds secrets. It has a process group of its own, so
    /// that a Ctrl-C in the terminal leaves it up until Patchbay has written its last words.
    fn command(self, program: &str, folder: &Folder) -> std::io::Result<Command> {
        let log = folder.open_log()?;
        let mut command = Command::new(program);
        command
            .args(self.options)
            .arg("--dir")
            .arg(folder.redis())
            .arg("--unixsocket")
            .arg(folder.socket())
            .arg("--pidfile")
            .arg(folder.pid_file())
            .arg("--logfile")
            .arg(folder.log())
            .current_dir(folder.redis())
            .env_clear()
            .envs(env::var_os("PATH").map(|path| ("PATH", path)))
            .process_group(0)
            .stdin(Stdio::null())
            // What it says before it opens its log, as of an option it does not know.
            .stdout(log.try_clone()?)
            .stderr(log);
        Ok(command)
    }
}
