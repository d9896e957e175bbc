//! Notices that outlive a redirect: shown once, on the next page.

use serde::{Deserialize, Serialize};

use super::session::Visit;

/// A notice. Its words are ours; a name in it is escaped by the template.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Notice {
    /// `ok`, `info`, `warn` or `danger`.
    pub tone: String,
    /// What happened.
    pub title: String,
    /// What it means, or what to do.
    pub text: String,
}

impl Visit {
    /// Something went well.
    pub fn say_ok(&self, title: impl Into<String>, text: impl Into<String>) {
        self.say("ok", title, text);
    }

    /// Something to know.
    pub fn say_info(&self, title: impl Into<String>, text: impl Into<String>) {
        self.say("info", title, text);
    }

    /// Something to look after.
    pub fn say_warn(&self, title: impl Into<String>, text: impl Into<String>) {
        self.say("warn", title, text);
    }

    fn say(&self, tone: &str, title: impl Into<String>, text: impl Into<String>) {
        self.notice(Notice {
            tone: tone.to_owned(),
            title: title.into(),
            text: text.into(),
        });
    }
}
