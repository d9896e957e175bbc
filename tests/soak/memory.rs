//! The memory of all processes over time.

use std::time::Duration;

use crate::support::fleet::Fleet;

/// Runs shorter than this say nothing of leaks.
const TELLING: Duration = Duration::from_mins(10);
/// So much more may the last quarter have than the second, of a process that is warm by then.
const GROWTH: f64 = 1.15;
const MIB: f64 = 1024.0 * 1024.0;

/// What was seen.
pub struct Memories {
    time: Duration,
    /// When; MiB of each Patchbay; MiB of Redis.
    seen: Vec<(Duration, Vec<f64>, f64)>,
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
        let number = self.seen.first().map_or(0, |(_, each, _)| each.len());
        let growths: Vec<f64> = (0..number).map(|one| self.growth(one)).collect();
        println!("   the last quarter against the second: {growths:.2?}");
        self.time < TELLING || growths.iter().all(|growth| *growth < GROWTH)
    }

    /// The median memory of one process in the last quarter, as a multiple of that in the second.
    fn growth(&self, which: usize) -> f64 {
        let median = |from: usize, to: usize| {
            let mut part: Vec<f64> = self.seen[from..to]
                .iter()
                .filter_map(|(_, each, _)| each.get(which).copied())
                .collect();
            part.sort_by(f64::total_cmp);
            part.get(part.len() / 2).copied().unwrap_or(f64::NAN)
        };
        let all = self.seen.len();
        median(all * 3 / 4, all) / median(all / 4, all / 2)
    }
}
