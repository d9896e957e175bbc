//! From the text of a setting to its type. A refusal says what is wrong and what is possible; the reader
//! adds the name and, unless the setting is secret, the value.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use url::Url;

/// Beyond this a duration is a slip of the pen, and Redis and the clock would overflow on it.
const LONGEST: Duration = Duration::from_secs(100 * 365 * 24 * 60 * 60);

/// Why a text is refused.
#[derive(Debug)]
pub(super) struct Invalid {
    /// The refused element, where the text is a list.
    pub part: Option<String>,
    pub wrong: String,
    pub possible: String,
}

impl Invalid {
    pub fn new(wrong: impl Into<String>, possible: impl Into<String>) -> Invalid {
        Invalid {
            part: None,
            wrong: wrong.into(),
            possible: possible.into(),
        }
    }
}

pub(super) type Parsed<T> = Result<T, Invalid>;

pub(super) fn text(text: &str) -> Parsed<String> {
    Ok(text.to_owned())
}

pub(super) fn path(text: &str) -> Parsed<PathBuf> {
    Ok(PathBuf::from(text))
}

pub(super) fn address(text: &str) -> Parsed<SocketAddr> {
    text.parse().map_err(|_| {
        Invalid::new(
            "is not an IP address and port",
            "write it like 127.0.0.1:8000 or [::]:8000",
        )
    })
}

pub(super) fn switch(text: &str) -> Parsed<bool> {
    match text.to_ascii_lowercase().as_str() {
        "on" | "true" | "yes" | "1" => Ok(true),
        "off" | "false" | "no" | "0" => Ok(false),
        _ => Err(Invalid::new(
            "is neither on nor off",
            "write on or off, or true or false",
        )),
    }
}

pub(super) fn count(text: &str) -> Parsed<u64> {
    text.parse()
        .map_err(|_| Invalid::new("is not a whole number", "write it like 1000, or 0"))
}

pub(super) fn duration(text: &str) -> Parsed<Duration> {
    let possible = "write it like 300s, 5m, 12h or 30d";
    let duration = humantime::parse_duration(text)
        .map_err(|_| Invalid::new("is not a duration with its unit", possible))?;
    if duration > LONGEST {
        return Err(Invalid::new("is longer than 100 years", possible));
    }
    Ok(duration)
}

/// A duration after which something ends: nothing could live for less than a second.
pub(super) fn lifetime(text: &str) -> Parsed<Duration> {
    let duration = duration(text)?;
    if duration < Duration::from_secs(1) {
        return Err(Invalid::new(
            "is less than a second",
            "write it like 300s, 5m, 12h or 30d",
        ));
    }
    Ok(duration)
}

/// An http or https URL. A name and password in it are refused, because URLs end in logs and pages.
pub(super) fn endpoint(text: &str) -> Parsed<Url> {
    let possible = "write it like https://example.com/path";
    let url =
        Url::parse(text).map_err(|_| Invalid::new("is not an http or https URL", possible))?;
    if !matches!(url.scheme(), "http" | "https") || !url.has_host() {
        return Err(Invalid::new("is not an http or https URL", possible));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(Invalid::new("carries a name or password", possible));
    }
    if url.fragment().is_some() {
        return Err(Invalid::new("has a part after #", possible));
    }
    Ok(url)
}

/// An endpoint without a query, under which paths are put.
pub(super) fn base(text: &str) -> Parsed<Url> {
    let url = endpoint(text)?;
    if url.query().is_some() {
        return Err(Invalid::new(
            "has a query",
            "leave out everything from the ? on",
        ));
    }
    Ok(url)
}

/// Scheme, host and port, nothing else.
pub(super) fn origin(text: &str) -> Parsed<Url> {
    let possible = "give scheme, host and port only, like https://example.com";
    let url = base(text).map_err(|invalid| Invalid::new(invalid.wrong, possible))?;
    if url.path() != "/" {
        return Err(Invalid::new("has a path", possible));
    }
    Ok(url)
}

/// The elements of a list; spaces around them and empty ones do not count.
pub(super) fn list<T>(
    separator: char,
    parse: fn(&str) -> Parsed<T>,
) -> impl Fn(&str) -> Parsed<Vec<T>> {
    move |text| {
        elements(text, separator)
            .map(|element| {
                parse(element).map_err(|invalid| Invalid {
                    part: Some(element.to_owned()),
                    ..invalid
                })
            })
            .collect()
    }
}

pub(super) fn elements(text: &str, separator: char) -> impl Iterator<Item = &str> {
    text.split(separator)
        .map(str::trim)
        .filter(|element| !element.is_empty())
}

/// Whether the host of a URL is this machine, where plain http is no danger.
pub(super) fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(url::Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(url::Host::Ipv4(address)) => address.is_loopback(),
        Some(url::Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}
