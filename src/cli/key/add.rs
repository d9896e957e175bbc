//! `patchbay key add`

use std::io::Write as _;
use std::process::ExitCode;
use std::time::Duration;

use jiff::Timestamp;

use super::whose::{id_of, named};
use super::with_keys;
use crate::activity::By;
use crate::cli::{Failed, Outcome, refuse, say};
use crate::clock::Clock;
use crate::identity::{ApiKey, CreateError, New, Scope, SecretKey};
use crate::owner::Owner;

#[derive(clap::Args)]
pub(in crate::cli) struct Arguments {
    /// The org in which it works.
    #[arg(long)]
    org: String,
    /// The user in whose name it works.
    #[arg(long)]
    user: String,
    /// What people know it by.
    #[arg(long)]
    name: String,
    #[arg(long = "scope", required = true, value_name = "SCOPE", help = scopes_help())]
    scopes: Vec<String>,
    /// How long it lets anybody in, such as 90d or 12h. Without it, until it is revoked.
    #[arg(long, value_name = "TIME")]
    expires: Option<String>,
}

pub(super) async fn run(arguments: Arguments) -> Outcome {
    let (owner, new) = read(arguments, Clock::system().now())?;
    let made = with_keys(async |keys| keys.create(&owner, new, &By::operator()).await);
    let (key, secret) = made.await??;
    show(&secret).map_err(|error| {
        let id = &key.id;
        format!("the key could not be printed ({error}); end it by 'patchbay key revoke {id}'")
    })?;
    say(told(&key));
    Ok(ExitCode::SUCCESS)
}

/// The key alone, so that a script can take it.
fn show(secret: &SecretKey) -> std::io::Result<()> {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{}", secret.expose())?;
    out.flush()
}

fn told(key: &ApiKey) -> String {
    let scopes: Vec<&str> = key.scopes.iter().map(|scope| scope.name()).collect();
    let end = match key.expires_at {
        Some(end) => format!("until {}", end.strftime("%-d %b %Y, %H:%M UTC")),
        None => "until it is revoked".to_owned(),
    };
    format!(
        "Made {}. It may {}, {end}. It is not shown again; its id is {}.",
        named(key),
        scopes.join(", "),
        key.id
    )
}

/// What the arguments ask for, or all that is wrong with them.
fn read(arguments: Arguments, now: Timestamp) -> Result<(Owner, New), Failed> {
    let mut problems = Vec::new();
    let owner = Owner {
        org: id_of("--org", &arguments.org, &mut problems),
        user: id_of("--user", &arguments.user, &mut problems),
    };
    let new = New {
        name: arguments.name,
        scopes: scopes(&arguments.scopes, &mut problems),
        life: life(arguments.expires.as_deref(), &mut problems),
        id: None,
    };
    for fault in new.faults(now) {
        match fault {
            CreateError::Name => problems.push(format!("--name: {fault}")),
            CreateError::Life => problems.push(format!("--expires: {fault}")),
            // Each scope that is not one is named already.
            _ => {}
        }
    }
    refuse(problems)?;
    Ok((owner, new))
}

fn scopes(names: &[String], problems: &mut Vec<String>) -> Vec<Scope> {
    let mut read = |name: &String| {
        let scope = Scope::named(name);
        if scope.is_none() {
            problems.push(format!(
                "--scope: '{}' is not a scope; there are {}",
                name.escape_debug(),
                possible()
            ));
        }
        scope
    };
    names.iter().filter_map(&mut read).collect()
}

fn life(text: Option<&str>, problems: &mut Vec<String>) -> Option<Duration> {
    let text = text?;
    let life = humantime::parse_duration(text);
    life.inspect_err(|_| {
        problems.push(format!(
            "--expires: '{}' is not a time with its unit; write it like 90d, 12h or 1y",
            text.escape_debug()
        ));
    })
    .ok()
}

fn scopes_help() -> String {
    format!("What it may do; several by giving it again: {}", possible())
}

fn possible() -> String {
    Scope::ALL.map(Scope::name).join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problems(change: impl FnOnce(&mut Arguments)) -> Vec<String> {
        let mut arguments = Arguments {
            org: "acme".to_owned(),
            user: "ada".to_owned(),
            name: "sync".to_owned(),
            scopes: vec!["items:read".to_owned()],
            expires: Some("90d".to_owned()),
        };
        change(&mut arguments);
        let now = Clock::system().now();
        let said = read(arguments, now).err().map(|error| error.to_string());
        let said = said.unwrap_or_default();
        said.lines()
            .skip(1)
            .map(|line| line.trim().to_owned())
            .collect()
    }

    #[test]
    fn good_arguments_make_a_key() {
        assert_eq!(problems(|_| {}), [""; 0]);
        assert_eq!(problems(|it| it.expires = None), [""; 0]);
        assert_eq!(problems(|it| it.org = "组织".to_owned()), [""; 0]);
    }

    #[test]
    fn every_problem_is_named_once_with_what_is_possible() {
        let all = problems(|it| {
            *it = Arguments {
                org: "  ".to_owned(),
                user: "a\nb".to_owned(),
                name: String::new(),
                scopes: vec!["items".to_owned(), "tokens:read".to_owned()],
                expires: Some("soon".to_owned()),
            };
        });
        for (line, holds) in all.iter().zip([
            ["--org is empty", "1 to 128"],
            ["--user holds a control", "not allowed"],
            ["--scope: 'items' is not", "items:read, loads:write"],
            ["--expires: 'soon' is not", "90d"],
            ["--name: the name must", "1 to 80"],
        ]) {
            assert!(holds.iter().all(|part| line.contains(part)), "{all:?}");
        }
        assert_eq!(all.len(), 5, "{all:?}");
    }

    #[test]
    fn an_end_that_is_too_near_or_too_far_is_refused() {
        for time in ["0s", "59s", "11y", "9000000000y", "90", "d", "-1d"] {
            let said = problems(|it| it.expires = Some(time.to_owned()));
            assert!(
                said.len() == 1 && said[0].starts_with("--expires"),
                "{said:?}"
            );
        }
    }
}
