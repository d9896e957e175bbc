//! `patchbay user list`

use std::io::Write as _;
use std::process::ExitCode;

use super::with_people;
use crate::cli::{Failed, Outcome};
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
    let people = with_people(async |people| all(&people, org).await).await??;
    if people.is_empty() {
        eprintln!("Nobody has an account.");
    }
    let mut out = std::io::stdout().lock();
    for person in people {
        writeln!(out, "{}", line(&person))?;
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

/// One person a line: org, user, role, how they sign in, since when; parted by tabs, so that scripts can read it.
fn line(person: &Person) -> String {
    let state = match (&person.removed_at, person.has_password(), &person.subject) {
        (Some(_), ..) => "removed",
        (None, true, _) => "password",
        (None, false, Some(_)) => "single sign-on",
        (None, false, None) => "has not signed in",
    };
    let since = person.created_at.strftime("%Y-%m-%d");
    let role = person.role.name();
    format!(
        "{}\t{}\t{role}\t{state}\tsince {since}",
        person.owner.org, person.owner.user
    )
}
