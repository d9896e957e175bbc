//! `patchbay export`

mod new_file;

use std::io::{IsTerminal as _, Write as _};
use std::path::PathBuf;
use std::process::ExitCode;

use secrecy::SecretString;

use super::{Failed, Outcome, load, passphrase, refuse, say, transferred::named};
use crate::app;
use crate::clock::Entropy;
use crate::config::Sources;
use crate::owner::check_id;
use crate::transfer::{self, Contents, Gathered, Here, Left, Transfer, Way, check_passphrase};

#[derive(clap::Args)]
pub(super) struct Arguments {
    /// The org whose connections are taken along.
    #[arg(long)]
    org: String,
    /// Those of this user only; may be given several times.
    #[arg(long = "user", value_name = "USER")]
    users: Vec<String>,
    /// The file to make, which must not be there yet. Without it the file goes to standard output.
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Take the connections out of this Patchbay once the file is written, without ending their access at the
    /// providers: they go on where the file is imported.
    #[arg(long = "move", requires = "out")]
    moves: bool,
    #[command(flatten)]
    passphrase: passphrase::From,
}

/// What is to be exported, checked.
struct Wanted {
    org: String,
    users: Vec<String>,
    out: Option<PathBuf>,
    way: Way,
    passphrase: SecretString,
}

pub(super) async fn run(arguments: Arguments) -> Outcome {
    let sources = Sources::from_process().map_err(|problems| problems.to_string())?;
    let config = load(&sources)?;
    let wanted = read(arguments)?;
    let exported = app::with_transfer(config, async |transfer| export(transfer, &wanted).await);
    exported.await?
}

/// What is wanted, or all that is wrong with the arguments.
fn read(arguments: Arguments) -> Result<Wanted, Failed> {
    let mut problems = Vec::new();
    let mut id_of = |option: &str, id: &str| {
        check_id(id).unwrap_or_else(|bad| {
            problems.push(format!("{option} {bad}"));
            String::new()
        })
    };
    let org = id_of("--org", &arguments.org);
    let users = arguments.users.iter();
    let users = users.map(|user| id_of("--user", user)).collect();
    match &arguments.out {
        Some(out) if out.symlink_metadata().is_ok() => problems.push(format!(
            "--out: {} is there already, and is not overwritten; name another file, or take it away first",
            out.display()
        )),
        None if std::io::stdout().is_terminal() => problems.push(
            "--out is missing: name a file, or lead standard output into one".to_owned(),
        ),
        _ => {}
    }
    refuse(problems)?;
    let passphrase = arguments.passphrase.chosen()?;
    check_passphrase(&passphrase, &[&org]).map_err(|bad| format!("{bad}. Nothing was done"))?;
    Ok(Wanted {
        org,
        users,
        out: arguments.out,
        way: match arguments.moves {
            true => Way::Move,
            false => Way::Copy,
        },
        passphrase,
    })
}

async fn export(transfer: &Transfer, wanted: &Wanted) -> Outcome {
    let gathered = transfer.gather(&wanted.org, &wanted.users, wanted.way);
    let gathered = gathered.await?;
    for one in &gathered.not_taken {
        say(format_args!(
            "{}: not exported: {}",
            named(&one.owner, &one.provider),
            one.why
        ));
    }
    let without = wanted.users.iter().filter(|user| {
        let mut here = gathered.here.iter();
        !here.any(|here| here.owner.user == **user)
    });
    let without: Vec<&String> = without.collect();
    for user in &without {
        say(format_args!(
            "{} / {user}: there is nothing of this user to export",
            wanted.org
        ));
    }
    if gathered.here.is_empty() {
        return Err("there is no connection to export; no file was made".into());
    }
    write(&gathered, wanted)?;
    transfer.note_export(&gathered).await;
    let mut whole = gathered.not_taken.is_empty() && without.is_empty();
    for here in &gathered.here {
        let left = match wanted.way {
            Way::Move => Some(transfer.take_out(here).await),
            Way::Copy => None,
        };
        whole &= matches!(left, None | Some(Left::Gone));
        say(line(here, left.as_ref()));
        warn_of_sharers(here);
    }
    warn_of_unknown_clients(&gathered.contents);
    say(last_words(&gathered, wanted));
    Ok(match whole {
        true => ExitCode::SUCCESS,
        false => ExitCode::FAILURE,
    })
}

/// Writes the file, and reads it back where it is one: what cannot be opened again is no copy.
fn write(gathered: &Gathered, wanted: &Wanted) -> Result<(), Failed> {
    let plain = gathered.contents.encode()?;
    let file = transfer::seal(&plain, &wanted.passphrase, &Entropy::system())?;
    let Some(path) = &wanted.out else {
        let mut out = std::io::stdout().lock();
        out.write_all(&file)?;
        return Ok(out.flush()?);
    };
    new_file::write(path, &file)?;
    let back = std::fs::read(path)?;
    let back = Contents::decode(&transfer::open(&back, &wanted.passphrase)?)?;
    match back.connections.len() == gathered.contents.connections.len() {
        true => Ok(()),
        false => Err("the file could not be read back; nothing else was done".into()),
    }
}

fn line(here: &Here, left: Option<&Left>) -> String {
    let name = named(&here.owner, &here.provider);
    let doubt = match here.in_doubt {
        true => {
            "; its token was being renewed, and what is in the file may be old: export it again later"
        }
        false => "",
    };
    let left = match left {
        None => String::new(),
        Some(Left::Gone) => ", and taken out of this Patchbay".to_owned(),
        Some(Left::Changed) => {
            ", and NOT taken out: it changed meanwhile, so the file has it as it was before. Export it again with --user"
                .to_owned()
        }
        Some(Left::Failed(why)) => format!(", and NOT taken out: {why}"),
    };
    format!("{name}: exported{left}{doubt}")
}

/// Who stays here with a grant that goes along: one of the two will lose it.
fn warn_of_sharers(here: &Here) {
    for other in &here.sharers {
        say(format_args!(
            "  {} in {} uses the same access and was not exported: as soon as one of the two renews it, the other may have to reconnect",
            other.user, other.org
        ));
    }
}

/// Whose app is not in the file: an import cannot tell there whether it is the same.
fn warn_of_unknown_clients(contents: &Contents) {
    for provider in contents.of_unknown_clients() {
        let prefix = provider.to_uppercase();
        say(format_args!(
            "  {provider}: the file does not say with which app it was connected, because {prefix}_CLIENT_ID and {prefix}_CLIENT_SECRET are not set here, and an import cannot warn of another; export with the settings that 'patchbay serve' has"
        ));
    }
}

fn last_words(gathered: &Gathered, wanted: &Wanted) -> String {
    let count = gathered.here.len();
    let place = match &wanted.out {
        Some(path) => format!(" to {}", path.display()),
        None => String::new(),
    };
    let then = match wanted.way {
        Way::Move => "What was taken out is in that file alone: keep it, and import it once.",
        Way::Copy => {
            "As soon as the file is imported elsewhere, two Patchbays hold the same access, and where its tokens change with every renewal, the one that renews second loses it. To move, use --move; or stop this Patchbay first, and do not start it again."
        }
    };
    format!("Exported {count} connection(s){place}. {then}")
}
