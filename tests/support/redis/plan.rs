//! What a server is started with.

use std::path::Path;
use std::process::{Command, Stdio};

use super::tls::tls_options;

/// What a server is started with.
#[derive(Clone, Default)]
pub(super) struct Plan {
    pub(super) cluster: bool,
    /// The slots of a Cluster that it holds.
    pub(super) slots: Option<(u16, u16)>,
    /// Whether it listens with TLS too.
    pub(super) tls: bool,
    pub(super) options: Vec<String>,
    pub(super) environment: Vec<(&'static str, String)>,
}

impl Plan {
    pub(super) fn of_cluster(slots: Option<(u16, u16)>) -> Self {
        Self {
            cluster: true,
            slots,
            ..Self::default()
        }
    }

    pub(super) fn and(mut self, options: &[&str]) -> Self {
        self.options
            .extend(options.iter().map(|it| (*it).to_owned()));
        self
    }

    /// What starts it, with its files in a folder, and at a port and one for TLS.
    pub(super) fn command(&self, folder: &Path, (port, tls_port): (u16, u16)) -> Command {
        let mut command = Command::new("redis-server");
        let cluster = if self.cluster { "yes" } else { "no" };
        command
            .args(["--port", &port.to_string(), "--bind", "127.0.0.1"])
            .args(["--save", ""])
            .args(["--appendonly", "yes", "--appendfsync", "always"])
            .args(["--cluster-enabled", cluster])
            .arg("--dir")
            .arg(folder)
            .args(&self.options)
            .envs(self.environment.iter().cloned())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        if self.tls {
            command.args(tls_options(tls_port));
        }
        command
    }
}
