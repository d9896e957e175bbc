//! Whose word is believed about an address, and how far.

use actix_web::http::header::HeaderValue;
use proptest::prelude::*;

use super::*;

/// The networks of an operator's proxies.
fn trusted() -> Vec<Network> {
    ["10.0.0.0/8", "fd00::/8"].map(Network::sample).into()
}

fn ip(text: &str) -> IpAddr {
    text.parse().expect("an address")
}

fn seen(socket: &str, headers: &[&str]) -> IpAddr {
    let mut map = HeaderMap::new();
    for header in headers {
        // One byte for each letter, so that not all of it is text.
        let bytes: Vec<u8> = header.chars().map(|letter| letter as u8).collect();
        let value = HeaderValue::from_bytes(&bytes).expect("a header");
        map.append(X_FORWARDED_FOR, value);
    }
    address(ip(socket), &map, &trusted())
}

#[test]
fn a_stranger_is_believed_nothing() {
    for socket in ["203.0.113.9", "11.0.0.1", "2001:db8::1", "127.0.0.1"] {
        assert_eq!(seen(socket, &["198.51.100.7"]), ip(socket));
        assert_eq!(seen(socket, &["10.0.0.2", "10.0.0.3"]), ip(socket));
    }
}

#[test]
fn a_trusted_proxy_says_who_asked_it() {
    for (headers, expected) in [
        (&["203.0.113.9"][..], "203.0.113.9"),
        // What the asker had written before is no proxy's word.
        (&["198.51.100.7, 203.0.113.9"], "203.0.113.9"),
        (&["10.9.9.9, 203.0.113.9"], "203.0.113.9"),
        (&["198.51.100.7,203.0.113.9 ,  10.0.0.2"], "203.0.113.9"),
        (&["198.51.100.7", "203.0.113.9", "10.0.0.2"], "203.0.113.9"),
        (&["203.0.113.9, fd00::2"], "203.0.113.9"),
        // Where all of it is ours, the first of ours asked.
        (&["10.0.0.7, 10.0.0.2"], "10.0.0.7"),
        (&[], "10.0.0.1"),
    ] {
        assert_eq!(seen("10.0.0.1", headers), ip(expected), "{headers:?}");
    }
}

#[test]
fn an_address_may_have_a_port_or_brackets() {
    for (entry, expected) in [
        ("203.0.113.9:4711", "203.0.113.9"),
        ("[2001:db8::1]", "2001:db8::1"),
        ("[2001:db8::1]:4711", "2001:db8::1"),
        ("2001:db8::1", "2001:db8::1"),
        ("::ffff:203.0.113.9", "203.0.113.9"),
        ("[::ffff:203.0.113.9]:80", "203.0.113.9"),
        ("  203.0.113.9\t", "203.0.113.9"),
    ] {
        assert_eq!(seen("10.0.0.1", &[entry]), ip(expected), "{entry}");
        // A dual-stack socket reports IPv4 in IPv6.
        assert_eq!(seen("::ffff:10.0.0.1", &[entry]), ip(expected), "{entry}");
    }
    assert_eq!(seen("::ffff:192.0.2.1", &[]), ip("192.0.2.1"));
}

#[test]
fn what_is_no_address_ends_the_list_at_the_proxy_before_it() {
    for entry in [
        "",
        "unknown",
        "_hidden",
        "203.0.113",
        "203.0.113.9.1",
        "203.0.113.9:x",
        "[203.0.113.9]",
        "fe80::1%eth0",
        "203.0.113.9; drop",
        "\u{e9}",
    ] {
        assert_eq!(seen("10.0.0.1", &[entry]), ip("10.0.0.1"), "{entry}");
        let list = format!("203.0.113.9, {entry}, 10.0.0.2");
        assert_eq!(seen("10.0.0.1", &[&list]), ip("10.0.0.2"), "{entry}");
        // A stranger cannot hide behind it.
        let list = format!("{entry}, 203.0.113.9");
        assert_eq!(seen("10.0.0.1", &[&list]), ip("203.0.113.9"), "{entry}");
        let headers = ["203.0.113.9", entry, "10.0.0.2"];
        assert_eq!(seen("10.0.0.1", &headers), ip("10.0.0.2"), "{entry}");
    }
}

/// A header as somebody could make it up.
fn header() -> impl Strategy<Value = String> {
    let entry = prop_oneof![
        any::<std::net::Ipv4Addr>().prop_map(|it| it.to_string()),
        any::<std::net::Ipv6Addr>().prop_map(|it| it.to_string()),
        "[0-9a-f.:,\\[\\]% ]{0,24}",
        "[ -~]{0,12}",
    ];
    prop::collection::vec(entry, 0..6).prop_map(|entries| entries.join(","))
}

proptest! {
    #[test]
    fn nobody_chooses_their_address(sent in prop::collection::vec(header(), 0..4), own: std::net::Ipv4Addr) {
        let own = IpAddr::from(own);
        let outside = !trusted().iter().any(|network| network.contains(own));
        prop_assume!(outside);
        let sent: Vec<&str> = sent.iter().map(String::as_str).collect();
        prop_assert_eq!(seen(&own.to_string(), &sent), own);
        // A proxy adds the address of who asked it, and another one that of the proxy.
        let word = own.to_string();
        let mut added = sent.clone();
        added.push(&word);
        prop_assert_eq!(seen("10.0.0.1", &added), own);
        added.push("10.0.0.1");
        prop_assert_eq!(seen("10.0.0.2", &added), own);
    }
}
