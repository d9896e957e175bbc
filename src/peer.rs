//! From where a request came, and by which name the log knows it.

use std::net::IpAddr;

/// From where a request came. What no request asked for has none of both.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Peer {
    /// The address of whoever asked, as far as it can be believed.
    pub address: Option<IpAddr>,
    /// The request's id, under which the log has it.
    pub request: Option<String>,
}
