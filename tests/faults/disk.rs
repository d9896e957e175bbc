//! A disk that is full, under the Redis that Patchbay brings along.

use std::fs::{self, File};
use std::io::{ErrorKind, Write as _};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use crate::scene::Scene;
use crate::support::{Home, Program, not_tried};
use crate::survive::{Excuse, survive};

/// A place of its own for mounts and processes, which ends with who started it.
const APART: [&str; 6] = [
    "unshare",
    "--mount",
    "--pid",
    "--fork",
    "--kill-child",
    "--mount-proc",
];
/// A small disk in the place of the data folder.
const ON_A_SMALL_DISK: &str = "mkdir -p \"$PATCHBAY_DATA_DIR\" \
    && mount -t tmpfs -o size=48m,mode=0700 none \"$PATCHBAY_DATA_DIR\" && exec \"$0\" \"$@\"";
/// Long enough that Redis is started in vain once or twice.
const LONG: Duration = Duration::from_secs(4);

/// What goes before a command that is to have mounts of its own; nothing where nobody may.
fn apart() -> Option<Vec<&'static str>> {
    let as_user = [&APART[..], &["--map-root-user"]].concat();
    [APART.to_vec(), as_user].into_iter().find(|way| {
        let tried = Command::new(way[0]).args(&way[1..]).arg("true").output();
        tried.is_ok_and(|output| output.status.success())
    })
}

/// The data folder as its Patchbay sees it.
fn disk(scene: &Scene) -> PathBuf {
    let launcher = scene.program(0).pid().as_raw_nonzero();
    let children = fs::read_to_string(format!("/proc/{launcher}/task/{launcher}/children"));
    let children = children.expect("its children");
    let child = children.split_whitespace().next().expect("Patchbay");
    let inside = scene.folder(0).join("data");
    let inside = inside.strip_prefix("/").expect("an absolute path");
    Path::new(&format!("/proc/{child}/root")).join(inside)
}

/// Writes until nothing goes in any more.
fn fill(file: &Path) {
    let mut file = File::create(file).expect("a file");
    for size in [64 * 1024, 1] {
        let bytes = vec![0; size];
        let full = loop {
            if let Err(error) = file.write_all(&bytes) {
                break error;
            }
        };
        assert_eq!(full.kind(), ErrorKind::StorageFull);
    }
}

fn start(home: &Home, way: &[&str]) -> Program {
    let launcher = [way, &["/bin/sh", "-c", ON_A_SMALL_DISK]].concat();
    home.start_by(&launcher, &["serve"])
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_under_the_embedded_redis() {
    let Some(way) = apart() else {
        not_tried("a full disk, since nobody may mount anything here");
        return;
    };
    let scene = Scene::embedded(|home| start(home, &way)).await;
    survive(
        "a full disk under the embedded Redis",
        scene,
        async |scene, _| {
            let filler = disk(scene).join("filler");
            fill(&filler);
            tokio::time::sleep(LONG).await;
            fs::remove_file(&filler).expect("removed");
            Excuse::default()
        },
    )
    .await;
}
