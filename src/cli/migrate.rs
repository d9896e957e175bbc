//! `patchbay migrate`

use std::process::ExitCode;

use super::{Outcome, print_line};
use crate::app;
use crate::config::Sources;

pub(super) async fn run() -> Outcome {
    let sources = Sources::from_process().map_err(|problems| problems.to_string())?;
    let config = super::load(&sources)?;
    match app::migrate(config).await? {
        0 => print_line("The store is up to date."),
        count => print_line(format_args!(
            "Ran {count} migration(s). The store is up to date."
        )),
    }?;
    Ok(ExitCode::SUCCESS)
}
