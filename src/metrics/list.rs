//! Every metric there is: its name, what it tells, and which labels it has. `docs/operations.md` lists the same ones.

/// What sort of metric it is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Kind {
    /// It only grows.
    Counter,
    /// It goes up and down.
    Gauge,
    /// Durations in seconds, counted by these upper bounds.
    Histogram(&'static [f64]),
}

/// A metric.
#[derive(Clone, Copy, Debug)]
pub struct Metric {
    /// Its name.
    pub name: &'static str,
    /// Its sort.
    pub kind: Kind,
    /// The names of its labels.
    pub labels: &'static [&'static str],
    /// What it tells.
    pub help: &'static str,
}

/// Of answers to people and programs, in seconds.
const ANSWERS: &[f64] = &[
    0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0,
];
/// Of calls to providers, which end after 20 seconds.
const CALLS: &[f64] = &[0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 20.0];
/// Of waits for a turn in a provider's limit.
const WAITS: &[f64] = &[0.01, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0];
/// Of loads.
const LOADS: &[f64] = &[
    0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 120.0, 300.0, 600.0, 1800.0, 3600.0,
];
/// Of operations in Redis, which end after five seconds.
const OPERATIONS: &[f64] = &[
    0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0,
];

/// The table: the constant by which the module knows a metric, its name, sort, labels and help.
macro_rules! metrics {
    ($($constant:ident = $name:literal, $kind:expr, [$($label:literal),*], $help:literal;)*) => {
        $(pub(super) const $constant: Metric = Metric {
            name: $name,
            kind: $kind,
            labels: &[$($label),*],
            help: $help,
        };)*

        /// All of them, without those of the process itself, which have the names that Prometheus gives them.
        pub const ALL: &[Metric] = &[$($constant,)*];
    };
}

metrics! {
    BUILD_INFO = "patchbay_build_info", Kind::Gauge, ["version"],
        "Always 1; the label tells the version that runs.";

    HTTP_REQUESTS = "patchbay_http_requests_total", Kind::Counter, ["route", "method", "status"],
        "Requests that were answered, by route pattern, method and status; status 'none': whoever asked had gone.";
    HTTP_DURATION = "patchbay_http_request_duration_seconds", Kind::Histogram(ANSWERS), ["route", "method", "class"],
        "Time until the head of an answer was there, by route pattern, method and class of status.";
    HTTP_IN_FLIGHT = "patchbay_http_requests_in_flight", Kind::Gauge, [],
        "Requests that are being answered.";
    LIMITED = "patchbay_requests_limited_total", Kind::Counter, ["limit"],
        "Requests that one of our own limits refused.";

    SIGN_INS = "patchbay_sign_ins_total", Kind::Counter, ["way", "outcome"],
        "Sign-ins, by the way in and by what came of them.";
    ACTIVITY = "patchbay_activity_total", Kind::Counter, ["action"],
        "Entries of the activity trail, by action.";
    TRAIL_WAITING = "patchbay_trail_waiting", Kind::Gauge, [],
        "Turns of connections that wait to be written to the activity trail.";
    TRAIL_LOST = "patchbay_trail_lost_total", Kind::Counter, [],
        "Entries that could not be written to the activity trail.";

    PAGES = "patchbay_pages_loaded_total", Kind::Counter, ["provider", "stream"],
        "Pages of providers' lists that loads took in.";
    ITEMS = "patchbay_items_loaded_total", Kind::Counter, ["provider", "stream"],
        "Items that loads took in.";
    LOADS_ENDED = "patchbay_loads_ended_total", Kind::Counter, ["provider", "ending"],
        "Loads that ended in this process, by how.";
    LOAD_DURATION = "patchbay_load_duration_seconds", Kind::Histogram(LOADS), ["provider"],
        "Time from the start of a load to its end, where that came to be known here.";
    LOADS_RUNNING = "patchbay_loads_running", Kind::Gauge, [],
        "Loads that this process carries out.";
    LOAD_OLDEST = "patchbay_load_oldest_seconds", Kind::Gauge, [],
        "Age of the oldest load that this process carries out; 0 without any.";
    LOADS_WAITING = "patchbay_loads_waiting", Kind::Gauge, [],
        "Interrupted loads, over all replicas, that wait to be taken up; read from Redis at each scrape.";
    LOADS_WAITING_AGE = "patchbay_loads_waiting_oldest_seconds", Kind::Gauge, [],
        "For how long the oldest of them waits; 0 without any.";

    CALL_DURATION = "patchbay_provider_call_duration_seconds", Kind::Histogram(CALLS), ["provider", "kind", "class"],
        "Calls to providers and to the issuer of single sign-on, each try by itself, by class of status; 'none': no answer.";
    CALLS_LIMITED = "patchbay_provider_limited_total", Kind::Counter, ["provider"],
        "Answers of a provider's API that said 'too many requests'.";
    CALLS_AGAIN = "patchbay_provider_retries_total", Kind::Counter, ["provider"],
        "Calls of a provider's API that were repeated.";
    TURN_WAIT = "patchbay_provider_turn_wait_seconds", Kind::Histogram(WAITS), ["provider"],
        "Time that calls waited for their turn within what we allow ourselves at a provider.";

    REFRESHES = "patchbay_refreshes_total", Kind::Counter, ["provider", "outcome"],
        "Refreshes of tokens that ended in this process, by what came of them.";
    REFRESH_DURATION = "patchbay_refresh_duration_seconds", Kind::Histogram(CALLS), ["provider"],
        "Time that a refresh took, with its waits for other replicas.";
    CREDENTIALS_HELD = "patchbay_credentials_held", Kind::Gauge, [],
        "Fresh credentials that could not be stored yet and are held in memory.";
    DUE = "patchbay_due", Kind::Gauge, [],
        "Entries, over all replicas, that the upkeep should look after by now; read from Redis at each scrape.";
    DUE_AGE = "patchbay_due_oldest_seconds", Kind::Gauge, [],
        "For how long the oldest of them is due; 0 without any.";
    UPKEEP_LEADS = "patchbay_upkeep_leader", Kind::Gauge, [],
        "1 in the replica that does the upkeep, else 0.";
    UPKEEP_ENDED = "patchbay_upkeep_last_end_timestamp_seconds", Kind::Gauge, [],
        "When a run of the upkeep last came to its end in this process; 0 before the first.";

    REDIS_DURATION = "patchbay_redis_operation_duration_seconds", Kind::Histogram(OPERATIONS), ["outcome"],
        "Operations in Redis with their wait for a connection, by outcome: ok, away, refused.";
    REDIS_UP = "patchbay_redis_up", Kind::Gauge, [],
        "1 if Redis answered at this scrape, else 0.";
    REDIS_CONNECTIONS = "patchbay_redis_pool_connections", Kind::Gauge, ["state"],
        "Connections to Redis that are open: in_use, idle.";
    REDIS_MOST = "patchbay_redis_pool_max_connections", Kind::Gauge, [],
        "Connections to Redis that may be open at once.";
    REDIS_WAITING = "patchbay_redis_pool_waiting", Kind::Gauge, [],
        "Operations that wait for a connection to Redis.";

    SPANS = "patchbay_trace_spans_total", Kind::Counter, ["outcome"],
        "Spans that were sent to the OTLP collector, that could not be, or that found no room to wait for it.";
}

/// Tells the recorder what each is.
pub(super) fn describe() {
    for metric in ALL {
        match metric.kind {
            Kind::Counter => metrics::describe_counter!(metric.name, metric.help),
            Kind::Gauge => metrics::describe_gauge!(metric.name, metric.help),
            Kind::Histogram(_) => metrics::describe_histogram!(metric.name, metric.help),
        }
    }
}
