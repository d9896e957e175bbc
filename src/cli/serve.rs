//! `patchbay serve`

use std::process::ExitCode;

use super::{Outcome, open_files, orphans, print_line, signals};
use crate::app::{App, Extras};
use crate::config::{Config, Sources};

pub(super) async fn run() -> Outcome {
    let sources = Sources::from_process().map_err(|problems| problems.to_string())?;
    let (config, traces) = super::load_to_serve(&sources)?;
    let extras = Extras {
        traces,
        ..Extras::default()
    };
    serve(config, extras).await
}

/// Serves until a signal asks to end.
pub(super) async fn serve(config: Config, extras: Extras) -> Outcome {
    let traces = extras.traces.clone();
    let outcome = until_told(config, extras).await;
    // Of a start that failed; what served has sent them.
    if let Some(traces) = traces {
        traces.stop().await;
    }
    outcome
}

async fn until_told(config: Config, extras: Extras) -> Outcome {
    let stop = signals::stop()?;
    open_files::allow_all();
    orphans::bury();
    let address = config.server.public_url.origin().ascii_serialization();
    let app = tokio::select! {
        app = App::build(config, extras) => app?,
        () = stop.asked() => return Ok(ExitCode::SUCCESS),
    };
    // It serves, whether or not somebody reads that.
    if let Err(error) = print_line(format_args!("Patchbay is ready: {address}")) {
        tracing::info!(%error, "standard output is closed");
    }
    app.run_until(stop).await?;
    Ok(ExitCode::SUCCESS)
}
