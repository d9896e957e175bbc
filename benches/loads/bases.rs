//! Many small lists with limits of their own: 40 Airtable bases with 10 tables each.

use std::time::Duration;

use crate::bound::{Limit, Step, best};
use crate::measured::{Plan, measure};
use crate::support::fleet::Fleet;

const BASES: usize = 40;
const TABLES: usize = 10;
const LATENCY: Duration = Duration::from_millis(100);

/// 50 calls a second for a person, which is limit 0, and five for each base.
pub fn limits(bases: usize) -> Vec<Limit> {
    let per = Duration::from_secs(1);
    let mut all = vec![Limit { calls: 50, per }];
    all.extend((0..bases).map(|_| Limit { calls: 5, per }));
    all
}

/// The list of bases, of each its tables, and of each of these a page of records if they are wanted.
pub fn steps(bases: usize, tables: usize, records: bool) -> Step {
    let base = |number: usize| {
        let counts_for = vec![0, number];
        let page = Step {
            counts_for: counts_for.clone(),
            then: Vec::new(),
        };
        Step {
            counts_for,
            then: vec![page; if records { tables } else { 0 }],
        }
    };
    Step {
        counts_for: vec![0],
        then: (1..=bases).map(base).collect(),
    }
}

pub async fn run() {
    let kinds: [(&str, &[&str], usize, u64); 2] = [
        ("bases and tables", &["bases", "tables"], 1 + BASES, 440),
        (
            "with 100 records a table",
            &["bases", "tables", "records"],
            1 + BASES + BASES * TABLES,
            40_440,
        ),
    ];
    for (what, streams, calls, items) in kinds {
        let best = best(
            vec![steps(BASES, TABLES, items > 440)],
            LATENCY,
            &limits(BASES),
        );
        let sum = LATENCY * u32::try_from(calls).expect("few");
        let plan = Plan {
            what: &format!("Airtable, 40 bases x 10 tables at 100 ms: {what}"),
            provider: "airtable",
            streams,
            controls: &[
                ("bases", "40"),
                ("tables", "10"),
                ("records", "100"),
                ("unreadable", "off"),
                ("latency_ms", "100"),
            ],
            bounds: &[("the limits", best), ("the sum of all latencies", sum)],
        };
        let fleet = Fleet::start(1, &[]).await;
        let mut ada = fleet.person("ada").await;
        measure(&fleet, &mut ada, &plan).await.is_whole(items);
    }
}
