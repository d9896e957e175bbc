//! The memory of all processes over time.

use std::time::Duration;

use crate::support::fleet::Fleet;

/// Runs shorter than this say nothing of leaks.
const TELLING: Duration = Duration::from_mins(10);
/// So much more may the last quarter have than the third, of a process whose caches are full by then.
const GROWTH: f64 = 1.03;
const MIB: f64 = 1024.0 * 1024.0;

/// When; MiB of each Patchbay; MiB of Redis.
type Seen = (Duration, Vec<f64>, f64);

/// What was seen.
pub struct Memories {
    time: Duration,
    seen: Vec<Seen>,
}

impl Memories {
    /// Of a run that takes so long.
    pub fn new(time: Duration) -> Self {
        Self {
            time,
            seen: Vec::new(),
        }
    }

    pub fn note(&mut self, at: Duration, fleet: &Fleet) {
        let memory = fleet.memory().into_iter().flatten();
        let each = memory.map(|memory| memory.now).collect();
        self.seen.push((at, each, fleet.redis_memory() / MIB));
    }

    /// Prints some of it; answers whether it stays flat.
    pub fn tell(&self) -> bool {
        for (at, each, redis) in self.seen.iter().step_by((self.seen.len() / 10).max(1)) {
            let each: Vec<String> = each.iter().map(|mib| format!("{mib:.1}")).collect();
            println!(
                "   after {:>4} s: Patchbay {} MiB, Redis {redis:.1} MiB",
                at.as_secs(),
                each.join(" and ")
            );
        }
        let patchbays = self.seen.first().map_or(0, |(_, each, _)| each.len());
        let mut growths: Vec<f64> = (0..patchbays)
            .map(|one| self.growth(|(_, each, _)| each.get(one).copied()))
            .collect();
        growths.push(self.growth(|(_, _, redis)| Some(*redis)));
        println!("   the last quarter against the third, Redis last: {growths:.2?}");
        // Redis keeps what people did, for a year.
        self.time < TELLING || growths[..patchbays].iter().all(|growth| *growth < GROWTH)
    }

    /// The median memory of one process in the last quarter, as a multiple of that in the third.
    fn growth(&self, of: impl Fn(&Seen) -> Option<f64>) -> f64 {
        let median = |from: usize, to: usize| {
            let mut part: Vec<f64> = self.seen[from..to].iter().filter_map(&of).collect();
            part.sort_by(f64::total_cmp);
            part.get(part.len() / 2).copied().unwrap_or(f64::NAN)
        };
        let all = self.seen.len();
        median(all * 3 / 4, all) / median(all / 2, all * 3 / 4)
    }
}
