//! What `patchbay config` prints.

use std::fmt;

use super::reader::Reader;
use super::settings::{Kind, Setting};
use super::source::Sources;
use crate::printable::printable;

/// The effective configuration with secrets masked, then every warning and every problem.
#[derive(Debug, Clone)]
pub struct Report {
    pub text: String,
    /// Whether `patchbay serve` would start with it.
    pub sound: bool,
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// Reads the sources as [`Config::load`](super::Config::load) does and tells what came of it. `more` are
/// warnings of others, such as of what is configured.
#[must_use]
pub fn report(sources: &Sources, providers: &[&'static str], more: &[String]) -> Report {
    let mut reader = Reader::new(sources, providers);
    let config = super::read(&mut reader, providers);
    let mut text = String::new();
    for setting in &reader.settings {
        text.push_str(&line(&reader, setting));
        text.push('\n');
    }
    let warnings: Vec<&String> = reader.warnings.iter().chain(more).collect();
    section(&mut text, "Warnings", &warnings);
    section(&mut text, "Problems", &reader.problems);
    Report {
        text,
        sound: config.is_some() && reader.problems.is_empty(),
    }
}

fn line(reader: &Reader, setting: &Setting) -> String {
    let env = &setting.env;
    match reader.values.get(env) {
        Some(given) => format!(
            "{env} = {} ({})",
            shown(setting.kind, &given.text),
            given.source()
        ),
        None if reader.given(env) => format!("{env} = unusable (see the problems)"),
        None => format!("{env} = unset (default)"),
    }
}

fn section<T: fmt::Display>(text: &mut String, title: &str, entries: &[T]) {
    if entries.is_empty() {
        return;
    }
    text.push_str(&format!("\n{title}:\n"));
    for entry in entries {
        text.push_str(&format!("- {entry}\n"));
    }
}

/// A value as it may be seen.
pub(super) fn shown(kind: Kind, text: &str) -> String {
    match kind {
        Kind::Plain => printable(text),
        Kind::Url => masked_url(text).unwrap_or_else(|| printable(text)),
        Kind::Secret => "set".to_owned(),
        // Without a scheme it may be a password in the wrong place.
        Kind::SecretUrl if text.contains("://") || text.starts_with("unix:") => {
            masked_url(text).unwrap_or_else(|| "set".to_owned())
        }
        Kind::SecretUrl => "set".to_owned(),
    }
}

/// The URL without what may be secret: name and password, query, fragment. It works on the text, because
/// what has to be shown may be too broken to parse, and rather hides too much. None if it is no URL.
fn masked_url(text: &str) -> Option<String> {
    let (scheme, rest) = text.split_once(':')?;
    let is_scheme = scheme.starts_with(|first: char| first.is_ascii_alphabetic())
        && scheme
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c));
    if !is_scheme {
        return None;
    }
    let slashes = &rest[..rest.len() - rest.trim_start_matches('/').len()];
    let rest = &rest[slashes.len()..];
    // A password may hold any of these unescaped, so everything up to the last @ goes.
    let (hidden, rest) = match rest.rsplit_once('@') {
        Some((before, _)) if before.contains(['?', '#']) => ("***", ""),
        Some((_, after)) => ("***@", after),
        None => ("", rest),
    };
    let rest = match rest.split_once(['?', '#']) {
        Some((before, _)) => format!("{before}?***"),
        None => rest.to_owned(),
    };
    Some(printable(&format!("{scheme}:{slashes}{hidden}{rest}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_is_shown_without_what_may_be_secret() {
        for (url, seen) in [
            ("redis://cache:6379/2", "redis://cache:6379/2"),
            ("redis://:pa55@cache:6379", "redis://***@cache:6379"),
            ("redis://u:pa55@b@cache", "redis://***@cache"),
            ("redis://u:pa?55@cache", "redis://***"),
            (
                "redis-cluster://u:pa55@a,redis-cluster://u:pa55@b/",
                "redis-cluster://***@b/",
            ),
            ("unix:/run/redis.sock?pass=pa55", "unix:/run/redis.sock?***"),
            ("unix:///run/redis.sock?pass=pa@55", "unix:///***"),
            ("https://a/?key=pa55#x", "https://a/?***"),
        ] {
            assert_eq!(shown(Kind::SecretUrl, url), seen, "{url}");
        }
        assert_eq!(shown(Kind::SecretUrl, "pa55"), "set");
        assert_eq!(shown(Kind::SecretUrl, "/pa:55"), "set");
        assert_eq!(shown(Kind::SecretUrl, "user:pa55"), "set");
        assert_eq!(shown(Kind::Plain, "a\nb"), "a\\nb");
    }
}
