//! `patchbay user list`

use std::io::Write as _;
use std::process::ExitCode;

use super::config;
use crate::alias::Names;
use crate::app;
use crate::cli::{Failed, Outcome, say};
use crate::identity::{People, Person};
use crate::owner::check_id;

#[derive(clap::Args)]
pub(in crate::cli) struct Arguments {
    /// Those of this org only.
    #[arg(long)]
    org: Option<String>,
}

pub(super) async fn run(arguments: Arguments) -> Outcome {
    let org = arguments.org.as_deref().map(check_id).transpose();
    let org = org.map_err(|bad| format!("--org {bad}"))?;
    let mut config = config()?;
    let names = app::names_in_log(&mut config)?;
    let people = app::with_people(config, async |people| all(&people, org).await).await??;
    if people.is_empty() {
        say("Nobody has an account.");
    }
    let mut out = std::io::stdout().lock();
    for person in people {
        writeln!(out, "{}", line(&person, names.as_ref()))?;
    }
    out.flush()?;
    Ok(ExitCode::SUCCESS)
}

async fn all(people: &People, org: Option<String>) -> Result<Vec<Person>, Failed> {
    let orgs = match org {
        Some(org) => vec![org],
        None => people.orgs().await?,
    };
    let mut found = Vec::new();
    for org in orgs {
        found.extend(people.of_org(&org).await?);
    }
    Ok(found)
}

/// One person a line: org, user, role, how they sign in, since when, what the log calls the org and them; parted by tabs, so
/// that scripts can read it.
fn line(person: &Person, names: Option<&Names>) -> String {
    let state = match (&person.removed_at, person.has_password(), &person.subject) {
        (Some(_), ..) => "removed",
        (None, true, _) => "password",
        (None, false, Some(_)) => "single sign-on",
        (None, false, None) => "has not signed in",
    };
    let since = person.created_at.strftime("%Y-%m-%d");
    let role = person.role.name();
    let (org, user) = (&person.owner.org, &person.owner.user);
    let alias = names.map(|names| names.of(org, user));
    let alias = alias.map_or_else(
        || "no session key".to_owned(),
        |alias| format!("org={} user={}", alias.org, alias.user),
    );
    format!("{org}\t{user}\t{role}\t{state}\tsince {since}\t{alias}")
}
