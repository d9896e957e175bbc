//! What every fault must leave: no lost connection, no half snapshot, no refresh twice, and pages that come back by
//! themselves.

use std::collections::BTreeMap;
use std::ops::Range;
use std::time::{Duration, Instant};

use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::person::{Came, Note, Person};
use crate::scene::Scene;

/// With a number in this variable each fault comes as often; the short form has it once.
const ROUNDS: &str = "PATCHBAY_FAULT_ROUNDS";
const PEOPLE: usize = 6;
/// How long people work before a fault.
const BEFORE: Duration = Duration::from_millis(1_500);
/// Longest wait for every Patchbay to be ready again.
const PATIENCE: Duration = Duration::from_secs(60);
/// What is asked for so much later must come.
const AFTERMATH: Duration = Duration::from_secs(3);
/// How long people work after that.
const AFTER: Duration = Duration::from_secs(3);
/// Of so many clicks one may be refused without a fault: each write is put on disk, and where the tests of others keep
/// that busy it can take longer than a request waits.
const HARDLY: usize = 10;
/// A process that lives stores what it was granted within this; and so much may the clocks of a fault and of a call
/// that was just sent be apart.
const STORED: Duration = Duration::from_secs(3);

/// What a fault does not answer for.
#[derive(Default)]
pub struct Excuse {
    /// While this was so, an answer of the provider may have reached nobody who could store it.
    pub unheard: Option<Range<Instant>>,
    /// How much longer things are not tried again that failed for this.
    pub pause: Duration,
}

/// When a fault was there, until every Patchbay was ready again.
struct Spell {
    from: Instant,
    ended: Instant,
    until: Instant,
    /// What is asked for later must come.
    over: Instant,
}

impl Spell {
    /// Whether what came of a click may be the fault's doing.
    fn excuses(&self, note: &Note) -> bool {
        note.answered >= self.from && note.asked <= self.over
    }

    /// How long after its end somebody was still told to come again, or got no answer.
    fn felt(&self, notes: &[Note]) -> Duration {
        let bad = |note: &&Note| note.came != Came::Well && self.excuses(note);
        let last = notes.iter().filter(bad).map(|note| note.asked).max();
        last.unwrap_or(self.from)
            .saturating_duration_since(self.ended)
    }
}

/// Lets people work, does it to them as often as this run asks for, and looks what it left.
pub async fn survive(
    name: &str,
    mut scene: Scene,
    mut fault: impl AsyncFnMut(&mut Scene, usize) -> Excuse,
) {
    let rounds = std::env::var(ROUNDS)
        .ok()
        .and_then(|rounds| rounds.parse().ok());
    let people = scene.people(PEOPLE).await;
    let stop = CancellationToken::new();
    let mut working = JoinSet::new();
    for person in people {
        working.spawn(person.work_until(stop.clone()));
    }
    let (mut spells, mut unheard) = (Vec::new(), Vec::new());
    for round in 0..rounds.unwrap_or(1) {
        tokio::time::sleep(BEFORE).await;
        let from = Instant::now();
        let excuse = fault(&mut scene, round).await;
        unheard.extend(excuse.unheard);
        let ended = Instant::now();
        scene.back(PATIENCE).await;
        let until = Instant::now();
        let over = until + AFTERMATH + excuse.pause;
        spells.push(Spell {
            from,
            ended,
            until,
            over,
        });
        tokio::time::sleep_until((over + AFTER).into()).await;
    }
    stop.cancel();
    let mut people = working.join_all().await;
    let notes: Vec<Note> = people
        .iter()
        .flat_map(|person| person.diary().to_vec())
        .collect();
    check(name, &notes, &spells);
    let told = broken(&scene, &mut people).await;
    let (granted, lost) = refreshes(name, &scene, &unheard);
    assert!(granted > PEOPLE, "{name}: nothing was refreshed meanwhile");
    assert_eq!(told, lost, "{name}: connections that are lost");
    report(name, &notes, &spells, granted, lost);
}

/// What people were answered: nothing wrong ever, and while there was no fault an answer always, and hardly ever one to
/// come again.
fn check(name: &str, notes: &[Note], spells: &[Spell]) {
    let (mut well, mut refused) = (0, 0);
    for note in notes {
        let excused = spells.iter().any(|spell| spell.excuses(note));
        match &note.came {
            Came::Told(_) | Came::Nothing if excused => {}
            Came::Well => well += usize::from(!excused),
            Came::Told(_) => refused += 1,
            other => panic!("{name}: {} came to {other:?}", note.what),
        }
    }
    assert!(well > PEOPLE, "{name}: hardly anybody asked between faults");
    let said = "were told to come again while all was well";
    assert!(
        refused * HARDLY <= well,
        "{name}: {refused} of {well} {said}"
    );
}

/// How many connections are lost, when all is quiet.
async fn broken(scene: &Scene, people: &mut Vec<Person>) -> usize {
    scene.tokens_end().await;
    let mut ended = JoinSet::new();
    for mut person in people.drain(..) {
        ended.spawn(async move { person.works().await });
    }
    let works = ended.join_all().await;
    works.iter().filter(|works| !**works).count()
}

/// How many refreshes were granted, and how many grants were lost: what came for their token was never used, and the
/// token was sent again. There must be an excuse for each of them.
fn refreshes(name: &str, scene: &Scene, unheard: &[Range<Instant>]) -> (usize, usize) {
    let refreshes = scene.wire.refreshes();
    let mut by_token: BTreeMap<&str, Vec<_>> = BTreeMap::new();
    for (token, exchange) in &refreshes {
        by_token.entry(token).or_default().push(exchange);
    }
    let mut lost = 0;
    for exchanges in by_token.values().filter(|exchanges| exchanges.len() > 1) {
        let first = exchanges[0];
        let window = first.asked - STORED..first.answered + STORED;
        let excused = unheard
            .iter()
            .any(|one| one.start < window.end && window.start < one.end);
        assert!(excused, "{name}: a refresh token was sent twice");
        lost += 1;
    }
    let granted = refreshes
        .iter()
        .filter(|(_, exchange)| exchange.granted())
        .count();
    (granted, lost)
}

fn report(name: &str, notes: &[Note], spells: &[Spell], granted: usize, lost: usize) {
    let count = |wanted: fn(&Came) -> bool| notes.iter().filter(|note| wanted(&note.came)).count();
    let slowest = |time: fn(&Spell, &[Note]) -> Duration| {
        let times = spells.iter().map(|spell| time(spell, notes));
        times.max().unwrap_or_default().as_secs_f64()
    };
    println!(
        "{name}: {} times; ready {:.1} s after its end at most, the last click refused {:.1} s after it; {} clicks, \
         {} told to come again, {} without an answer; {granted} refreshes, {lost} lost",
        spells.len(),
        slowest(|spell, _| spell.until - spell.ended),
        slowest(Spell::felt),
        notes.len(),
        count(|came| matches!(came, Came::Told(_))),
        count(|came| matches!(came, Came::Nothing)),
    );
}
