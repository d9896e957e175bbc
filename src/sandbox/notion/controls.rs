//! What a tester can change while the stand-in runs.

use serde::{Deserialize, Serialize};

use super::{
    controls_form::FIELDS,
    data::{MAX_DATABASES, MAX_PAGES, Space},
    grants::{Policy, RefreshTokens, Share},
    workspaces::Workspace,
};
use crate::sandbox::{
    controls::{self, Fields, is_on, number},
    plan::named,
};

/// The settings. They survive a restart.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Controls {
    /// Pages of each workspace, those in the trash included.
    pub pages: u64,
    pub databases: u64,
    /// How long every call takes at least.
    pub latency_ms: u64,
    pub rate_limit: bool,
    /// Calls in sixty seconds per authorization.
    pub burst: usize,
    pub client_secret_valid: bool,
    pub refresh_tokens: RefreshTokens,
    /// Whether a second authorization answers with the tokens of the first, as connections from before June 2026 do.
    pub same_token: bool,
    /// Whether the connection has the capability to read users.
    pub user_info: bool,
    pub oauth_errors: ErrorShape,
    pub cursor_style: CursorStyle,
    /// Life of a cursor in seconds; 0 is for ever.
    pub cursor_life_s: u64,
    /// The next walk that comes so many pages far dies there, once. 0 lets all live.
    pub cursor_dies_after: u64,
    /// Whether an object comes a second time when the order shifts between pages.
    pub shuffle: bool,
    /// Whether some pages are shorter than asked for.
    pub short_pages: bool,
    /// So many objects, the newest ones, are not in the search yet.
    pub index_lag: u64,
    /// Seconds in the `Retry-After` of faults that carry one.
    pub retry_after: u64,
    /// Whether waits are short: a 429 asks for a second.
    pub quick: bool,
}

/// How the token endpoint writes its errors. Both were seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ErrorShape {
    /// As RFC 6749 has it.
    #[default]
    Rfc,
    /// As the rest of the API has it.
    Envelope,
}

/// How cursors look.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum CursorStyle {
    #[default]
    Opaque,
    /// As all were before April 2026.
    Uuid,
}

impl Default for Controls {
    fn default() -> Self {
        Self {
            pages: 640,
            databases: 24,
            latency_ms: 0,
            rate_limit: true,
            burst: 180,
            client_secret_valid: true,
            refresh_tokens: RefreshTokens::default(),
            same_token: false,
            user_info: true,
            oauth_errors: ErrorShape::default(),
            cursor_style: CursorStyle::default(),
            cursor_life_s: 0,
            cursor_dies_after: 0,
            shuffle: false,
            short_pages: false,
            index_lag: 0,
            retry_after: 1,
            quick: false,
        }
    }
}

impl Controls {
    pub fn policy(&self) -> Policy {
        Policy {
            refresh_tokens: self.refresh_tokens,
            same_token: self.same_token,
        }
    }

    /// Little of everything, and yet several pages of a walk.
    fn shrink(&mut self, small: bool) {
        if small {
            (self.pages, self.databases) = (250, 24);
        }
    }

    /// What an authorization sees of a workspace.
    pub fn space(&self, workspace: &'static Workspace, share: Share) -> Space {
        let is_bare = workspace.is_empty || share == Share::None;
        Space {
            workspace,
            pages: if is_bare { 0 } else { self.pages },
            databases: if is_bare { 0 } else { self.databases },
        }
    }
}

impl controls::Controls for Controls {
    const FIELDS: Fields = FIELDS;

    fn set(&mut self, name: &str, value: &str) -> Option<()> {
        match name {
            "pages" => self.pages = number(value, MAX_PAGES)?,
            "databases" => self.databases = number(value, MAX_DATABASES)?,
            "latency_ms" => self.latency_ms = number(value, 60_000)?,
            "rate_limit" => self.rate_limit = is_on(value)?,
            "burst" => self.burst = number(value, 1_000_000)?,
            "client_secret_valid" => self.client_secret_valid = is_on(value)?,
            "refresh_tokens" => self.refresh_tokens = named(value)?,
            "same_token" => self.same_token = is_on(value)?,
            "user_info" => self.user_info = is_on(value)?,
            "oauth_errors" => self.oauth_errors = named(value)?,
            "cursor_style" => self.cursor_style = named(value)?,
            "cursor_life_s" => self.cursor_life_s = number(value, 86_400)?,
            "cursor_dies_after" => self.cursor_dies_after = number(value, 1_000_000)?,
            "shuffle" => self.shuffle = is_on(value)?,
            "short_pages" => self.short_pages = is_on(value)?,
            "index_lag" => self.index_lag = number(value, MAX_PAGES * 2)?,
            "retry_after" => self.retry_after = number(value, 86_400)?,
            "quick" => self.quick = is_on(value)?,
            "small" => self.shrink(is_on(value)?),
            _ => return None,
        }
        Some(())
    }

    fn latency_ms(&self) -> u64 {
        self.latency_ms
    }

    fn is_quick(&self) -> bool {
        self.quick
    }
}
