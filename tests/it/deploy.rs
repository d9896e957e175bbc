//! What an operator copies from `deploy/`: every setting in it is one that Patchbay reads.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use patchbay::config::settings;
use patchbay::providers::Registry;

/// Every file that sets something for a Patchbay.
fn examples() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut found = ["Dockerfile", "compose.yaml", ".env.example"]
        .map(|name| root.join(name))
        .to_vec();
    let mut folders = vec![root.join("deploy")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            match path.is_dir() {
                true => folders.push(path),
                false => found.push(path),
            }
        }
    }
    found
}

/// The words of a text that begin as settings do.
fn names(text: &str) -> BTreeSet<&str> {
    let mut beginnings = vec!["PATCHBAY_".to_owned(), "REDIS_".to_owned()];
    let ids = Registry.ids().into_iter();
    beginnings.extend(ids.map(|id| format!("{}_", id.to_uppercase())));
    text.split(|c: char| !(c.is_ascii_uppercase() || c == '_'))
        .filter(|word| beginnings.iter().any(|start| word.starts_with(start)))
        .collect()
}

#[test]
fn every_setting_of_the_examples_is_one() {
    let settings = settings(&Registry.ids());
    let known: BTreeSet<String> = settings
        .iter()
        .flat_map(|it| [Some(it.env.clone()), it.is_secret().then(|| it.file_env())])
        .flatten()
        .collect();
    let (mut all, mut unknown) = (0, Vec::new());
    for path in examples() {
        let text = std::fs::read_to_string(&path).expect("a text");
        let found = names(&text);
        all += found.len();
        let strange = found.into_iter().filter(|name| !known.contains(*name));
        unknown.extend(strange.map(|name| format!("{}: {name}", path.display())));
    }
    assert!(all > 30, "{all} names alone were found");
    assert!(unknown.is_empty(), "{unknown:#?}");
}

#[test]
fn every_example_of_many_replicas_gives_others_time_to_notice() {
    let deploy = Path::new(env!("CARGO_MANIFEST_DIR")).join("deploy");
    for file in ["compose.replicas.yaml", "kubernetes/kustomization.yaml"] {
        let text = std::fs::read_to_string(deploy.join(file)).expect("a text");
        assert!(text.contains("PATCHBAY_DRAIN"), "{file}");
    }
}
