//! The image's files as an engine runs them, by the means of Linux alone: as the first process of a namespace of its own,
//! without rights, on a file system that takes no writes but in `/data`. With `PATCHBAY_TEST_IMAGE` they are the folder
//! that it names, such as the unpacked image; otherwise they are gathered as the Dockerfile does it, of this machine's
//! files. Needs root and says so where that lacks.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::{PermissionsExt as _, chown};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use rustix::process::{Pid, Signal, geteuid, kill_process};
use tokio::sync::OnceCell;

use crate::dockerfile::environment;
use crate::support::{Browser, Home, Program, Redis, lives, not_tried, start_sandbox};

/// The image's user.
const USER: u32 = 10_001;
/// What an engine does: the mounts, and the program in the place of this script. Where there is no folder for the data, the
/// place for it takes no writes either.
const ENGINE: &str = r#"
set -e
root=$1 data=$2
shift 2
mount --make-rprivate /
mount --bind "$root" "$root"
if [ -n "$data" ]; then mount --bind "$data" "$root/data"; fi
mount -t proc proc "$root/proc"
mount --bind /dev "$root/dev"
for file in /etc/hosts /etc/resolv.conf; do
  touch "$root$file"
  mount --bind "$file" "$root$file"
done
mount -o remount,ro,bind "$root"
enter=$(command -v chroot) drop=$(command -v setpriv)
export "$@"
exec "$drop" --no-new-privs "$enter" --userspec=10001:10001 "$root" /usr/bin/patchbay serve
"#;

/// A program in its container.
struct Contained {
    /// What waits for it, and ends as it does.
    engine: Program,
    inside: Inside,
    home: Home,
}

/// The program as this machine knows it. It outlives what waits for it, since it is another user's by then; a test that failed
/// does not leave it behind.
struct Inside(Pid);

impl Drop for Inside {
    fn drop(&mut self) {
        if std::thread::panicking() {
            let _ = kill_process(self.0, Signal::KILL);
        }
    }
}

/// The folder with the image's files; `None`, and a word of why, where they cannot be run.
async fn image() -> Option<&'static Path> {
    static IMAGE: OnceCell<Option<PathBuf>> = OnceCell::const_new();
    let image = IMAGE.get_or_init(|| async {
        let tries = ["unshare", "--mount", "--pid", "--fork", "true"];
        let allowed = Command::new(tries[0]).args(&tries[1..]).output();
        let tools = Command::new("readelf").arg("--version").output();
        if !geteuid().is_root() || !allowed.is_ok_and(|it| it.status.success()) || tools.is_err() {
            not_tried("the files of the image, which want root, unshare and readelf");
            return None;
        }
        if let Ok(folder) = std::env::var("PATCHBAY_TEST_IMAGE") {
            return Some(folder.into());
        }
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("image");
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("scripts/image/root.sh");
        let mut gather = Command::new(script);
        gather
            .arg("/")
            .arg(env!("CARGO_BIN_EXE_patchbay"))
            .arg(&folder);
        let done = gather.output().expect("a shell");
        assert!(
            done.status.success(),
            "{}",
            String::from_utf8_lossy(&done.stderr)
        );
        Some(folder)
    });
    image.await.as_deref()
}

/// A folder for `/data`, as an engine makes it of a new volume.
fn volume() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    chown(folder.path(), Some(USER), Some(USER)).expect("owned");
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o700)).expect("private");
    folder
}

/// What the Dockerfile puts into its environment, but for the port, which another test would have as well.
fn environment_at(port: u16) -> BTreeMap<String, String> {
    let there = environment().into_iter();
    let port = format!(":{port}");
    there
        .map(|(name, value)| (name, value.replace(":8000", &port)))
        .collect()
}

impl Contained {
    /// Starts it with the environment that the Dockerfile gives it, and waits until it is ready.
    async fn start(mut home: Home, image: &Path, data: Option<&Path>) -> Self {
        let path = |path: &Path| path.to_str().expect("a path").to_owned();
        let (image, data) = (path(image), data.map(path).unwrap_or_default());
        let environment = environment_at(home.port);
        // Whoever asks it for its health is given the same.
        home.set("PATCHBAY_BIND", &environment["PATCHBAY_BIND"]);
        home.set("PATCHBAY_DEMO_ALLOW_REMOTE", "true");
        let arguments = [
            "--mount",
            "--pid",
            "--fork",
            "--kill-child",
            "--",
            "sh",
            "-c",
            ENGINE,
            "sh",
        ];
        let set = environment.iter();
        let set: Vec<String> = set.map(|(name, value)| format!("{name}={value}")).collect();
        let mut all = [&arguments[..], &[&image, &data]].concat();
        all.extend(set.iter().map(|pair| &pair[..]));
        let mut engine = home.start_program("unshare", &all);
        engine.says("Patchbay is ready").await;
        let number = engine.pid().as_raw_nonzero();
        let children = fs::read_to_string(format!("/proc/{number}/task/{number}/children"));
        let child = children.expect("the child").trim().parse().ok();
        let inside = Inside(child.and_then(Pid::from_raw).expect("one child"));
        Self {
            engine,
            inside,
            home,
        }
    }

    /// What its status says under a name.
    fn status(&self, name: &str) -> String {
        let path = format!("/proc/{}/status", self.inside.0.as_raw_nonzero());
        let status = fs::read_to_string(path).expect("its status");
        let line = status.lines().find_map(|line| line.strip_prefix(name));
        line.expect("a line")
            .trim_start_matches(':')
            .trim()
            .to_owned()
    }

    /// Runs a program in there.
    async fn run(&self, arguments: &[&str]) -> std::process::Output {
        let pid = self.inside.0.as_raw_nonzero().to_string();
        let there = ["--target", &pid, "--mount", "--pid", "--"];
        self.home
            .run_program("nsenter", &[&there[..], arguments].concat())
            .await
    }

    /// Asks it to end as an engine does, which it does with 0, and leaves nobody behind.
    async fn stop(mut self) -> Home {
        kill_process(self.inside.0, Signal::TERM).expect("a signal");
        let ended = self.engine.ended().await;
        assert_eq!(ended.code(), Some(0), "{}", self.engine.said());
        assert!(!lives(self.inside.0));
        self.home
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn alone_it_is_the_whole_product_and_keeps_its_data() {
    let Some(image) = image().await else { return };
    let (mut home, data) = (Home::new(), volume());
    let sandbox = start_sandbox(&home.url()).await;
    home.use_sandbox(&sandbox);
    let first = Contained::start(home, image, Some(data.path())).await;
    assert_eq!(first.status("NSpid").split_whitespace().last(), Some("1"));
    assert_eq!(first.status("Uid").split_whitespace().next(), Some("10001"));
    assert_eq!(first.status("CapEff"), "0000000000000000");
    // An engine leads requests to another address than the usual one of a machine.
    let mut elsewhere = Browser::new(&format!("http://127.0.0.2:{}", first.home.port));
    assert_eq!(elsewhere.get("/health/live").await.status, 200);
    let root = image.to_str().expect("a path");
    let check = ["chroot", root, "/usr/bin/patchbay", "healthcheck"];
    let check = first.run(&check).await;
    assert!(
        check.status.success(),
        "{}",
        String::from_utf8_lossy(&check.stderr)
    );
    let mut ada = first.home.browser();
    ada.sign_in("acme", "ada").await;
    ada.connect_hubspot().await;
    assert_eq!(ada.load_hubspot().await.chip("All"), "2,950");

    // Somebody whose parent has gone becomes its child, and is buried.
    first.run(&["sh", "-c", "sleep 0.2 &"]).await;
    let look = format!("sleep 0.5; cat {root}/proc/[0-9]*/stat | grep -c ') Z ' || true");
    let zombies = ["sh", "-c", &look];
    let mut rounds = 0;
    while String::from_utf8_lossy(&first.run(&zombies).await.stdout).trim() != "0" {
        rounds += 1;
        assert!(rounds < 60, "the dead stay");
        tokio::time::sleep(Duration::from_millis(200)).await;
    }

    let home = first.stop().await;
    let second = Contained::start(home, image, Some(data.path())).await;
    assert_eq!(ada.get("/connections/hubspot").await.chip("All"), "2,950");
    second.stop().await;
    assert!(
        !data.path().join("redis/redis.pid").exists(),
        "its Redis did not end"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn with_a_redis_elsewhere_it_writes_nothing_at_all() {
    let Some(image) = image().await else { return };
    let (mut home, redis) = (Home::new(), Redis::start());
    home.use_redis(&redis.url());
    let replica = Contained::start(home, image, None).await;
    let mut ada = replica.home.browser();
    ada.sign_in("acme", "ada").await;
    assert!(
        !replica.engine.said().contains("WARN"),
        "{}",
        replica.engine.said()
    );
    let home = replica.stop().await;
    let again = Contained::start(home, image, None).await;
    assert_eq!(ada.get("/connections").await.url.path(), "/connections");
    again.stop().await;
}
