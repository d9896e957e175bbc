//! From where a request came, and by which name the log knows it.

use std::net::{IpAddr, Ipv6Addr};

/// From where a request came. What no request asked for has none of both.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Peer {
    /// The address of whoever asked, as far as it can be believed.
    pub address: Option<IpAddr>,
    /// The request's id, under which the log has it.
    pub request: Option<String>,
}

/// The bits of an IPv6 address that name a network; who has one has all addresses of it.
const NETWORK: u128 = u128::MAX << 64;

impl Peer {
    /// By what its requests are counted: its address, of IPv6 the network of it.
    pub fn counted_as(&self) -> String {
        match self.address {
            Some(IpAddr::V6(address)) => {
                Ipv6Addr::from_bits(address.to_bits() & NETWORK).to_string()
            }
            Some(IpAddr::V4(address)) => address.to_string(),
            None => String::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_network_is_one_however_many_addresses_it_has() {
        let counted = |address: &str| {
            let address = address.parse().ok();
            let request = None;
            Peer { address, request }.counted_as()
        };
        assert_eq!(counted("2001:db8:1:2::1"), counted("2001:db8:1:2:ffff::9"));
        assert_ne!(counted("2001:db8:1:2::1"), counted("2001:db8:1:3::1"));
        assert_eq!(counted("192.0.2.1"), "192.0.2.1");
        assert_ne!(counted("192.0.2.1"), counted("192.0.2.2"));
        assert_eq!(counted(""), "");
    }
}
