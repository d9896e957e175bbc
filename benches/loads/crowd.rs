//! Fifty people at once on two Patchbays: how long each waits against loading alone.

use std::time::{Duration, Instant};

use tokio::task::JoinSet;

use crate::bases;
use crate::bound::{Limit, Step, best};
use crate::hubspot::{LIMIT, PAGE, cursors};
use crate::loaded::Loaded;
use crate::measured::at_the_provider;
use crate::person::Person;
use crate::spread::Spread;
use crate::support::fleet::Fleet;

const PEOPLE: usize = 50;
const LATENCY: Duration = Duration::from_millis(100);
/// The stand-in's further accounts begin here.
const FIRST_ACCOUNT: usize = 148_000_000;
/// After it no window holds what was done before.
const PAUSE: Duration = Duration::from_secs(11);

/// What everyone does.
#[derive(Clone, Copy)]
struct Plan {
    what: &'static str,
    provider: &'static str,
    streams: &'static [&'static str],
    controls: &'static [(&'static str, &'static str)],
    /// Whether everyone has an account of their own.
    own: bool,
    items: u64,
    /// The best time of all together.
    bound: Duration,
}

pub async fn run() {
    own_accounts().await;
    one_account().await;
    same_bases().await;
}

async fn own_accounts() {
    measure(Plan {
        what: "HubSpot, each with an account of their own: 2,000 contacts, 300 companies, 150 deals at 100 ms",
        provider: "hubspot",
        streams: &[],
        controls: &[("contacts", "2000"), ("companies", "300"), ("deals", "150"), ("latency_ms", "100")],
        own: true,
        items: 2_450,
        bound: cursors(&[2_000, 300, 150], LATENCY, &[LIMIT]),
    })
    .await;
}

async fn one_account() {
    let one = || {
        [500, 100, 100]
            .into_iter()
            .filter_map(|size: u64| Step::pages(size / PAGE, &[0]))
    };
    let all = (0..PEOPLE).flat_map(|_| one()).collect();
    measure(Plan {
        what: "HubSpot, all with one account: 500 contacts, 100 companies, 100 deals at 100 ms",
        provider: "hubspot",
        streams: &[],
        controls: &[
            ("contacts", "500"),
            ("companies", "100"),
            ("deals", "100"),
            ("latency_ms", "100"),
        ],
        own: false,
        items: 700,
        bound: best(all, LATENCY, &[LIMIT]),
    })
    .await;
}

async fn same_bases() {
    let limits: Vec<Limit> = bases::limits(4);
    let all = (0..PEOPLE).map(|_| bases::steps(4, 2, true)).collect();
    measure(Plan {
        what: "Airtable, all with the same 4 bases x 2 tables, 100 records each, at 100 ms",
        provider: "airtable",
        streams: &["bases", "tables", "records"],
        controls: &[
            ("bases", "4"),
            ("tables", "2"),
            ("records", "100"),
            ("unreadable", "off"),
            ("latency_ms", "100"),
        ],
        own: false,
        items: 812,
        bound: best(all, LATENCY, &limits),
    })
    .await;
}

async fn measure(plan: Plan) {
    println!("{}", plan.what);
    let fleet = Fleet::start(2, &[]).await;
    let mut people = connected(&fleet, plan).await;
    fleet.stand_ins.control(plan.provider, plan.controls).await;
    tokio::time::sleep(PAUSE).await;
    let mut first = people[0].clone();
    let alone = first.load(plan.provider, plan.streams).await;
    alone.is_whole(plan.items);
    tokio::time::sleep(PAUSE).await;
    fleet
        .stand_ins
        .control(plan.provider, &[("reset_counters", "1")])
        .await;
    let (begun, used) = (Instant::now(), fleet.processor());
    let mut loads = JoinSet::new();
    for (number, mut person) in people.drain(..).enumerate() {
        person.turn_to(number);
        loads.spawn(async move { person.load(plan.provider, plan.streams).await });
    }
    let loads = loads.join_all().await;
    let (all, used) = (begun.elapsed(), fleet.processor() - used);
    let state = fleet.stand_ins.state(plan.provider).await;
    print(plan, &alone, &loads, all);
    println!(
        "   {used:.2} s of the processor for all; {}",
        at_the_provider(&state)
    );
}

async fn connected(fleet: &Fleet, plan: Plan) -> Vec<Person> {
    let mut people = Vec::new();
    for number in 0..PEOPLE {
        let mut person = fleet.person(&format!("person{number}")).await;
        let account = (FIRST_ACCOUNT + number).to_string();
        let fields = [("account", account.as_str())];
        let fields: &[_] = if plan.own { &fields } else { &[] };
        person.connect(plan.provider, fields).await;
        people.push(person);
    }
    people
}

fn print(plan: Plan, alone: &Loaded, loads: &[Loaded], all: Duration) {
    for load in loads {
        load.is_whole(plan.items);
    }
    let spread = Spread::of(loads.iter().map(|load| load.took).collect()).expect("some");
    let first_rows = Spread::of(loads.iter().filter_map(|load| load.first_rows).collect());
    println!(
        "   alone {:.2} s; {PEOPLE} at once {spread} (least, median, most)",
        alone.took.as_secs_f64()
    );
    println!(
        "   the last waits {:.2} x as long as alone",
        spread.most.as_secs_f64() / alone.took.as_secs_f64()
    );
    println!(
        "   {:.3} x the bound of {:.2} s: {}; {:.2} s until all pages said the end",
        spread.most.as_secs_f64() / plan.bound.as_secs_f64(),
        plan.bound.as_secs_f64(),
        if plan.own {
            "one account's limit"
        } else {
            "the limits that all share"
        },
        all.as_secs_f64()
    );
    let refused: u64 = loads.iter().map(|load| load.refused).sum();
    if refused > 0 {
        println!("   {refused} questions for the progress were answered with a failure");
    }
    if let Some(first_rows) = first_rows {
        println!("   first rows on the page after {first_rows}");
    }
}
