//! Two Patchbays of which now one and now the other is killed, while people load.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use reqwest::Method;
use serde_json::Value;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::person::Person;
use crate::spread::Spread;
use crate::support::fleet::Fleet;
use crate::support::{OtherProgram, Page};

const SEED: u64 = 20;
const KILLS: usize = 20;
const PEOPLE: u64 = 4;
const CONTACTS: usize = 10_000;
/// Between two kills there are so many milliseconds.
const BETWEEN: std::ops::Range<u64> = 1_500..8_000;
const FIRST_ACCOUNT: u64 = 148_000_000;
/// Rows a page of items.
const ROWS: usize = 500;
const LOOK: Duration = Duration::from_millis(100);
/// Longest wait for a Patchbay that answers.
const PATIENCE: Duration = Duration::from_secs(30);

/// What somebody's loads came to.
#[derive(Default)]
struct Came {
    /// Loads that ended complete, with exactly the provider's ids.
    whole: usize,
    /// How long each pause took: from the last growth that was seen to the take-up.
    pauses: Vec<Duration>,
}

pub async fn run() {
    println!(
        "HubSpot, {PEOPLE} people load {CONTACTS} contacts each at 50 ms, again and again; {KILLS} x kill -9, seed {SEED}"
    );
    let mut fleet = Fleet::start(2, &[("HUBSPOT_RATE_LIMIT", "off")]).await;
    let contacts = CONTACTS.to_string();
    let controls = [("contacts", contacts.as_str()), ("rate_limit", "off")];
    fleet.stand_ins.control("hubspot", &controls).await;
    let mut people = Vec::new();
    for number in 0..PEOPLE {
        people.push(connected(&fleet, number).await);
    }
    fleet
        .stand_ins
        .control("hubspot", &[("latency_ms", "50")])
        .await;
    let (begun, stop) = (Instant::now(), CancellationToken::new());
    let mut loads = JoinSet::new();
    for (person, ids) in people {
        loads.spawn(load_until(person, ids, stop.clone()));
    }
    let mut chance = StdRng::seed_from_u64(SEED);
    for _ in 0..KILLS {
        tokio::time::sleep(Duration::from_millis(chance.random_range(BETWEEN))).await;
        let victim = chance.random_range(0..2);
        fleet.kill(victim).await;
        fleet.revive(victim).await;
    }
    stop.cancel();
    print(loads.join_all().await, begun.elapsed());
}

fn print(came: Vec<Came>, took: Duration) {
    let whole: usize = came.iter().map(|one| one.whole).sum();
    let pauses: Vec<Duration> = came.into_iter().flat_map(|one| one.pauses).collect();
    println!(
        "   {whole} loads in {:.0} s, all complete with exactly the provider's ids, none twice",
        took.as_secs_f64()
    );
    println!(
        "   {} times a load was taken up after its process had died",
        pauses.len()
    );
    if let Some(spread) = Spread::of(pauses) {
        println!("   it went on after {spread} (least, median, most)");
    }
}

/// Somebody with an account of their own, and the ids that are there.
async fn connected(fleet: &Fleet, number: u64) -> (Person, BTreeSet<String>) {
    let account = (FIRST_ACCOUNT + number).to_string();
    let fields = [("account", account.as_str())];
    let mut person = fleet.person(&format!("person{number}")).await;
    person.connect("hubspot", &fields).await;
    person.turn_to(usize::try_from(number).expect("small"));
    let program = OtherProgram::connect(fleet.stand_ins.of("hubspot"), &fleet.url(), &fields).await;
    let ids: BTreeSet<String> = program.contact_ids().await.into_iter().collect();
    assert_eq!(ids.len(), CONTACTS);
    (person, ids)
}

/// Loads again and again, and compares what came with what is there.
async fn load_until(mut person: Person, there: BTreeSet<String>, stop: CancellationToken) -> Came {
    let mut came = Came::default();
    while !stop.is_cancelled() {
        click(&mut person).await;
        wait(&mut person, &mut came).await;
        let ids = ids(&mut person).await;
        let unique: BTreeSet<String> = ids.iter().cloned().collect();
        assert_eq!(ids.len(), unique.len(), "some came twice");
        assert!(unique == there, "{} came of {}", unique.len(), there.len());
        came.whole += 1;
    }
    came
}

async fn click(person: &mut Person) {
    let deadline = Instant::now() + PATIENCE;
    loop {
        let fields = [("_csrf", person.browser.csrf()), ("stream", "contacts")];
        let request = person
            .browser
            .request(Method::POST, "/connections/hubspot/load");
        let answer = request.form(&fields).send().await;
        if answer.is_ok_and(|answer| {
            !answer.status().is_client_error() && !answer.status().is_server_error()
        }) {
            return;
        }
        give_way(person, deadline).await;
    }
}

/// Turns to the other Patchbay after a while.
async fn give_way(person: &mut Person, deadline: Instant) {
    assert!(Instant::now() < deadline, "no Patchbay answers");
    tokio::time::sleep(LOOK).await;
    let other = person
        .homes
        .iter()
        .position(|home| *home != person.browser.home);
    person.turn_to(other.unwrap_or(0));
}

/// Watches a load to its end.
async fn wait(person: &mut Person, came: &mut Came) {
    let mut last = (0, 0, Instant::now());
    let mut deadline = Instant::now() + PATIENCE;
    loop {
        let Some(report) = person.report("hubspot").await else {
            give_way(person, deadline).await;
            continue;
        };
        let now = Instant::now();
        let number = |name: &str| report[name].as_u64().unwrap_or_default();
        if number("taken_up") > last.0 {
            came.pauses.push(now - last.2);
        }
        if (number("taken_up"), number("items")) != (last.0, last.1) {
            last = (number("taken_up"), number("items"), now);
            deadline = now + PATIENCE;
        }
        if report["status"] != "running" {
            assert_eq!(report["status"], "complete", "{report}");
            return;
        }
        assert!(
            now < deadline,
            "the load stands still: {}",
            Value::clone(&report)
        );
        tokio::time::sleep(LOOK).await;
    }
}

/// The ids of all items, page after page.
async fn ids(person: &mut Person) -> Vec<String> {
    let mut ids = Vec::new();
    for number in 1.. {
        let place = format!("/connections/hubspot/items?per_page={ROWS}&page={number}");
        let found = part(person, &place).await.ids();
        let is_last = found.len() < ROWS;
        ids.extend(found);
        if is_last {
            break;
        }
    }
    ids
}

/// A page of whichever Patchbay answers.
async fn part(person: &mut Person, place: &str) -> Page {
    let deadline = Instant::now() + PATIENCE;
    loop {
        let request = person.browser.request(Method::GET, place);
        let request = request
            .header("HX-Request", "true")
            .header("HX-Request-Type", "partial");
        if let Ok(answer) = request.send().await
            && answer.status().is_success()
        {
            let (status, headers, url) = (
                answer.status(),
                answer.headers().clone(),
                answer.url().clone(),
            );
            if let Ok(text) = answer.text().await {
                return Page {
                    status,
                    headers,
                    url,
                    text,
                };
            }
        }
        give_way(person, deadline).await;
    }
}
