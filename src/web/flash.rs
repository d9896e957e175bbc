//! Notices that outlive a redirect: shown once, on the next page.

use serde::{Deserialize, Serialize};

use super::session::Visit;

/// A notice. Its words are ours; a name in it is escaped by the template, and stands at the end of its line, so
/// that one written from right to left turns nothing else around.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Notice {
    /// `ok`, `info`, `warn` or `danger`.
    pub tone: String,
    /// What happened.
    pub title: String,
    /// What it means, or what to do.
    pub text: String,
    /// Where to do it, if that is elsewhere.
    #[serde(default)]
    pub link: Option<Link>,
}

/// A link to a page of a provider.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Link {
    /// Its text.
    pub label: String,
    /// Its address.
    pub url: String,
}

impl Link {
    /// A link, where the address is an `https` one.
    pub fn new(label: impl Into<String>, url: &str) -> Option<Self> {
        url.starts_with("https://").then(|| Self {
            label: label.into(),
            url: url.to_owned(),
        })
    }
}

impl Visit {
    /// Something went well.
    pub fn say_ok(&self, title: impl Into<String>, text: impl Into<String>) {
        self.say("ok", title, text, None);
    }

    /// Something to know.
    pub fn say_info(&self, title: impl Into<String>, text: impl Into<String>) {
        self.say("info", title, text, None);
    }

    /// Something in this tone, with somewhere to go.
    pub fn say(
        &self,
        tone: &str,
        title: impl Into<String>,
        text: impl Into<String>,
        link: Option<Link>,
    ) {
        self.notice(Notice {
            tone: tone.to_owned(),
            title: title.into(),
            text: text.into(),
            link,
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_leads_to_https_only() {
        assert!(Link::new("Apps", "https://example.com/apps").is_some());
        for url in [
            "http://example.com",
            "javascript:alert(1)",
            "//example.com",
            "",
        ] {
            assert_eq!(Link::new("Apps", url), None, "{url:?}");
        }
    }

    #[test]
    fn a_notice_of_a_version_without_links_is_still_shown() {
        let stored = r#"{"tone":"ok","title":"Connected","text":"Load its items."}"#;
        let notice: Notice = serde_json::from_str(stored).expect("a notice");
        assert_eq!((notice.title.as_str(), notice.link), ("Connected", None));
    }
}
