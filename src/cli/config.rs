//! `patchbay config`

use std::process::ExitCode;
use std::time::Duration;

use super::Outcome;
use crate::app;
use crate::config::{Config, Sources, report};
use crate::providers::Registry;

/// The longest wait for an outside Redis to tell its settings.
const PATIENCE: Duration = Duration::from_secs(3);

pub(super) async fn run() -> Outcome {
    let sources = Sources::from_process().map_err(|problems| problems.to_string())?;
    let warnings = of_redis(&sources).await;
    let report = report(&sources, &Registry.ids(), &warnings);
    print!("{}", report.text);
    Ok(if report.sound {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// What the configured Redis may lose, or that it could not be asked. Nothing where the configuration has
/// problems, which come first.
async fn of_redis(sources: &Sources) -> Vec<String> {
    let Ok(loaded) = Config::load(sources, &Registry.ids()) else {
        return Vec::new();
    };
    let unknown = |why: &str| {
        vec![format!(
            "Redis: it could not be asked how well it keeps what it is given ({why})"
        )]
    };
    match tokio::time::timeout(PATIENCE, app::warnings(&loaded.config)).await {
        Ok(Ok(warnings)) => warnings.iter().map(ToString::to_string).collect(),
        Ok(Err(error)) => unknown(&error.to_string()),
        Err(_) => unknown("no answer in time"),
    }
}
