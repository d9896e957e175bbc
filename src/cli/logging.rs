//! Where log lines go, and which of them.

use tracing_subscriber::Layer as _;
use tracing_subscriber::filter::{FilterExt as _, filter_fn};
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;
use tracing_subscriber::{EnvFilter, fmt};

use crate::config::{LogFormat, Logging};
use crate::traces::Traces;

/// At their most talkative these libraries write down addresses, heads and bodies, and with them codes and
/// tokens. Whatever the filter says, also of them by name, they say no more than `info`.
const QUIET: [&str; 9] = [
    "actix_http",
    "actix_server",
    "actix_web",
    "h2",
    "hyper",
    "hyper_util",
    "redis",
    "reqwest",
    "rustls",
];

/// Starts the log, and traces beside it, which do not depend on its filter. A second start in one process changes nothing.
pub(super) fn start(logging: &Logging, traces: Option<&Traces>) {
    let asked = EnvFilter::try_new(&logging.filter).unwrap_or_else(|_| EnvFilter::new("info"));
    let kept_quiet = filter_fn(|of| *of.level() <= tracing::Level::INFO || !is_quiet(of.target()));
    let told = asked.and(kept_quiet);
    let log = tracing_subscriber::registry().with(traces.map(Traces::layer));
    let lines = fmt::layer().with_writer(std::io::stderr);
    let started = match logging.format {
        LogFormat::Json => log.with(lines.json().with_filter(told)).try_init(),
        LogFormat::Text => {
            let colours = std::io::IsTerminal::is_terminal(&std::io::stderr());
            log.with(lines.with_ansi(colours).with_filter(told))
                .try_init()
        }
    };
    if let Err(error) = started {
        super::say(format_args!(
            "patchbay: the log was started already ({error})"
        ));
    }
}

fn is_quiet(target: &str) -> bool {
    let library = target.split("::").next().unwrap_or_default();
    QUIET.contains(&library)
}
