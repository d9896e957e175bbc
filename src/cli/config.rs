//! `patchbay config`

use std::io::Write as _;
use std::process::ExitCode;

use super::{Outcome, print_line};
use crate::app::{self, Checked};
use crate::checkup::{Reach, Verdict};
use crate::config::{Config, Sources, report};
use crate::providers::Registry;

#[derive(clap::Args)]
pub(super) struct Arguments {
    /// Ask nobody over the network: neither an outside Redis, nor a provider, nor an identity provider.
    #[arg(long)]
    offline: bool,
}

pub(super) async fn run(arguments: Arguments) -> Outcome {
    let sources = Sources::from_process().map_err(|problems| problems.to_string())?;
    let ids = Registry.ids();
    let Ok(loaded) = Config::load(&sources, &ids) else {
        // What is wrong stands in the report. A check of a half of it would mislead.
        let report = report(&sources, &ids, &[]);
        print_line(format_args!(
            "{report}\nChecks:\n- none were made: first solve the problems"
        ))?;
        return Ok(ExitCode::FAILURE);
    };
    let redirects = app::redirect_urls(&loaded.config);
    let reach = match arguments.offline {
        true => Reach::Offline,
        false => Reach::Network,
    };
    let Checked { findings, warnings } = app::check(loaded.config, reach).await;
    let report = report(&sources, &ids, &warnings);
    let mut out = std::io::stdout().lock();
    writeln!(out, "{report}\nRedirect URLs to register, just so:")?;
    for (name, url) in &redirects {
        writeln!(out, "- {name}: {url}")?;
    }
    writeln!(out, "\nChecks:")?;
    for finding in &findings {
        writeln!(out, "- {finding}")?;
    }
    let wrong = findings.iter().any(|it| it.verdict == Verdict::Wrong);
    Ok(match report.sound && !wrong {
        true => ExitCode::SUCCESS,
        false => ExitCode::FAILURE,
    })
}
