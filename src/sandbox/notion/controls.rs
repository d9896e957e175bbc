//! What a tester can change while the stand-in runs.

use serde::{Deserialize, Serialize};

use super::{
    data::{MAX_DATABASES, MAX_PAGES, Space},
    faults::Plan,
    grants::{Policy, RefreshTokens, Share},
    workspaces::Workspace,
};
use crate::sandbox::{
    controls::{each, is_on, number, wants_reset},
    params::Params,
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

/// What a tester asks for once.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Actions {
    pub withdraw: bool,
    pub expire_tokens: bool,
    pub reset: bool,
    pub reset_counters: bool,
}

/// The settings, the fault plan and the actions after a form was read.
#[derive(Debug, Clone)]
pub struct Change {
    pub controls: Controls,
    pub plan: Plan,
    pub actions: Actions,
}

impl Change {
    /// Reads a form over the present state. Fields that are absent or empty change nothing.
    ///
    /// # Errors
    ///
    /// Names the first field that is unknown or out of range; nothing is changed then.
    pub fn read(controls: Controls, plan: Plan, form: &Params) -> Result<Self, String> {
        let mut change = Self {
            controls,
            plan,
            actions: Actions::default(),
        };
        // A reset comes first, so that the other fields of the same form count.
        if wants_reset(form) {
            change.controls = Controls::default();
            change.plan = Plan::default();
            change.actions.reset = true;
        }
        each(form, |name, value| change.set(name, value))?;
        Ok(change)
    }

    fn set(&mut self, name: &str, value: &str) -> Option<()> {
        let Self {
            controls,
            plan,
            actions,
        } = self;
        match name {
            "pages" => controls.pages = number(value, MAX_PAGES)?,
            "databases" => controls.databases = number(value, MAX_DATABASES)?,
            "latency_ms" => controls.latency_ms = number(value, 60_000)?,
            "rate_limit" => controls.rate_limit = is_on(value)?,
            "burst" => controls.burst = number(value, 1_000_000)?,
            "client_secret_valid" => controls.client_secret_valid = is_on(value)?,
            "refresh_tokens" => controls.refresh_tokens = named(value)?,
            "same_token" => controls.same_token = is_on(value)?,
            "user_info" => controls.user_info = is_on(value)?,
            "oauth_errors" => controls.oauth_errors = named(value)?,
            "cursor_style" => controls.cursor_style = named(value)?,
            "cursor_life_s" => controls.cursor_life_s = number(value, 86_400)?,
            "cursor_dies_after" => controls.cursor_dies_after = number(value, 1_000_000)?,
            "shuffle" => controls.shuffle = is_on(value)?,
            "short_pages" => controls.short_pages = is_on(value)?,
            "index_lag" => controls.index_lag = number(value, MAX_PAGES * 2)?,
            "retry_after" => controls.retry_after = number(value, 86_400)?,
            "quick" => controls.quick = is_on(value)?,
            "small" => controls.shrink(is_on(value)?),
            "withdraw" => actions.withdraw = is_on(value)?,
            "expire_tokens" => actions.expire_tokens = is_on(value)?,
            "reset_counters" => actions.reset_counters = is_on(value)?,
            "reset" => _ = is_on(value)?,
            _ => plan.set(name, value)?,
        }
        Some(())
    }
}
