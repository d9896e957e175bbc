//! `patchbay config`

use std::process::ExitCode;

use super::Outcome;
use crate::config::{Sources, report};
use crate::providers::Registry;

pub(super) fn run() -> Outcome {
    let sources = Sources::from_process().map_err(|problems| problems.to_string())?;
    let report = report(&sources, &Registry.ids());
    print!("{}", report.text);
    Ok(if report.sound {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}
