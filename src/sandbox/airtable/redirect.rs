//! Which redirect addresses may be registered, as Airtable documents it.

use url::{Host, Url};

/// Endings of host names that are no public top-level domains.
const PRIVATE: [&str; 6] = ["local", "localhost", "internal", "lan", "home", "invalid"];

/// The address if it is registered letter by letter and keeps the rules for registering.
pub fn checked(text: &str, registered: &[String]) -> Option<Url> {
    if !registered.iter().any(|one| one == text) {
        return None;
    }
    let url = Url::parse(text).ok()?;
    let is_plain = url.username().is_empty()
        && url.password().is_none()
        && url.fragment().is_none()
        && is_plain_text(text);
    (is_plain && has_good_host(&url) && is_form(url.query().unwrap_or_default())).then_some(url)
}

/// No wildcard, no zero byte and no step upwards, encoded or not: the parser would resolve it silently.
fn is_plain_text(text: &str) -> bool {
    let text = text.to_ascii_lowercase();
    let path = text.split('?').next().unwrap_or_default();
    let mut parts = path.split(['/', '\\']);
    !text.contains('*')
        && !text.contains("%00")
        && !parts.any(|part| part.replace("%2e", ".") == "..")
}

/// A public domain by https; `localhost` and 127.0.0.1 may do without.
fn has_good_host(url: &Url) -> bool {
    let is_secure = url.scheme() == "https";
    match url.host() {
        Some(Host::Domain("localhost")) => is_secure || url.scheme() == "http",
        Some(Host::Ipv4(address)) if address.octets() == [127, 0, 0, 1] => {
            is_secure || url.scheme() == "http"
        }
        Some(Host::Domain(name)) => is_secure && is_public(name),
        _ => false,
    }
}

fn is_public(name: &str) -> bool {
    let ending = name.trim_end_matches('.').rsplit_once('.');
    ending.is_some_and(|(_, ending)| {
        !PRIVATE.contains(&ending) && ending.bytes().any(|byte| byte.is_ascii_alphabetic())
    })
}

/// Every percent sign is followed by two hexadecimal digits.
fn is_form(query: &str) -> bool {
    query.split('%').skip(1).all(|rest| {
        let mut digits = rest.bytes().take(2);
        rest.len() >= 2 && digits.all(|byte| byte.is_ascii_hexdigit())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn passes(text: &str) -> bool {
        checked(text, &[text.to_owned()]).is_some()
    }

    #[test]
    fn keeps_the_documented_rules() {
        for good in [
            "http://localhost:8000/cb",
            "http://127.0.0.1:8000/cb",
            "https://app.example.com/cb?a=%20b",
        ] {
            assert!(passes(good), "{good}");
        }
        for bad in [
            "http://app.example.com/cb",
            "http://[::1]/cb",
            "https://10.0.0.1/cb",
            "http://127.0.0.2/cb",
            "https://u:p@app.example.com/cb",
            "https://app.example.com/cb#x",
            "https://*.example.com/cb",
            "https://app.example.com/a/../cb",
            "https://app.example.com/a/%2E%2e/cb",
            "https://app.example.com/cb%00",
            "https://app.example.com/cb?a=%zz",
            "https://intranet/cb",
            "https://app.internal/cb",
            "custom:cb",
        ] {
            assert!(!passes(bad), "{bad}");
        }
    }

    #[test]
    fn matches_letter_by_letter() {
        let registered = ["https://app.example.com/cb".to_owned()];
        assert!(checked("https://app.example.com/cb/", &registered).is_none());
        assert!(checked("https://APP.example.com/cb", &registered).is_none());
    }
}
