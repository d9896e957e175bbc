//! Our clock against others': tokens end and are renewed by it.

use jiff::{SignedDuration, Timestamp};

use super::Finding;

/// A difference that nothing here minds. Tokens are renewed a tenth of their life before they end, and identity
/// providers are granted about a minute.
const BEARABLE: SignedDuration = SignedDuration::from_secs(5);

/// A clock that was looked at.
#[derive(Clone, Debug)]
pub struct Seen {
    /// Whose.
    pub whose: String,
    /// How far ours is ahead of it; less than nothing where it is behind.
    pub ahead: SignedDuration,
}

/// How far our clock is ahead of another one, which said `said` (cut to `grain`) at some moment between `sent` and
/// `received` by ours. Nothing where the two may be the same.
pub fn skew(
    said: Timestamp,
    grain: SignedDuration,
    (sent, received): (Timestamp, Timestamp),
) -> SignedDuration {
    let latest = said.checked_add(grain).unwrap_or(said);
    if sent > latest {
        latest.duration_until(sent)
    } else if received < said {
        said.duration_until(received)
    } else {
        SignedDuration::ZERO
    }
}

/// What the clocks that were seen say of ours.
pub fn judge(seen: &[Seen]) -> Finding {
    let (fine, odd): (Vec<&Seen>, Vec<&Seen>) =
        seen.iter().partition(|one| one.ahead.abs() <= BEARABLE);
    let names = |clocks: &[&Seen]| {
        let names: Vec<&str> = clocks.iter().map(|one| &one.whose[..]).collect();
        names.join(", ")
    };
    if !odd.is_empty() {
        let said: Vec<String> = odd.iter().map(|one| told(one)).collect();
        return Finding::wrong(
            "Clock",
            format!(
                "this machine's is {}; tokens are renewed too late or too early by it: set both by NTP",
                said.join(", ")
            ),
        );
    }
    match fine.is_empty() {
        true => Finding::unknown("Clock", "nobody answered whose clock could be compared"),
        false => Finding::ok("Clock", format!("agrees with {}", names(&fine))),
    }
}

fn told(seen: &Seen) -> String {
    let way = match seen.ahead.is_negative() {
        true => "behind",
        false => "ahead of",
    };
    let seconds = seen.ahead.as_secs().unsigned_abs();
    format!("{seconds} s {way} that of {}", seen.whose)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checkup::Verdict;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).expect("a moment")
    }

    #[test]
    fn a_clock_is_ahead_or_behind_only_by_what_the_way_does_not_explain() {
        let grain = SignedDuration::from_secs(1);
        let skew = |said: i64, sent: i64, received: i64| {
            skew(at(said), grain, (at(sent), at(received))).as_secs()
        };
        assert_eq!(skew(100, 100, 100), 0);
        assert_eq!(skew(100, 101, 103), 0, "cut to the second");
        assert_eq!(skew(103, 100, 104), 0, "somewhere on the way");
        assert_eq!(skew(100, 161, 162), 60);
        assert_eq!(skew(160, 99, 100), -60);
    }

    #[test]
    fn what_is_odd_is_named_with_who_says_so() {
        let seen = |whose: &str, ahead| Seen {
            whose: whose.to_owned(),
            ahead: SignedDuration::from_secs(ahead),
        };
        assert_eq!(judge(&[]).verdict, Verdict::Unknown);
        let fine = judge(&[seen("Redis", 0), seen("Sample", -5)]);
        assert_eq!(
            (fine.verdict, &fine.text[..]),
            (Verdict::Ok, "agrees with Redis, Sample")
        );
        let odd = judge(&[seen("Redis", 0), seen("Sample", -90)]);
        assert_eq!(odd.verdict, Verdict::Wrong);
        assert!(odd.text.contains("90 s behind that of Sample"), "{odd}");
        let odd = judge(&[seen("Redis", 6)]);
        assert!(odd.text.contains("6 s ahead of that of Redis"), "{odd}");
    }
}
