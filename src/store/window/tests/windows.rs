//! No window ever holds more than the limit, whatever counts in which units.

use std::collections::BTreeMap;

use proptest::prelude::*;
use proptest::test_runner::TestRunner;

use super::*;

/// What somebody does.
#[derive(Clone, Debug)]
enum Step {
    /// Time passes.
    Pass(u64),
    /// A request in the account and perhaps a base, or in a base alone.
    Ask {
        units: Vec<usize>,
        most: Option<u64>,
    },
    /// The next request whose moment has come looks again, this long after it.
    Again { late: u64 },
    /// A unit is paused, after a request of some time ago.
    Pause { unit: usize, wait: u64, age: u64 },
}

/// The account and two of its bases. In the first case people have a place of their own.
const RATES: [[(u32, u64); 3]; 3] = [
    [(60, 1_000), (5, 300), (4, 900)],
    [(7, 1_000), (3, 400), (1, 500)],
    [(3, 500), (5, 2_000), (2, 30)],
];

fn step() -> impl Strategy<Value = Step> {
    let units = prop::sample::select(vec![
        vec![0],
        vec![0, 1],
        vec![0, 2],
        vec![1],
        vec![0, 1, 2],
    ]);
    let most = prop::option::weighted(0.2, 0_u64..400);
    prop_oneof![
        4 => (0_u64..250).prop_map(Step::Pass),
        20 => (units, most).prop_map(|(units, most)| Step::Ask { units, most }),
        3 => prop_oneof![4 => 0_u64..50, 1 => 200_u64..600].prop_map(|late| Step::Again { late }),
        1 => (0_usize..3, 0_u64..3_000, 0_u64..500)
            .prop_map(|(unit, wait, age)| Step::Pause { unit, wait, age }),
    ]
}

/// A request that has its moment.
#[derive(Clone, Debug)]
struct Request {
    moment: u64,
    units: Vec<usize>,
}

struct Run {
    bench: Bench,
    units: Vec<Unit>,
    rates: [(u32, u64); 3],
    requests: BTreeMap<String, Request>,
    paused: [u64; 3],
}

impl Run {
    fn parts(&self, units: &[usize]) -> Vec<Part<'_>> {
        let part = |n: &usize| {
            let (requests, per) = self.rates[*n];
            part(
                &self.units[*n],
                Rate {
                    requests,
                    per: ms(per),
                },
            )
        };
        units.iter().map(part).collect()
    }

    async fn step(&mut self, step: &Step) {
        match step {
            Step::Pass(time) => self.bench.now += time,
            Step::Ask { units, most } => self.ask(units, *most).await,
            Step::Again { late } => self.again(*late).await,
            Step::Pause { unit, wait, age } => {
                let (wait, age) = (ms(*wait), ms(*age));
                self.bench.pause(&self.units[*unit], wait, age).await;
                let ends = self.bench.now + wait.as_millis() as u64;
                self.paused[*unit] = self.paused[*unit].max(ends);
            }
        }
    }

    async fn ask(&mut self, units: &[usize], most: Option<u64>) {
        let id = self.bench.store.asker();
        let asker = Asker {
            most: most.map(ms),
            ..queued(&id)
        };
        let turn = self.bench.ask(asker, &self.parts(units)).await;
        let Turn::In { wait, .. } = turn else {
            assert!(most.is_some(), "{turn:?}");
            return;
        };
        assert!(most.is_none_or(|most| wait <= ms(most)));
        let (moment, units) = (self.after(wait), units.to_vec());
        assert!(units.iter().all(|unit| moment >= self.paused[*unit]));
        self.requests.insert(id, Request { moment, units });
    }

    async fn again(&mut self, late: u64) {
        let now = self.bench.now;
        let open = self.requests.iter().filter(|(_, one)| one.moment > now);
        let Some((id, found)) = open.min_by_key(|(_, one)| one.moment) else {
            return;
        };
        let (id, found) = (id.clone(), found.clone());
        self.bench.now = found.moment + late;
        let turn = self.bench.ask(again(&id), &self.parts(&found.units)).await;
        let Turn::In { wait, .. } = turn else {
            panic!("{turn:?}");
        };
        let (now, moment) = (self.bench.now, self.after(wait));
        let paused = found.units.iter().any(|unit| self.paused[*unit] > now);
        let pers = found.units.iter().map(|unit| self.rates[*unit].1);
        let most_late = pers.map(|per| 250.0_f64.min(per as f64 / 22.0));
        if paused || most_late.fold(f64::MAX, f64::min) < late as f64 {
            let units = found.units;
            self.requests.insert(id, Request { moment, units });
        } else {
            assert_eq!(wait, Duration::ZERO);
        }
    }

    fn after(&self, wait: Duration) -> u64 {
        self.bench.now + wait.as_millis() as u64
    }

    /// Counts each window of each unit.
    fn look(&self) {
        for (number, (limit, per)) in self.rates.iter().enumerate() {
            let here = |one: &&Request| one.units.contains(&number);
            let moments = self.requests.values().filter(here).map(|one| one.moment);
            let mut moments: Vec<u64> = moments.collect();
            moments.sort_unstable();
            for (first, next) in moments.iter().zip(moments.iter().skip(*limit as usize)) {
                assert!(
                    next - first >= *per,
                    "{number}: {first} {next} of {moments:?}"
                );
            }
        }
    }
}

#[test]
fn no_window_holds_more_than_the_limit() {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let bench = std::cell::RefCell::new(Some(Bench::new()));
    let config = ProptestConfig {
        cases: 48,
        failure_persistence: None,
        ..ProptestConfig::default()
    };
    let steps = prop::collection::vec(step(), 1..160);
    let cases = (prop::sample::select(RATES.to_vec()), steps, any::<u64>());
    let tried = TestRunner::new(config).run(&cases, |(rates, steps, case)| {
        runtime.block_on(async {
            let mut run = Run {
                bench: bench.take().unwrap_or_else(Bench::new),
                units: (0..3).map(|n| unit(&format!("{case} {n}"))).collect(),
                rates,
                requests: BTreeMap::new(),
                paused: [0; 3],
            };
            for step in &steps {
                run.step(step).await;
            }
            run.look();
            bench.replace(Some(run.bench));
        });
        Ok(())
    });
    tried.expect("it holds");
}

#[tokio::test]
async fn one_unit_is_a_queue_without_gaps() {
    let (mut bench, one) = (Bench::new(), unit("one"));
    let start = bench.now;
    for n in 0..35 {
        assert_eq!(
            bench.moment(&[part(&one, TEN)]).await,
            start + n / 10 * 10_000
        );
    }
    bench.now += 25_000;
    for n in 35..60 {
        assert_eq!(
            bench.moment(&[part(&one, TEN)]).await,
            start + n / 10 * 10_000
        );
    }
}

#[tokio::test]
async fn who_waits_for_a_base_uses_up_nothing_of_the_account_before() {
    let (bench, account, base) = (Bench::new(), unit("account"), unit("base"));
    let one = Rate { requests: 1, ..TEN };
    for n in 0..30 {
        let parts = [part(&account, TEN), part(&base, one)];
        assert_eq!(bench.wait(&parts).await, n * TEN.per);
    }
    // Nine more are sent at once, though thirty are to come.
    for _ in 1..10 {
        assert_eq!(bench.wait(&[part(&account, TEN)]).await, Duration::ZERO);
    }
    assert_eq!(bench.wait(&[part(&account, TEN)]).await, TEN.per);
}

#[tokio::test]
async fn a_person_does_not_wait_behind_a_load_nor_take_a_place_in_vain() {
    let (bench, wide, narrow) = (Bench::new(), unit("wide"), unit("narrow"));
    let hundred = Rate {
        requests: 100,
        ..TEN
    };
    for _ in 0..250 {
        bench.wait(&[part(&wide, hundred)]).await;
    }
    let now = Turn::In {
        wait: Duration::ZERO,
        paused: false,
    };
    let asked = bench
        .ask(person("ada", ms(5_000)), &[part(&wide, hundred)])
        .await;
    assert_eq!(asked, now);
    for _ in 0..10 {
        bench.wait(&[part(&narrow, TEN)]).await;
    }
    let parts = [part(&wide, hundred), part(&narrow, TEN)];
    let asked = bench.ask(person("bob", ms(5_000)), &parts).await;
    assert_eq!(asked, Turn::Late(TEN.per));
    assert_eq!(bench.wait(&[part(&narrow, TEN)]).await, TEN.per);
}

#[tokio::test]
async fn nothing_is_left_of_a_unit_that_nobody_uses() {
    let redis = Redis::start();
    let (store, one) = (testing::store(&redis), unit("one"));
    let rate = Rate {
        requests: 1,
        per: ms(20),
    };
    for id in ["a", "b", "c"] {
        let turn = store.turn(queued(id), &[part(&one, rate)]).await;
        assert!(matches!(turn, Ok(Turn::In { .. })), "{turn:?}");
    }
    store
        .pause(&one, ms(10), ms(0), ms(10))
        .await
        .expect("done");
    let life = |key: &Key| redis.cli(&["PTTL", key.as_str()]).parse::<i64>();
    assert!((1..=2_000).contains(&life(&one.log).expect("a life")));
    assert!((1..=3_600_000).contains(&life(&one.state).expect("a life")));
}
