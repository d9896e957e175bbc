//! Loads of one HubSpot account: three streams of the same size, and a single large one.

use std::time::Duration;

use crate::bound::{Limit, Step, best};
use crate::measured::{Plan, measure};
use crate::support::fleet::Fleet;

/// Records a page.
pub const PAGE: u64 = 100;
/// What HubSpot documents for an account that installed a marketplace app, without searches.
pub const LIMIT: Limit = Limit {
    calls: 110,
    per: Duration::from_secs(10),
};

/// The best time of streams of these sizes with one cursor each, within these limits.
pub fn cursors(sizes: &[u64], latency: Duration, limits: &[Limit]) -> Duration {
    let counts_for: Vec<usize> = (0..limits.len()).collect();
    let streams = sizes
        .iter()
        .filter_map(|size| Step::pages(pages(*size), &counts_for));
    best(streams.collect(), latency, limits)
}

/// The best time where any page can be asked for at any time, within the limit.
pub fn pages_at_once(sizes: &[u64], latency: Duration) -> Duration {
    let all: u64 = sizes.iter().map(|size| pages(*size)).sum();
    let one = || Step {
        counts_for: vec![0],
        then: Vec::new(),
    };
    best((0..all).map(|_| one()).collect(), latency, &[LIMIT])
}

/// A list that is empty takes a call as well.
fn pages(size: u64) -> u64 {
    size.div_ceil(PAGE).max(1)
}

/// 3 x 5,000 records, as fast as the answers come and within the real limit.
pub async fn three() {
    const SIZES: [u64; 3] = [5_000; 3];
    let latency = Duration::from_millis(100);
    for (ours, theirs) in [("off", "off"), ("auto", "on")] {
        let fleet = Fleet::start(1, &[("HUBSPOT_RATE_LIMIT", ours)]).await;
        let mut ada = fleet.person("ada").await;
        let limits: &[Limit] = if theirs == "on" { &[LIMIT] } else { &[] };
        let mut bounds = vec![("one cursor a stream", cursors(&SIZES, latency, &[]))];
        if theirs == "on" {
            bounds.push(("the limit", pages_at_once(&SIZES, latency)));
            bounds.push(("both", cursors(&SIZES, latency, limits)));
        }
        let plan = Plan {
            what: &format!(
                "HubSpot, 3 x 5,000 records at 100 ms, HUBSPOT_RATE_LIMIT={ours}, provider's limit {theirs}"
            ),
            provider: "hubspot",
            streams: &[],
            controls: &[
                ("contacts", "5000"),
                ("companies", "5000"),
                ("deals", "5000"),
                ("latency_ms", "100"),
                ("rate_limit", theirs),
            ],
            bounds: &bounds,
        };
        measure(&fleet, &mut ada, &plan).await.is_whole(15_000);
    }
}

/// 50,000 contacts within the real limit: one cursor's latency is what binds.
pub async fn one() {
    let latency = Duration::from_millis(250);
    let fleet = Fleet::start(1, &[]).await;
    let mut ada = fleet.person("ada").await;
    let plan = Plan {
        what: "HubSpot, one stream of 50,000 contacts at 250 ms, within the real limit",
        provider: "hubspot",
        streams: &["contacts"],
        controls: &[("contacts", "50000"), ("latency_ms", "250")],
        bounds: &[
            ("one cursor", cursors(&[50_000], latency, &[LIMIT])),
            ("the limit", pages_at_once(&[50_000], latency)),
        ],
    };
    measure(&fleet, &mut ada, &plan).await.is_whole(50_000);
}
