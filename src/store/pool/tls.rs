//! Certificates for a Redis with TLS.

use redis::{
    ClientTlsConfig, ConnectionAddr, ConnectionInfo, IntoConnectionInfo as _, TlsCertificates,
};
use secrecy::{ExposeSecret, SecretString};

use super::ConnectError;
use super::target::Login;

/// PEM text for `rediss://`, where the system's own roots are not the right ones.
#[derive(Clone, Debug, Default)]
pub struct TlsFiles {
    /// The authority that signed the server's certificate.
    pub ca: Option<Vec<u8>>,
    /// The client's certificate and its key.
    pub client: Option<(Vec<u8>, SecretString)>,
}

impl TlsFiles {
    /// As the client library wants them; `None` where there are none.
    pub(super) fn certificates(&self) -> Option<TlsCertificates> {
        if self.ca.is_none() && self.client.is_none() {
            return None;
        }
        let client = self.client.as_ref();
        Some(TlsCertificates {
            client_tls: client.map(|(certificate, key)| ClientTlsConfig {
                client_cert: certificate.clone(),
                client_key: key.expose_secret().as_bytes().to_vec(),
            }),
            root_cert: self.ca.clone(),
        })
    }

    /// A server's address with these certificates.
    pub(super) fn apply(&self, url: &SecretString) -> Result<ConnectionInfo, ConnectError> {
        let info = info(url)?;
        let Some(certificates) = self.certificates() else {
            return Ok(info);
        };
        redis::Client::build_with_tls(info, certificates)
            .map(|client| client.get_connection_info().clone())
            .map_err(|_| ConnectError::certificates())
    }
}

/// An address, taken apart. The parser's own message may repeat it, and with it a password.
fn info(url: &SecretString) -> Result<ConnectionInfo, ConnectError> {
    let info = url.expose_secret().into_connection_info();
    info.map_err(|_| ConnectError::new("it is not of the form redis://host:port/db"))
}

/// The same, with another login.
pub(super) fn with_login(info: ConnectionInfo, login: &Login) -> ConnectionInfo {
    let mut settings = info.redis_settings().clone();
    if let Some(username) = &login.username {
        settings = settings.set_username(username);
    }
    if let Some(password) = &login.password {
        settings = settings.set_password(password.expose_secret());
    }
    info.set_redis_settings(settings)
}

/// The same at another place.
pub(super) fn at(info: &ConnectionInfo, (host, port): &(String, u16)) -> ConnectionInfo {
    let mut address = info.addr().clone();
    if let ConnectionAddr::Tcp(at, its)
    | ConnectionAddr::TcpTls {
        host: at,
        port: its,
        ..
    } = &mut address
    {
        at.clone_from(host);
        *its = *port;
    }
    info.clone().set_addr(address)
}
