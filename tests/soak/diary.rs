//! What people did, and what came of it.

use std::collections::BTreeMap;
use std::time::Duration;

/// Calls are tried again: of so many clicks one may show that a provider failed, and a few in a short run.
const RARELY: usize = 100;
const A_FEW: usize = 3;

/// Counts of clicks, and everything that should not have come.
#[derive(Default)]
pub struct Diary {
    /// By what was done: how often, and all times that it took.
    done: BTreeMap<&'static str, Vec<Duration>>,
    /// What the providers' faults led to, by what a person sees.
    injected: BTreeMap<String, usize>,
    /// What nobody should have seen.
    wrong: Vec<String>,
}

impl Diary {
    pub fn did(&mut self, what: &'static str, took: Duration) {
        self.done.entry(what).or_default().push(took);
    }

    pub fn injected(&mut self, what: impl Into<String>) {
        *self.injected.entry(what.into()).or_default() += 1;
    }

    pub fn wrong(&mut self, what: String) {
        self.wrong.push(what);
    }

    /// Takes another's entries along.
    pub fn add(&mut self, other: Self) {
        for (what, times) in other.done {
            self.done.entry(what).or_default().extend(times);
        }
        for (what, number) in other.injected {
            *self.injected.entry(what).or_default() += number;
        }
        self.wrong.extend(other.wrong);
    }

    /// Prints it; answers whether nothing was wrong.
    pub fn tell(mut self, took: Duration) -> bool {
        let clicks: usize = self.done.values().map(Vec::len).sum();
        println!(
            "   {clicks} clicks, {:.1} a second",
            clicks as f64 / took.as_secs_f64()
        );
        for (what, times) in &mut self.done {
            times.sort_unstable();
            let at = |part: usize| times[(times.len() - 1) * part / 100].as_secs_f64() * 1000.0;
            println!(
                "   {what}: {} times, p50 {:.0} ms, p99 {:.0} ms",
                times.len(),
                at(50),
                at(99)
            );
        }
        for (what, number) in &self.injected {
            println!("   injected: {what}: {number}");
        }
        for what in self.wrong.iter().take(20) {
            println!("   WRONG: {what}");
        }
        println!("   errors that were not injected: {}", self.wrong.len());
        let injected: usize = self.injected.values().sum();
        let rarely = injected <= clicks / RARELY + A_FEW;
        if !rarely {
            println!("   WRONG: {injected} times the providers' faults were seen");
        }
        self.wrong.is_empty() && rarely && clicks > 0
    }
}
