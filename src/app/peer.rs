//! From where a request comes: the address of the connection or, where that is a trusted proxy's, the one that the
//! proxy says it came from.
//!
//! Each proxy adds the address of who asked it at the end of `X-Forwarded-For`. So the list is read from its end, and
//! no further than trusted proxies have written it: whatever stands before that was sent by a stranger, who may write
//! what they like. Nothing else that a proxy says is believed: scheme and host are those of `PATCHBAY_PUBLIC_URL`.

use std::net::{IpAddr, Ipv6Addr, SocketAddr};
use std::sync::Arc;

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{HeaderMap, X_FORWARDED_FOR};
use actix_web::middleware::Next;
use actix_web::{Error, HttpMessage};
use tracing_actix_web::RequestId;

use crate::config::Network;
use crate::peer::Peer;

/// Puts the peer of a request at hand, for whoever answers it.
pub(super) async fn remember<B: MessageBody>(
    trusted: Arc<[Network]>,
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<B>, Error> {
    let socket = request.peer_addr().map(|socket| socket.ip());
    let id = request.extensions().get::<RequestId>().copied();
    let peer = Peer {
        address: socket.map(|socket| address(socket, request.headers(), &trusted)),
        request: id.map(|id| id.to_string()),
    };
    request.extensions_mut().insert(peer);
    next.call(request).await
}

/// The first address from the end that is no trusted proxy's; where the list holds something else before that, the
/// last proxy before it.
fn address(socket: IpAddr, headers: &HeaderMap, trusted: &[Network]) -> IpAddr {
    let is_trusted = |hop: IpAddr| trusted.iter().any(|network| network.contains(hop));
    let mut hop = socket.to_canonical();
    for entry in forwarded(headers).into_iter().rev() {
        match read(entry).filter(|_| is_trusted(hop)) {
            Some(before) => hop = before,
            None => break,
        }
    }
    hop
}

/// All entries of all headers, which count as one list. What is no text spoils its own entry, and not those that a proxy
/// has added behind it.
fn forwarded(headers: &HeaderMap) -> Vec<&str> {
    let headers = headers.get_all(X_FORWARDED_FOR);
    let entries = headers.flat_map(|header| header.as_bytes().split(|byte| *byte == b','));
    let texts = entries.map(|entry| std::str::from_utf8(entry).unwrap_or_default());
    texts.collect()
}

/// An address, with a port or without, in brackets or without.
fn read(entry: &str) -> Option<IpAddr> {
    let entry = entry.trim();
    let bracketed = || entry.strip_prefix('[')?.strip_suffix(']')?.parse().ok();
    let with_port = || entry.parse().ok().map(|socket: SocketAddr| socket.ip());
    let plain = entry.parse().ok().or_else(with_port);
    let address = plain.or_else(|| bracketed().map(|address: Ipv6Addr| address.into()));
    address.map(|address: IpAddr| address.to_canonical())
}

#[cfg(test)]
mod tests;
