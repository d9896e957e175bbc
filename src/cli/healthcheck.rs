//! `patchbay healthcheck`

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::process::ExitCode;
use std::time::Duration;

use super::Outcome;
use crate::config::Sources;
use crate::outbound;

/// The longest wait for the answer; the readiness check itself takes less than two seconds.
const PATIENCE: Duration = Duration::from_secs(3);

pub(super) async fn run() -> Outcome {
    let sources = Sources::from_process().map_err(|problems| problems.to_string())?;
    let loaded = super::read(&sources)?;
    let address = reachable(loaded.config.server.bind);
    let url = format!("http://{address}/health/ready");
    match outbound::probe(&url, PATIENCE).await {
        Some(200) => Ok(ExitCode::SUCCESS),
        Some(status) => Err(format!("{address} is not ready (status {status})").into()),
        None => Err(format!("{address} does not answer").into()),
    }
}

/// Where a server that listens on `bind` is reached from its own machine.
fn reachable(bind: SocketAddr) -> SocketAddr {
    let host = match bind.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(ip) if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        ip => ip,
    };
    SocketAddr::new(host, bind.port())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_is_asked_where_it_can_be_reached_from_here() {
        for (bind, asked) in [
            ("0.0.0.0:8000", "127.0.0.1:8000"),
            ("[::]:8000", "[::1]:8000"),
            ("192.0.2.7:80", "192.0.2.7:80"),
            ("[2001:db8::7]:80", "[2001:db8::7]:80"),
        ] {
            let bind = bind.parse().expect("an address");
            assert_eq!(reachable(bind).to_string(), asked);
        }
    }
}
