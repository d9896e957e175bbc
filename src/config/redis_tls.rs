//! The certificates for a Redis with TLS.

use std::fs::File;
use std::path::PathBuf;

use super::parse::{Invalid, Parsed};
use super::reader::Reader;

/// The settings that name them.
pub(super) const FILES: [&str; 3] = ["REDIS_CA_FILE", "REDIS_CERT_FILE", "REDIS_KEY_FILE"];

/// PEM files for TLS. They were readable at the start.
#[derive(Debug, Clone)]
pub struct TlsFiles {
    /// The authority to trust; none: the usual ones.
    pub ca: Option<PathBuf>,
    /// What we show of ourselves.
    pub client: Option<ClientCertificate>,
}

#[derive(Debug, Clone)]
pub struct ClientCertificate {
    pub certificate: PathBuf,
    pub key: PathBuf,
}

/// None where no file was given.
pub(super) fn read(reader: &mut Reader) -> Option<TlsFiles> {
    let [ca, certificate, key] = FILES.map(|name| reader.optional(name, readable));
    let [_, certificate_name, key_name] = FILES;
    for (name, other) in [(certificate_name, key_name), (key_name, certificate_name)] {
        if reader.given(name) && !reader.given(other) {
            reader.problem(
                name,
                format!("is set without {other}"),
                "set both or neither",
            );
        }
    }
    let client = certificate
        .zip(key)
        .map(|(certificate, key)| ClientCertificate { certificate, key });
    (ca.is_some() || client.is_some()).then_some(TlsFiles { ca, client })
}

fn readable(text: &str) -> Parsed<PathBuf> {
    File::open(text).map_err(|error| {
        Invalid::new(
            format!("cannot be read ({error})"),
            "name a PEM file that Patchbay may read",
        )
    })?;
    Ok(PathBuf::from(text))
}
