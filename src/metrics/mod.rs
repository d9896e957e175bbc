//! What can be counted and measured, for an operator's Prometheus: the one place that knows names and labels.
//!
//! Whoever has something to tell calls a function of this module, and is done in a moment: nothing here waits. A label has
//! few values, all known beforehand or bounded by what the program is built of: a route's pattern, a provider's id, an
//! outcome. Never an org, a person, a host, a path or a token; what is not known counts as `other`.
//!
//! Until [`start`] was called all of it does nothing, and takes no memory. What is started counts for the whole process.

mod calls;
mod labels;
mod list;
mod loads;
mod people;
mod process;
mod requests;
mod store;
mod traces;
mod vault;

use std::sync::OnceLock;

use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};

pub use calls::{provider_answered, provider_asked_again, provider_limited, waited_for_turn};
pub use labels::{Admission, Asked, Ending, PoolState, RedisDid, Refreshed, Spans, method};
pub use list::{ALL, Kind, Metric};
pub use loads::{Running, load_runs, loads_wait, page_came};
pub use people::{limited, noted, signed_in, trail_lost, trail_waits};
use process::Collector;
pub use requests::{Request, request_begins};
pub use store::{Pool, redis_answers, redis_did, redis_pool};
pub use traces::spans;
pub use vault::{credentials_held, due, leads_upkeep, refreshed, upkeep_ended};

/// What is there once it was started.
struct Started {
    handle: PrometheusHandle,
    process: Collector,
    labels: labels::Known,
}

static STARTED: OnceLock<Started> = OnceLock::new();

/// The metrics cannot be started: something else in this process collects them already.
#[derive(Debug, thiserror::Error)]
#[error("metrics are collected by something else in this process already")]
pub struct NotStarted;

/// Begins to count. `providers` are the ids that may stand in labels, each with those of its streams. A second start changes
/// nothing.
pub fn start(providers: Vec<(&'static str, Vec<&'static str>)>) -> Result<(), NotStarted> {
    if STARTED.get().is_some() {
        return Ok(());
    }
    let handle = builder().install_recorder().map_err(|_| NotStarted)?;
    let started = Started {
        handle,
        process: Collector::default(),
        labels: labels::Known::new(providers),
    };
    // Two apps of one process that start at once share what the first one made.
    let _ = STARTED.set(started);
    list::describe();
    Collector::default().describe();
    vault::begin();
    loads::begin();
    people::begin();
    traces::begin();
    metrics::gauge!(list::BUILD_INFO.name, "version" => env!("CARGO_PKG_VERSION")).set(1.0);
    Ok(())
}

fn builder() -> PrometheusBuilder {
    let mut builder = PrometheusBuilder::new();
    for metric in ALL {
        if let Kind::Histogram(buckets) = metric.kind {
            let name = Matcher::Full(metric.name.to_owned());
            // Only an empty list of buckets is refused.
            builder = match builder.set_buckets_for_metric(name, buckets) {
                Ok(builder) => builder,
                Err(_) => PrometheusBuilder::new(),
            };
        }
    }
    builder
}

/// Whether anything is counted.
pub fn is_on() -> bool {
    STARTED.get().is_some()
}

fn known() -> Option<&'static labels::Known> {
    STARTED.get().map(|started| &started.labels)
}

/// Everything as Prometheus reads it, `now_ms` being the time in milliseconds since 1970; nothing where nothing is counted.
pub fn render(now_ms: i64) -> String {
    let Some(started) = STARTED.get() else {
        return String::new();
    };
    started.process.collect();
    loads::measure_age(now_ms);
    started.handle.render()
}

/// What is measured is kept one by one until it is rendered or this is called: without it a process that nobody asks would
/// grow.
pub fn tidy() {
    if let Some(started) = STARTED.get() {
        started.handle.run_upkeep();
    }
}

#[cfg(test)]
mod tests;
