//! `patchbay key revoke`

use std::process::ExitCode;

use super::whose::{Whose, named};
use super::with_keys;
use crate::activity::By;
use crate::cli::{Failed, Outcome, print_line, refuse};
use crate::identity::{ApiKey, ApiKeys};

#[derive(clap::Args)]
pub(in crate::cli) struct Arguments {
    /// The id of the key, as `patchbay key list` shows it.
    id: String,
    #[command(flatten)]
    whose: Whose,
}

pub(super) async fn run(arguments: Arguments) -> Outcome {
    let mut problems = Vec::new();
    let whose = arguments.whose.checked(&mut problems);
    refuse(problems)?;
    let ended = with_keys(async |keys| end(&keys, &arguments.id, &whose).await).await??;
    print_line(format_args!("Revoked {}.", named(&ended)))?;
    Ok(ExitCode::SUCCESS)
}

/// Ends the one key of this id, and answers it.
async fn end(keys: &ApiKeys, id: &str, whose: &Whose) -> Result<ApiKey, Failed> {
    let mut found = keys.all().await?;
    found.retain(|key| key.id == id && whose.includes(key));
    let Some(key) = found.pop() else {
        return Err(unknown(id));
    };
    // A page lets its sender choose the id, so two owners can have the same; nobody's key is ended by chance.
    if !found.is_empty() {
        let text = format!("several keys have the id {id}: say whose, by --org and --user");
        return Err(text.into());
    }
    match keys.revoke_key(&key, &By::operator()).await? {
        true => Ok(key),
        false => Err(unknown(id)),
    }
}

fn unknown(id: &str) -> Failed {
    let id = id.escape_debug();
    format!("no key has the id '{id}'; 'patchbay key list' shows those that there are").into()
}
