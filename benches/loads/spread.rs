//! The least, the median and the most of some times.

use std::fmt;
use std::time::Duration;

pub struct Spread {
    pub least: Duration,
    pub median: Duration,
    pub most: Duration,
}

impl Spread {
    /// `None` of nothing.
    pub fn of(mut times: Vec<Duration>) -> Option<Self> {
        times.sort_unstable();
        Some(Self {
            least: *times.first()?,
            median: *times.get(times.len() / 2)?,
            most: *times.last()?,
        })
    }
}

impl fmt::Display for Spread {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [least, median, most] =
            [self.least, self.median, self.most].map(|time| time.as_secs_f64());
        if most < 1.0 {
            let [least, median, most] = [least, median, most].map(|time| time * 1_000.0);
            return write!(f, "{least:.1} / {median:.1} / {most:.1} ms");
        }
        write!(f, "{least:.2} / {median:.2} / {most:.2} s")
    }
}
