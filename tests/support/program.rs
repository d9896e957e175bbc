//! The program itself as a child process, in a folder of its own and with nothing of our environment.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Output, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process, test_kill_process};
use tempfile::TempDir;
use tokio::io::AsyncWriteExt as _;
use tokio::process::{Child, Command};

use patchbay::sandbox::Sandbox;

use super::{Browser, settings_for, stand_in_settings};

/// Longest wait for the program to say or do something; a debug build on a busy machine is slow.
const PATIENCE: Duration = Duration::from_secs(60);

/// Where programs are started: a working folder, and in it a data folder. What a killed program leaves
/// running ends with it.
pub struct Home {
    folder: TempDir,
    /// Where its Patchbay listens.
    pub port: u16,
    settings: BTreeMap<String, String>,
}

/// A running program.
pub struct Program {
    child: Child,
    out: PathBuf,
    err: PathBuf,
}

impl Home {
    /// A folder for a Patchbay with an embedded Redis, for the demo sign-in. No provider is configured.
    pub fn new() -> Self {
        let port = port_of(&quiet_listener());
        let mut home = Self {
            folder: TempDir::new().expect("a folder"),
            port,
            settings: BTreeMap::new(),
        };
        home.set("PATH", &std::env::var("PATH").unwrap_or_default());
        home.set("PATCHBAY_AUTH", "demo");
        home.set("PATCHBAY_BIND", &format!("127.0.0.1:{port}"));
        home.set("PATCHBAY_PUBLIC_URL", &home.url());
        home
    }

    /// An address on loopback that nothing listens at.
    pub fn spare_address() -> String {
        format!("127.0.0.1:{}", port_of(&quiet_listener()))
    }

    /// `http://localhost:PORT`
    pub fn url(&self) -> String {
        format!("http://localhost:{}", self.port)
    }

    /// The working folder.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// A setting for the programs that are started from now on.
    pub fn set(&mut self, name: &str, value: &str) {
        self.settings.insert(name.to_owned(), value.to_owned());
    }

    /// Takes a setting away.
    pub fn unset(&mut self, name: &str) {
        self.settings.remove(name);
    }

    /// Configures every provider to be its stand-in.
    pub fn use_sandbox(&mut self, sandbox: &Sandbox) {
        self.settings.extend(stand_in_settings(sandbox));
    }

    /// Names an outside Redis, with the keys that it then takes.
    pub fn use_redis(&mut self, url: &str) {
        for (name, value) in settings_for(&self.url(), url) {
            if name.ends_with("_KEY") || name.ends_with("_KEYS") || name == "REDIS_URL" {
                self.set(&name, &value);
            }
        }
    }

    /// Runs a command to its end.
    pub async fn run(&self, arguments: &[&str]) -> Output {
        self.run_program(env!("CARGO_BIN_EXE_patchbay"), arguments)
            .await
    }

    /// Runs a command to its end with something on its standard input.
    pub async fn run_with_input(&self, arguments: &[&str], input: &[u8]) -> Output {
        let mut command = self.command(arguments);
        command.stdin(Stdio::piped());
        let mut child = command
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("it starts");
        let mut stdin = child.stdin.take().expect("its input");
        let run = async {
            // It may end without having read it.
            let _ = stdin.write_all(input).await;
            drop(stdin);
            child.wait_with_output().await
        };
        let output = tokio::time::timeout(PATIENCE, run).await;
        output.expect("it comes to an end").expect("its output")
    }

    /// Runs a command to its end with its standard output led into a device, which it must not get along with; answers
    /// what it complained of.
    pub async fn run_into(&self, device: &str, arguments: &[&str]) -> String {
        let device = File::options().write(true).open(device).expect("a device");
        let mut command = self.command(arguments);
        let child = command.stdout(device).stderr(Stdio::piped()).spawn();
        let run = child.expect("it starts").wait_with_output();
        let output = tokio::time::timeout(PATIENCE, run).await;
        let output = output.expect("it comes to an end").expect("its output");
        assert_eq!(output.status.code(), Some(1));
        String::from_utf8_lossy(&output.stderr).into_owned()
    }

    /// Runs a command to its end whose standard output nobody reads any more.
    pub async fn run_unread(&self, arguments: &[&str]) -> Output {
        let (reader, writer) = std::io::pipe().expect("a pipe");
        drop(reader);
        let mut command = self.command(arguments);
        let child = command.stdout(writer).stderr(Stdio::piped()).spawn();
        // It holds another end of the pipe.
        drop(command);
        let run = child.expect("it starts").wait_with_output();
        let output = tokio::time::timeout(PATIENCE, run).await;
        output.expect("it comes to an end").expect("its output")
    }

    /// Starts a shell's script at a terminal of its own, with what is typed there and what it shows. `$PATCHBAY` is the
    /// program.
    pub fn at_terminal(&self, script: &str) -> Child {
        let mut command = self.command_of("script", &["-qefc", script, "/dev/null"]);
        command
            .env("PATCHBAY", env!("CARGO_BIN_EXE_patchbay"))
            .env("SHELL", "/bin/sh")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped());
        command.spawn().expect("it starts")
    }

    /// Starts a command that runs until it is told to end.
    pub fn start(&self, arguments: &[&str]) -> Program {
        self.begin(self.command(arguments))
    }

    /// Runs another program to its end, with the settings of this one.
    pub async fn run_program(&self, program: &str, arguments: &[&str]) -> Output {
        let run = self.command_of(program, arguments).output();
        let output = tokio::time::timeout(PATIENCE, run).await;
        output.expect("it comes to an end").expect("it starts")
    }

    /// Starts another program with the settings of this one, such as one that starts this one somewhere else.
    pub fn start_program(&self, program: &str, arguments: &[&str]) -> Program {
        self.begin(self.command_of(program, arguments))
    }

    /// Starts it from a shell that allows no more than so many open files, until somebody asks for more.
    pub fn start_with_files(&self, files: u32, arguments: &[&str]) -> Program {
        let shell = format!("ulimit -Sn {files} && exec \"$0\" \"$@\"");
        self.start_by(&["/bin/sh", "-c", &shell], arguments)
    }

    /// Starts it by another program, which is given its path and its arguments.
    pub fn start_by(&self, launcher: &[&str], arguments: &[&str]) -> Program {
        let all = [&launcher[1..], &[env!("CARGO_BIN_EXE_patchbay")], arguments];
        self.begin(self.command_of(launcher[0], &all.concat()))
    }

    fn begin(&self, mut command: Command) -> Program {
        let number = fs::read_dir(self.folder.path()).expect("a folder").count();
        let out = self.folder.path().join(format!("{number}.out"));
        let err = self.folder.path().join(format!("{number}.err"));
        let file = |path| Stdio::from(File::create(path).expect("a file"));
        let child = command
            .stdout(file(&out))
            .stderr(file(&err))
            .spawn()
            .expect("it starts");
        Program { child, out, err }
    }

    /// Starts `patchbay serve` and waits until it is ready.
    pub async fn serve(&self) -> Program {
        let mut program = self.start(&["serve"]);
        program.says("Patchbay is ready").await;
        program
    }

    /// What a file in the data folder holds.
    pub fn data(&self, file: &str) -> String {
        let path = self.data_path(file);
        fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
    }

    /// Changes a file in the data folder, as an operator does with an editor.
    pub fn set_data(&self, file: &str, text: &str) {
        fs::write(self.data_path(file), text).expect("written");
    }

    fn data_path(&self, file: &str) -> PathBuf {
        self.folder.path().join("data").join(file)
    }

    /// A browser of somebody who has never been here.
    pub fn browser(&self) -> Browser {
        Browser::new(&self.url())
    }

    /// The embedded Redis, if one runs.
    pub fn embedded_redis(&self) -> Option<Pid> {
        let file = self.folder.path().join("data/redis/redis.pid");
        let pid = fs::read_to_string(file).ok()?.trim().parse().ok()?;
        // A pid alone says little: it may be another program's by now.
        let name = fs::read_to_string(format!("/proc/{pid}/comm"));
        let other = name.is_ok_and(|name| !name.contains("redis") && !name.contains("valkey"));
        Pid::from_raw(pid).filter(|pid| lives(*pid) && !other)
    }

    /// What the embedded Redis answers.
    pub fn redis_cli(&self, arguments: &[&str]) -> String {
        let socket = self.folder.path().join("data/redis/redis.sock");
        let mut command = std::process::Command::new("redis-cli");
        let output = command.arg("-s").arg(socket).args(arguments).output();
        let output = output.expect("redis-cli");
        String::from_utf8_lossy(&output.stdout).trim().to_owned()
    }

    fn command(&self, arguments: &[&str]) -> Command {
        self.command_of(env!("CARGO_BIN_EXE_patchbay"), arguments)
    }

    fn command_of(&self, program: &str, arguments: &[&str]) -> Command {
        let mut command = Command::new(program);
        command
            .args(arguments)
            .env_clear()
            .envs(&self.settings)
            .env("PATCHBAY_DATA_DIR", self.folder.path().join("data"))
            .current_dir(self.folder.path())
            .stdin(Stdio::null())
            .kill_on_drop(true);
        command
    }
}

/// A listener on a port that the system does not hand out by itself, so that it can be listened at again later.
pub(super) fn quiet_listener() -> TcpListener {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    loop {
        // Test runs side by side begin at different places.
        let step = std::process::id()
            .wrapping_mul(97)
            .wrapping_add(NEXT.fetch_add(1, Ordering::Relaxed));
        let port = u16::try_from(20_000 + step % 10_000).expect("a port");
        if let Ok(listener) = TcpListener::bind((Ipv4Addr::LOCALHOST, port)) {
            return listener;
        }
    }
}

/// Listens at a port that was let go just now. A child that another test is starting may hold a copy of what
/// listened there, until it becomes its own program.
pub(super) async fn listen_again(port: u16) -> TcpListener {
    for _ in 0..200 {
        if let Ok(listener) = TcpListener::bind((Ipv4Addr::LOCALHOST, port)) {
            return listener;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    TcpListener::bind((Ipv4Addr::LOCALHOST, port)).expect("the same port")
}

/// The port at which something listens.
pub(super) fn port_of(listener: &TcpListener) -> u16 {
    listener.local_addr().expect("an address").port()
}

/// Whether a process runs. One that is dead and whom nobody has buried does not.
pub fn lives(pid: Pid) -> bool {
    let status = fs::read_to_string(format!("/proc/{}/status", pid.as_raw_nonzero()));
    let dead = status.is_ok_and(|status| status.contains("State:\tZ"));
    test_kill_process(pid).is_ok() && !dead
}

impl Drop for Home {
    fn drop(&mut self) {
        if let Some(left) = self.embedded_redis() {
            // It may just be ending by itself.
            let _ = kill_process(left, Signal::KILL);
        }
    }
}

impl Program {
    /// Waits until it has said this.
    pub async fn says(&mut self, text: &str) {
        let said = async {
            while !self.said().contains(text) {
                let ended = self.child.try_wait().expect("its state");
                assert!(ended.is_none(), "it ended: {}", self.said());
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        let waited = tokio::time::timeout(PATIENCE, said).await;
        assert!(waited.is_ok(), "it does not say '{text}': {}", self.said());
    }

    /// All that it has said, on standard output and on standard error.
    pub fn said(&self) -> String {
        [&self.out, &self.err]
            .map(|path| fs::read_to_string(path).expect("its output"))
            .concat()
    }

    /// The process, which runs.
    pub fn pid(&self) -> Pid {
        let pid = self.child.id().and_then(|pid| i32::try_from(pid).ok());
        pid.and_then(Pid::from_raw).expect("it runs")
    }

    /// Ends it as `kill -9` does.
    pub async fn kill(mut self) {
        self.child.kill().await.expect("killed");
    }

    /// Sends it a signal.
    pub fn signal(&self, signal: Signal) {
        kill_process(self.pid(), signal).expect("a signal");
    }

    /// Asks it to end, and answers how it did; the 15 seconds that are promised are waited for.
    pub async fn end(&mut self, signal: Signal) -> ExitStatus {
        self.signal(signal);
        self.ended().await
    }

    /// Waits as long as that until it has ended, and answers how.
    pub async fn ended(&mut self) -> ExitStatus {
        let ended = tokio::time::timeout(Duration::from_secs(15), self.child.wait()).await;
        ended.expect("it ends in time").expect("its status")
    }
}
