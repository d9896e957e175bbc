//! The house's own rules: which folder may know what. See docs/ARCHITECTURE.md.

use std::path::{Path, PathBuf};

/// A folder or file below `src`, and what its files must not contain.
const RULES: &[(&str, &[&str])] = &[
    (
        "web",
        &[
            "crate::store",
            "crate::api",
            "crate::app",
            "crate::cli",
            "crate::sandbox",
        ],
    ),
    (
        "api",
        &[
            "crate::store",
            "crate::web",
            "crate::app",
            "crate::cli",
            "crate::sandbox",
        ],
    ),
    ("activity", DOMAIN),
    ("connections", DOMAIN),
    ("contacts", DOMAIN),
    ("load", DOMAIN),
    ("items", DOMAIN),
    ("idempotency", DOMAIN),
    ("identity", DOMAIN),
    ("members", DOMAIN),
    ("vault", DOMAIN),
    ("transfer", DOMAIN),
    ("checkup", DOMAIN),
    (
        "outbound",
        &[
            "actix",
            "askama",
            "crate::vault",
            "crate::providers",
            "crate::load",
            "crate::web",
        ],
    ),
    (
        "providers",
        &[
            "actix",
            "askama",
            "redis",
            "crate::store",
            "crate::vault",
            "crate::load",
            "crate::web",
            "crate::app",
        ],
    ),
    (
        "store",
        &[
            "actix",
            "askama",
            "crate::vault",
            "crate::item",
            "crate::providers",
        ],
    ),
    (
        "config",
        &[
            "crate::store",
            "crate::vault",
            "crate::web",
            "crate::providers",
            "actix",
        ],
    ),
    ("metrics", &["crate::", "actix"]),
    (
        "traces",
        &[
            "actix",
            "crate::app",
            "crate::cli",
            "crate::config",
            "crate::outbound",
            "crate::store",
            "crate::vault",
        ],
    ),
    ("alias.rs", &["crate::"]),
    ("clock.rs", &["crate::"]),
    ("digest.rs", &["crate::"]),
    ("item.rs", &["crate::"]),
    ("owner.rs", &["crate::"]),
    ("error.rs", &["crate::"]),
    ("flights.rs", &["crate::"]),
    ("form.rs", &["crate::"]),
    ("host.rs", &["crate::"]),
    ("patience.rs", &["crate::"]),
    ("peer.rs", &["crate::"]),
    ("printable.rs", &["crate::"]),
    ("spreadsheet.rs", &["crate::"]),
];

const DOMAIN: &[&str] = &[
    "actix",
    "askama",
    "crate::web",
    "crate::api",
    "crate::app",
    "crate::cli",
    "crate::sandbox",
];

#[test]
fn no_arrow_points_the_wrong_way() {
    let mut broken = Vec::new();
    for (place, forbidden) in RULES {
        for file in files(&source().join(place)) {
            let text = code(&file);
            for word in forbidden.iter().filter(|word| text.contains(**word)) {
                broken.push(format!("{} knows {word}", file.display()));
            }
        }
    }
    assert!(broken.is_empty(), "{broken:#?}");
}

/// They stand on the domain, and nothing of it on them.
#[test]
fn transfer_and_checkup_are_known_to_app_and_command_line_alone() {
    for name in ["transfer", "checkup"] {
        let knowing = [name, "app", "cli"].map(|place| source().join(place));
        for file in files(&source()) {
            let may = knowing.iter().any(|place| file.starts_with(place));
            let knows = code(&file).contains(&format!("crate::{name}"));
            assert!(may || !knows, "{} knows {name}", file.display());
        }
    }
}

#[test]
fn the_sandbox_shares_no_code() {
    for file in files(&source().join("sandbox")) {
        for line in code(&file).lines().filter(|line| line.contains("crate::")) {
            assert!(
                line.contains("crate::sandbox"),
                "{}: {line}",
                file.display()
            );
        }
    }
}

#[test]
fn only_its_own_folders_name_a_provider() {
    let own = ["providers", "sandbox"].map(|place| source().join(place));
    let ours = files(&source()).into_iter();
    let ours = ours.filter(|file| !own.iter().any(|place| file.starts_with(place)));
    let names: Vec<String> = patchbay::providers::Registry
        .all()
        .flat_map(|provider| [provider.profile().id, provider.profile().name])
        .map(str::to_lowercase)
        .collect();
    assert!(names.len() >= 6, "{names:?}");
    let pages = ["templates", "static"].map(|place| below(&root().join(place)));
    let texts = ours.map(|file| (code(&file), file));
    let pages = pages.into_iter().flatten();
    let pages = pages.filter_map(|file| Some((std::fs::read_to_string(&file).ok()?, file)));
    for (text, file) in texts.chain(pages) {
        let text = text.to_lowercase();
        for name in &names {
            let named = text.contains(name.as_str());
            assert!(!named, "{} names a provider: {name}", file.display());
        }
    }
}

/// The stand-ins know their providers, what starts them does not.
#[test]
fn every_provider_has_a_stand_in_of_its_own_folder() {
    for id in patchbay::providers::Registry.ids() {
        for place in ["providers", "sandbox"] {
            let folder = source().join(place).join(id);
            assert!(
                folder.join("mod.rs").exists(),
                "{} is missing",
                folder.display()
            );
        }
    }
}

#[test]
fn every_migration_has_its_folder() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations");
    for migration in patchbay::store::migrate::MIGRATIONS {
        let prefix = format!("{:04}_", migration.number);
        let found = std::fs::read_dir(&folder)
            .expect("migrations")
            .filter_map(Result::ok)
            .find(|entry| entry.file_name().to_string_lossy().starts_with(&prefix));
        let readme = found.expect("a folder").path().join("README.md");
        assert!(readme.exists(), "{} is missing", readme.display());
    }
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn source() -> PathBuf {
    root().join("src")
}

/// All files below a folder.
fn below(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).expect("a folder");
    let paths = entries.map(|entry| entry.expect("an entry").path());
    paths
        .flat_map(|path| {
            if path.is_dir() {
                below(&path)
            } else {
                vec![path]
            }
        })
        .collect()
}

/// A file, or all Rust files below a folder.
fn files(place: &Path) -> Vec<PathBuf> {
    if place.is_file() {
        return vec![place.to_owned()];
    }
    let entries = std::fs::read_dir(place)
        .expect("a folder")
        .filter_map(Result::ok);
    let all = entries.flat_map(|entry| files_or_none(&entry.path()));
    all.filter(|file| file.extension().is_some_and(|ending| ending == "rs"))
        .collect()
}

fn files_or_none(path: &Path) -> Vec<PathBuf> {
    if path.is_dir() || path.is_file() {
        files(path)
    } else {
        Vec::new()
    }
}

fn is_test(file: &Path) -> bool {
    let below = file.strip_prefix(source()).unwrap_or(file);
    below
        .components()
        .any(|part| part.as_os_str().to_string_lossy().starts_with("tests"))
}

/// A file without its comments and without the tests at its end; nothing, where it is all tests.
fn code(file: &Path) -> String {
    if is_test(file) {
        return String::new();
    }
    let text = std::fs::read_to_string(file).expect("a file");
    let text = text
        .split("#[cfg(test)]\nmod ")
        .next()
        .unwrap_or_default()
        .to_owned();
    text.lines()
        .filter(|line| !line.trim_start().starts_with("//"))
        .collect::<Vec<_>>()
        .join("\n")
}
