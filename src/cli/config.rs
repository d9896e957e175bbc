//! `patchbay config`

use std::process::ExitCode;

use super::Outcome;
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
        print!("{}", report(&sources, &ids, &[]).text);
        println!("\nChecks:\n- none were made: first solve the problems");
        return Ok(ExitCode::FAILURE);
    };
    let redirects = app::redirect_urls(&loaded.config);
    let reach = match arguments.offline {
        true => Reach::Offline,
        false => Reach::Network,
    };
    let Checked { findings, warnings } = app::check(loaded.config, reach).await;
    let report = report(&sources, &ids, &warnings);
    print!("{}", report.text);
    println!("\nRedirect URLs to register, just so:");
    for (name, url) in &redirects {
        println!("- {name}: {url}");
    }
    println!("\nChecks:");
    for finding in &findings {
        println!("- {finding}");
    }
    let wrong = findings.iter().any(|it| it.verdict == Verdict::Wrong);
    Ok(match report.sound && !wrong {
        true => ExitCode::SUCCESS,
        false => ExitCode::FAILURE,
    })
}
