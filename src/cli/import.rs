//! `patchbay import`

use std::fs::File;
use std::io::{Read, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use super::transferred::named;
use super::{Failed, Outcome, load, passphrase};
use crate::app;
use crate::config::Sources;
use crate::owner::check_id;
use crate::transfer::{self, Brought, Caveat, Contents, Existing, Fate, How, Run};

#[derive(clap::Args)]
pub(super) struct Arguments {
    /// The file that `patchbay export` made; `-` reads it from standard input.
    file: PathBuf,
    /// Say what would be done, and do nothing.
    #[arg(long)]
    dry_run: bool,
    /// Let connections of the file take the place of those that are here. Newer tokens of the same access stay.
    #[arg(long)]
    replace: bool,
    /// Put the connections into this org instead of the one that they come from.
    #[arg(long)]
    org: Option<String>,
    #[command(flatten)]
    passphrase: passphrase::From,
}

pub(super) async fn run(arguments: Arguments) -> Outcome {
    let sources = Sources::from_process().map_err(|problems| problems.to_string())?;
    let config = load(&sources)?;
    let org = arguments.org.as_deref().map(check_id).transpose();
    let org = org.map_err(|bad| format!("--org {bad}"))?;
    let contents = read(&arguments)?;
    let how = how(&arguments, org.as_deref());
    let place = app::place(&config);
    let brought = app::with_transfer(config, async |transfer| {
        transfer.import(&contents, how).await
    });
    let brought = brought.await?;
    let mut out = std::io::stdout().lock();
    writeln!(out, "{}", heading(&contents, &place))?;
    for one in &brought {
        for line in lines(one, how.run) {
            writeln!(out, "{line}")?;
        }
    }
    writeln!(out, "{}", last_words(&contents, &brought, how.run))?;
    out.flush()?;
    Ok(match brought.iter().all(|one| one.fate.is_well()) {
        true => ExitCode::SUCCESS,
        false => ExitCode::FAILURE,
    })
}

fn how<'a>(arguments: &Arguments, org: Option<&'a str>) -> How<'a> {
    How {
        org,
        existing: match arguments.replace {
            true => Existing::MakesRoom,
            false => Existing::Stays,
        },
        run: match arguments.dry_run {
            true => Run::Dry,
            false => Run::Real,
        },
    }
}

/// The contents of the file, checked whole before anything is done.
fn read(arguments: &Arguments) -> Result<Contents, Failed> {
    let path = &arguments.file;
    let is_stdin = path == Path::new("-");
    if is_stdin && arguments.passphrase.passphrase_stdin {
        return Err(
            "the file and the passphrase cannot both come from standard input: give --passphrase-file"
                .into(),
        );
    }
    let unusable =
        |why: &dyn std::fmt::Display| format!("{}: {why}. Nothing was imported", path.display());
    let file = match is_stdin {
        true => bytes(std::io::stdin().lock()),
        false => File::open(path).and_then(bytes),
    };
    let file = file.map_err(|error| unusable(&error))?;
    let passphrase = arguments.passphrase.known()?;
    let plain = transfer::open(&file, &passphrase).map_err(|error| unusable(&error))?;
    Ok(Contents::decode(&plain).map_err(|error| unusable(&error))?)
}

/// All bytes, one more than may be at most.
fn bytes(from: impl Read) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let most = u64::try_from(transfer::LONGEST).unwrap_or(u64::MAX);
    from.take(most.saturating_add(1)).read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn heading(contents: &Contents, place: &str) -> String {
    format!(
        "{} connection(s) of {}, exported {} by Patchbay {}, into {place}",
        contents.connections.len(),
        contents.org,
        contents.made_at.strftime("%Y-%m-%d %H:%M UTC"),
        contents.by
    )
}

fn lines(brought: &Brought, run: Run) -> Vec<String> {
    let name = named(&brought.owner, &brought.provider);
    let first = format!("{name}: {}", words(&brought.fate, run));
    let caveats = brought.caveats.iter();
    let caveats = caveats.map(|caveat| format!("  {}", told(*caveat, &brought.provider)));
    [first].into_iter().chain(caveats).collect()
}

fn words(fate: &Fate, run: Run) -> String {
    let other_account = matches!(
        fate,
        Fate::Replaced {
            other_account: true
        }
    );
    let text = match (fate, run) {
        (Fate::New, Run::Real) => "imported",
        (Fate::New, Run::Dry) => "would be imported",
        (Fate::Replaced { .. }, Run::Real) if other_account => {
            "replaced the one here, which was of another account or unreadable; its access at the provider was not ended"
        }
        (Fate::Replaced { .. }, Run::Dry) if other_account => {
            "would replace the one here, which is of another account or unreadable"
        }
        (Fate::Replaced { .. }, Run::Real) => "replaced the one here",
        (Fate::Replaced { .. }, Run::Dry) => "would replace the one here",
        (Fate::Kept, _) => "kept the one here (--replace lets the file's take its place)",
        (Fate::AsNew, _) => "kept the one here, whose tokens are the same or newer",
        (Fate::KeptUnreadable, _) => {
            "NOT imported: the one here cannot be read (is its encryption key missing?); --replace lets the file's take its place"
        }
        (Fate::UnknownProvider, _) => {
            "NOT imported: this version of Patchbay knows no such provider"
        }
        (Fate::Failed(why), _) => {
            return format!(
                "NOT imported, as far as is known: {why}; import the file again, which does nothing twice"
            );
        }
        (Fate::NotReached, _) => "NOT imported: not begun after the failure above",
    };
    text.to_owned()
}

fn told(caveat: Caveat, provider: &str) -> String {
    let prefix = provider.to_uppercase();
    match caveat {
        Caveat::NotConfigured => format!(
            "its provider is not configured here: it works when {prefix}_CLIENT_ID and {prefix}_CLIENT_SECRET are those of the app that it was connected with"
        ),
        Caveat::OtherClient => format!(
            "{prefix}_CLIENT_ID is another app here than the one that it was connected with: its tokens cannot be renewed, and when they end a reconnect is needed"
        ),
        Caveat::UnknownClient => format!(
            "the file does not say with which app it was connected: where that is another than {prefix}_CLIENT_ID, its tokens cannot be renewed, and when they end a reconnect is needed"
        ),
        Caveat::NoAccount => {
            "nobody has an account of that user's id in this org; 'patchbay user add' makes one (an invitation is refused to an email that has connections)".to_owned()
        }
        Caveat::Ended => "its access had ended before it was exported: a reconnect is needed".to_owned(),
    }
}

fn last_words(contents: &Contents, brought: &[Brought], run: Run) -> String {
    let written = brought.iter().filter(|one| one.fate.is_written()).count();
    let all = brought.len();
    if run == Run::Dry {
        return format!("{written} of {all} would be imported. Nothing was done.");
    }
    let then = match contents.moved || written == 0 {
        true => "",
        false => {
            " The Patchbay that they come from holds the same access: unless it is stopped for good, disconnect nothing there (that ends it here too), and expect one of the two to lose what the other renews."
        }
    };
    format!("Imported {written} of {all}. What they hold is loaded anew.{then}")
}
