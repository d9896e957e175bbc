//! Certificates for a Redis with TLS.

use redis::{
    ClientTlsConfig, ConnectionAddr, ConnectionInfo, IntoConnectionInfo as _, TlsCertificates,
};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
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
    ///
    /// # Errors
    ///
    /// A file has no certificate: the library would take that, and trust nobody.
    pub(super) fn certificates(&self) -> Result<Option<TlsCertificates>, ConnectError> {
        if self.ca.is_none() && self.client.is_none() {
            return Ok(None);
        }
        let own = self.client.as_ref().map(|(certificate, _)| certificate);
        for (name, pem) in [
            ("REDIS_CA_FILE", self.ca.as_ref()),
            ("REDIS_CERT_FILE", own),
        ] {
            if pem.is_some_and(|pem| !has_certificates(pem)) {
                return Err(ConnectError::new(format_args!(
                    "the file of {name} has no certificate, which begins with -----BEGIN CERTIFICATE-----"
                )));
            }
        }
        let client = self.client.as_ref();
        Ok(Some(TlsCertificates {
            client_tls: client.map(|(certificate, key)| ClientTlsConfig {
                client_cert: certificate.clone(),
                client_key: key.expose_secret().as_bytes().to_vec(),
            }),
            root_cert: self.ca.clone(),
        }))
    }

    /// A server's address with these certificates.
    pub(super) fn apply(&self, url: &SecretString) -> Result<ConnectionInfo, ConnectError> {
        let info = info(url)?;
        let Some(certificates) = self.certificates()? else {
            return Ok(info);
        };
        redis::Client::build_with_tls(info, certificates)
            .map(|client| client.get_connection_info().clone())
            .map_err(|_| ConnectError::certificates())
    }
}

/// Whether there are certificates in a PEM text, and nothing broken.
fn has_certificates(pem: &[u8]) -> bool {
    let all: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(pem).collect();
    all.is_ok_and(|all| !all.is_empty())
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
