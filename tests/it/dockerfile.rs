//! What the Dockerfile tells an engine.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

/// What an engine is told, a line continued by a backslash being one.
fn dockerfile() -> Vec<String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("Dockerfile");
    let text = fs::read_to_string(path).expect("a text");
    let lines = text
        .lines()
        .filter(|line| !line.trim_start().starts_with('#'));
    let joined = lines.collect::<Vec<_>>().join("\n").replace("\\\n", " ");
    joined.lines().map(str::to_owned).collect()
}

/// What the instructions of that name are about, but for what an earlier stage made.
fn named_by(instruction: &str) -> impl Iterator<Item = String> {
    let prefix = format!("{instruction} ");
    let lines = dockerfile().into_iter();
    let given = lines.filter_map(move |line| line.strip_prefix(&prefix).map(str::to_owned));
    given.filter(|given| !given.starts_with("--from"))
}

/// What programs of the image have in their environment.
pub fn environment() -> BTreeMap<String, String> {
    let lines = dockerfile();
    let last = lines.iter().rposition(|line| line.starts_with("FROM "));
    let stage = lines.iter().skip(last.expect("a stage"));
    let set = stage.filter_map(|line| line.strip_prefix("ENV "));
    let pairs = set.flat_map(str::split_whitespace).map(|pair| {
        let (name, value) = pair.split_once('=').expect("a name and a value");
        (name.to_owned(), value.to_owned())
    });
    pairs.collect()
}

#[test]
fn the_image_serves_where_the_examples_look_for_it() {
    let bind = &environment()["PATCHBAY_BIND"];
    let (_, port) = bind.rsplit_once(':').expect("a port");
    assert_eq!(named_by("EXPOSE").collect::<Vec<_>>(), [port]);
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for (file, said) in [
        ("compose.yaml", format!(":{port}\"")),
        (
            "deploy/Caddyfile",
            format!("patchbay-1:{port} patchbay-2:{port} "),
        ),
        (
            "deploy/kubernetes/deployment.yaml",
            format!("containerPort: {port}\n"),
        ),
    ] {
        let text = fs::read_to_string(root.join(file)).expect("a text");
        assert!(text.contains(&said), "{file} does not say {said}");
    }
}

#[test]
fn whatever_the_image_is_built_of_reaches_the_engine() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let let_in = fs::read_to_string(root.join(".dockerignore")).expect("a text");
    let let_in: BTreeSet<&str> = let_in
        .lines()
        .filter_map(|it| it.strip_prefix('!'))
        .collect();
    let mut copied = BTreeSet::new();
    for line in named_by("COPY") {
        let mut words: Vec<String> = line.split_whitespace().map(str::to_owned).collect();
        words.pop();
        copied.extend(words);
    }
    assert_eq!(
        copied.iter().map(|it| &it[..]).collect::<BTreeSet<_>>(),
        let_in
    );
    for name in let_in {
        assert!(root.join(name).exists(), "{name}");
    }
}

/// The targets that the manifest names one by one, as `[[bench]]` and its like do.
fn named_targets() -> BTreeSet<String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml");
    let text = fs::read_to_string(path).expect("a text");
    let tables = text.split("\n[[").skip(1).map(|table| {
        let named = table.lines().find_map(|line| line.strip_prefix("name = "));
        named.expect("a name").trim_matches('"').to_owned()
    });
    tables.collect()
}

/// A build refuses a manifest that names a target which is not there.
#[test]
fn the_image_has_a_stub_of_every_target_where_it_builds_the_dependencies() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folder = tempfile::tempdir().expect("a folder");
    for file in ["Cargo.toml", "Cargo.lock"] {
        fs::copy(root.join(file), folder.path().join(file)).expect("copied");
    }
    let stubs = named_by("RUN").find_map(|run| {
        let (before, _) = run.split_once("&& cargo build")?;
        Some(before.to_owned())
    });
    let stubs = stubs.expect("what is done before the first build");
    let mut made = Command::new("sh");
    made.args(["-ec", &stubs]).current_dir(folder.path());
    assert!(made.status().expect("a shell").success(), "{stubs}");
    let mut read = Command::new(env!("CARGO"));
    read.args(["metadata", "--offline", "--no-deps", "--format-version=1"]);
    let read = read.current_dir(folder.path()).output().expect("cargo");
    let read: Value = serde_json::from_slice(&read.stdout).expect("what cargo found");
    let found = read["packages"][0]["targets"].as_array();
    let found = found.expect("targets").iter().map(|it| it["name"].as_str());
    let found: BTreeSet<&str> = found.map(|name| name.expect("a name")).collect();
    let named = named_targets();
    assert!(named.len() > 3, "{named:?}");
    for name in &named {
        assert!(found.contains(&name[..]), "{name} is not there: {found:?}");
    }
}

/// Most licences want to be where the program is.
#[test]
fn the_licences_of_all_that_is_linked_come_along() {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("scripts/image/licences.sh");
    let output = Command::new(script)
        .arg("x86_64-unknown-linux-gnu")
        .output()
        .expect("the script");
    let (text, trouble) = (
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr),
    );
    assert!(output.status.success(), "{trouble}");
    for linked in ["actix-web ", "ring ", "tikv-jemalloc-sys ", "zstd-sys "] {
        assert!(
            text.lines()
                .any(|line| line.starts_with(linked) && line.contains(": ")),
            "{linked}"
        );
        assert!(
            text.lines()
                .any(|line| line.starts_with("==== ") && line.contains(linked)),
            "no text of {linked}"
        );
    }
    // Of C code within crates.
    for holder in ["Jason Evans", "Meta Platforms"] {
        assert!(text.contains(holder), "{holder}");
    }
    assert!(!text.contains("\npatchbay "), "our own are beside it");
}
