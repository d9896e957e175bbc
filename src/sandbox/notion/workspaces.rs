//! The fictional workspaces that a person can share with the app.

use super::data::{Id, Kind, id};

/// One workspace.
#[derive(Debug, PartialEq, Eq)]
pub struct Workspace {
    /// Its name in the consent form and in the state file.
    pub key: &'static str,
    /// What the consent page calls it.
    pub title: &'static str,
    /// What the API calls it: Notion documents that this may be null.
    pub name: Option<&'static str>,
    pub icon: Option<&'static str>,
    /// Makes the objects of the workspaces differ.
    pub seed: u64,
    /// Whether nothing was ever written in it.
    pub is_empty: bool,
}

/// Every workspace; the first is preselected.
pub static WORKSPACES: [Workspace; 3] = [
    Workspace {
        key: "acme",
        title: "Acme Workspace",
        name: Some("Acme Workspace"),
        icon: Some("https://example.com/workspace-icon.png"),
        seed: 11,
        is_empty: false,
    },
    Workspace {
        key: "second",
        title: "Avery Example’s Space",
        name: Some("Avery Example’s Space"),
        icon: Some("🪐"),
        seed: 12,
        is_empty: false,
    },
    Workspace {
        key: "empty",
        title: "A new workspace",
        name: None,
        icon: None,
        seed: 13,
        is_empty: true,
    },
];

/// The person who authorizes, one and the same in every workspace.
pub const PERSON_SEED: u64 = 10;

/// The workspace of this key.
pub fn find(key: &str) -> Option<&'static Workspace> {
    WORKSPACES.iter().find(|workspace| workspace.key == key)
}

impl Workspace {
    pub fn id(&self) -> Id {
        id(self.seed, Kind::Workspace, 0)
    }

    /// The user that the app is in this workspace. It identifies the authorization, so it outlives its tokens.
    pub fn bot(&self) -> Id {
        id(self.seed, Kind::Bot, 0)
    }
}

/// The person's user id.
pub fn person() -> Id {
    id(PERSON_SEED, Kind::Person, 0)
}
