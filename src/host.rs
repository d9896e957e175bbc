//! Which host names mean this Patchbay. One that somebody else points at us does not.

use std::net::IpAddr;

use url::Url;

/// Whether a `Host` header is that of the public URL, port and all.
pub fn is_own(host: &str, public: &Url) -> bool {
    let default = if public.scheme() == "https" { 443 } else { 80 };
    let (name, port) = match split(host) {
        (name, Some(port)) => (name, port.parse().ok()),
        (name, None) => (name, Some(default)),
    };
    public
        .host_str()
        .is_some_and(|own| own.eq_ignore_ascii_case(name))
        && port == public.port_or_known_default()
}

/// Whether a `Host` header names this machine, by whichever port it is reached.
pub fn is_loopback(host: &str) -> bool {
    let (name, _) = split(host);
    let address = name.strip_prefix('[').and_then(|it| it.strip_suffix(']'));
    let address: Result<IpAddr, _> = address.unwrap_or(name).parse();
    name.eq_ignore_ascii_case("localhost") || address.is_ok_and(|it| it.is_loopback())
}

/// The name and the port. The colons of an IPv6 address stand in brackets.
fn split(host: &str) -> (&str, Option<&str>) {
    match host.rsplit_once(':') {
        Some((name, port)) if !port.contains(']') => (name, Some(port)),
        _ => (host, None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_public_name_and_port_are_ours() {
        let public = Url::parse("http://localhost:8000").expect("a URL");
        assert!(is_own("localhost:8000", &public));
        assert!(is_own("LOCALHOST:8000", &public));
        for other in [
            "127.0.0.1:8000",
            "localhost",
            "localhost:80",
            "evil.example:8000",
            "",
            ":8000",
        ] {
            assert!(!is_own(other, &public), "{other}");
        }
        let secure = Url::parse("https://patchbay.example.com").expect("a URL");
        assert!(is_own("patchbay.example.com", &secure));
        assert!(is_own("patchbay.example.com:443", &secure));
        assert!(!is_own("patchbay.example.com:8000", &secure));
    }

    #[test]
    fn this_machine_has_few_names() {
        for host in [
            "localhost",
            "LocalHost:3000",
            "127.0.0.1:8000",
            "127.9.9.9",
            "[::1]",
            "[::1]:8000",
        ] {
            assert!(is_loopback(host), "{host}");
        }
        for host in [
            "",
            ":80",
            "evil.example",
            "localhost.evil.example",
            "evil.example:127.0.0.1",
            "127.0.0.1.evil.example",
            "10.0.0.1:8000",
            "0.0.0.0",
            "[::2]",
        ] {
            assert!(!is_loopback(host), "{host}");
        }
    }
}
