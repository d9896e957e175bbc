//! Numbers and times in words.

use jiff::{SignedDuration, Timestamp};

/// A moment, for a `<time>` element.
pub struct When {
    /// For the machine: RFC 3339.
    pub exact: String,
    /// For the title: to the second, in UTC.
    pub title: String,
    /// For the eye: '3 min ago'.
    pub words: String,
}

impl When {
    /// `moment`, as seen from `now`.
    pub fn new(moment: Timestamp, now: Timestamp) -> Self {
        Self {
            exact: moment.to_string(),
            title: moment.strftime("%-d %b %Y, %H:%M:%S UTC").to_string(),
            words: relative(moment, now),
        }
    }
}

fn relative(moment: Timestamp, now: Timestamp) -> String {
    let distance = moment.duration_until(now);
    let words = span(distance.abs());
    if distance.abs() < SignedDuration::from_secs(5) {
        "now".to_owned()
    } else if distance.is_negative() {
        format!("in {words}")
    } else {
        format!("{words} ago")
    }
}

/// A length of time in its largest unit.
pub fn span(time: SignedDuration) -> String {
    let seconds = time.as_secs();
    match seconds {
        ..60 => format!("{seconds} s"),
        60..3_600 => format!("{} min", seconds / 60),
        3_600..86_400 => format!("{} h", seconds / 3_600),
        86_400..5_184_000 => plural(seconds / 86_400, "day"),
        5_184_000..63_072_000 => plural(seconds / 2_592_000, "month"),
        _ => plural(seconds / 31_536_000, "year"),
    }
}

fn plural(count: i64, unit: &str) -> String {
    if count == 1 {
        format!("1 {unit}")
    } else {
        format!("{count} {unit}s")
    }
}

/// A number of things: `1 call`, `2 calls`.
pub fn counted(count: u64, one: &str, many: &str) -> String {
    format!("{} {}", number(count), if count == 1 { one } else { many })
}

/// Things in a row: `a`, `a and b`, `a, b and c`; `nothing` for none.
pub fn listed(things: &[&str]) -> String {
    match things.split_last() {
        None => "nothing".to_owned(),
        Some((last, [])) => (*last).to_owned(),
        Some((last, rest)) => format!("{} and {last}", rest.join(", ")),
    }
}

/// A text of at most so many characters, with a mark where it was cut.
pub fn shortened(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

/// A number with its thousands parted: `15,000`.
pub fn number(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// What a browser calls itself, in short: 'Firefox on Linux'.
pub fn browser(agent: &str) -> String {
    // Each names those before it as well, so that old sites take it for one of them.
    let named = |names: &[(&str, &'static str)]| {
        let name = names.iter().find(|(part, _)| agent.contains(part));
        name.map(|(_, name)| *name)
    };
    let program = named(&[
        ("Edg", "Edge"),
        ("OPR/", "Opera"),
        ("Firefox/", "Firefox"),
        ("Chrome/", "Chrome"),
        ("Safari/", "Safari"),
    ]);
    let system = named(&[
        ("Android", "Android"),
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Windows", "Windows"),
        ("Mac OS X", "macOS"),
        ("Linux", "Linux"),
    ]);
    match (program, system) {
        (Some(program), Some(system)) => format!("{program} on {system}"),
        (Some(program), None) => program.to_owned(),
        _ if agent.is_empty() => "A program without a name".to_owned(),
        _ => shortened(agent, 40),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_parted_by_thousands() {
        let all = [0, 12, 999, 1_000, 15_000, 1_000_000].map(number);
        assert_eq!(all, ["0", "12", "999", "1,000", "15,000", "1,000,000"]);
    }

    #[test]
    fn times_are_told_in_their_largest_unit() {
        let now = Timestamp::from_second(1_700_000_000).expect("a time");
        let words = |seconds: i64| When::new(now - SignedDuration::from_secs(seconds), now).words;
        assert_eq!(words(0), "now");
        assert_eq!(words(59), "59 s ago");
        assert_eq!(words(185), "3 min ago");
        assert_eq!(words(-185), "in 3 min");
        assert_eq!(words(90_000), "1 day ago");
        assert_eq!(words(100 * 86_400), "3 months ago");
        assert_eq!(words(800 * 86_400), "2 years ago");
    }
}
