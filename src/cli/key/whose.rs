//! Which owners' keys a command is about.

use crate::identity::ApiKey;
use crate::owner::check_id;

#[derive(clap::Args)]
pub(super) struct Whose {
    /// Those of this org only.
    #[arg(long)]
    org: Option<String>,
    /// Those of this user only.
    #[arg(long)]
    user: Option<String>,
}

impl Whose {
    /// With the ids as they are kept; what is wrong with them is added to the problems.
    pub(super) fn checked(self, problems: &mut Vec<String>) -> Self {
        let mut checked = |option, id: Option<String>| id.map(|id| id_of(option, &id, problems));
        Self {
            org: checked("--org", self.org),
            user: checked("--user", self.user),
        }
    }

    pub(super) fn includes(&self, key: &ApiKey) -> bool {
        let is = |wanted: &Option<String>, id: &str| wanted.as_ref().is_none_or(|it| it == id);
        is(&self.org, &key.owner.org) && is(&self.user, &key.owner.user)
    }
}

/// An org's or user's id as it is kept; what is wrong with it is added to the problems.
pub(super) fn id_of(option: &str, id: &str, problems: &mut Vec<String>) -> String {
    check_id(id).unwrap_or_else(|bad| {
        problems.push(format!("{option} {bad}"));
        String::new()
    })
}

/// Whose a key is, in words.
pub(super) fn named(key: &ApiKey) -> String {
    format!(
        "{} ({}…) of {} in {}",
        key.reader().by,
        key.beginning,
        key.owner.user,
        key.owner.org
    )
}
