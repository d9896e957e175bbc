use std::net::SocketAddr;

use url::Url;

use super::parse::{address, base};
use super::reader::Reader;

/// Where metrics and traces go.
#[derive(Debug, Clone)]
pub struct Observe {
    /// Address and port of the metrics listener. Default none: off.
    pub metrics_bind: Option<SocketAddr>,
    /// The OTLP collector, http or https. Default none: off.
    pub otlp_endpoint: Option<Url>,
}

impl Observe {
    pub(super) fn read(reader: &mut Reader) -> Observe {
        Observe {
            metrics_bind: reader.optional("PATCHBAY_METRICS_BIND", address),
            otlp_endpoint: reader.optional("PATCHBAY_OTLP_ENDPOINT", base),
        }
    }
}
