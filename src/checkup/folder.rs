//! The data folder, where Patchbay starts a Redis of its own.

use std::path::Path;

use super::Finding;
use crate::store::embedded::{FolderLook, Look};

const ABOUT: &str = "Data folder";
const SERVER: &str = "Redis";

/// What was seen of a data folder; and of its Redis, where nobody serves from it.
pub fn check(data_dir: &Path, look: &Look) -> Vec<Finding> {
    let mut findings = vec![folder(data_dir, &look.folder)];
    if look.neighbour.is_none() {
        findings.push(server(look));
    }
    findings
}

fn folder(data_dir: &Path, found: &FolderLook) -> Finding {
    let path = data_dir.display();
    match found {
        FolderLook::ToBeMade => Finding::ok(ABOUT, format!("{path} will be made at the start")),
        FolderLook::Fit => Finding::ok(ABOUT, format!("{path} is ours alone, and can be written")),
        FolderLook::OthersMayLook => Finding::ok(
            ABOUT,
            format!("{path} can be written; other users may look into it ('chmod 700' closes it)"),
        ),
        FolderLook::OpenToAll => Finding::wrong(
            ABOUT,
            format!("every user of this machine may write into {path}: run 'chmod 700' on it"),
        ),
        FolderLook::Unusable(why) => Finding::wrong(
            ABOUT,
            format!("{path} cannot be used ({why}); set PATCHBAY_DATA_DIR to another folder"),
        ),
    }
}

fn server(look: &Look) -> Finding {
    match &look.program {
        Some(program) => Finding::ok(
            SERVER,
            format!(
                "a private one is started with Patchbay, by {}",
                program.display()
            ),
        ),
        None => Finding::wrong(
            SERVER,
            "redis-server was not found: install it with 'apt-get install redis-server' (Debian, Ubuntu) or 'brew install redis' (macOS), or set REDIS_URL",
        ),
    }
}
