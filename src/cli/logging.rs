//! Where log lines go, and which of them.

use tracing_subscriber::EnvFilter;

use crate::config::{LogFormat, Logging};

/// At their most talkative these libraries write down addresses, heads and bodies, and with them codes and
/// tokens. Whatever the filter says, they say no more than this.
const QUIET: [&str; 9] = [
    "actix_http=info",
    "actix_server=info",
    "actix_web=info",
    "h2=info",
    "hyper=info",
    "hyper_util=info",
    "redis=info",
    "reqwest=info",
    "rustls=info",
];

/// Starts the log. A second start in one process changes nothing.
pub(super) fn start(logging: &Logging) {
    let mut filter = EnvFilter::try_new(&logging.filter).unwrap_or_else(|_| EnvFilter::new("info"));
    for directive in QUIET {
        if let Ok(directive) = directive.parse() {
            filter = filter.add_directive(directive);
        }
    }
    let log = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr);
    let started = match logging.format {
        LogFormat::Json => log.json().try_init(),
        LogFormat::Text => log
            .with_ansi(std::io::IsTerminal::is_terminal(&std::io::stderr()))
            .try_init(),
    };
    if let Err(error) = started {
        eprintln!("patchbay: the log was started already ({error})");
    }
}
