//! What happened to a connection: a short list, newest first.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// Events kept with a connection.
const KEPT: usize = 30;

/// Something that happened to a connection.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event {
    /// When; of several alike in a row, the last.
    pub at: Timestamp,
    /// What, for people.
    pub text: String,
    /// How often in a row.
    #[serde(default = "once")]
    pub times: u32,
}

fn once() -> u32 {
    1
}

/// Among so many of the newest an event that says the same is looked for.
const LATELY: usize = 3;

/// Adds an event. One that says the same as one of the newest is counted there: tokens that are renewed every half
/// hour, and programs that read them, would soon push everything else out.
pub(super) fn note(history: &mut Vec<Event>, at: Timestamp, text: String) {
    let lately = history.iter().take(LATELY);
    let same = lately.into_iter().position(|event| event.text == text);
    let times = same.map_or(0, |same| history.remove(same).times);
    let times = times.saturating_add(1);
    history.insert(0, Event { at, text, times });
    history.truncate(KEPT);
}

/// Puts older events behind the newer ones.
pub(super) fn continue_with(history: &mut Vec<Event>, older: Vec<Event>) {
    history.extend(older);
    history.truncate(KEPT);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_again_is_counted_and_the_list_stays_short() {
        let mut history = Vec::new();
        let at = |n| Timestamp::from_second(n).expect("a time");
        for n in 0..100 {
            note(&mut history, at(n), "Token renewed".to_owned());
            note(&mut history, at(n), "Token read by a program".to_owned());
        }
        assert_eq!((history.len(), history[1].times), (2, 100));
        assert_eq!(history[1].at, at(99));
        for n in 0..100 {
            note(&mut history, at(n), format!("event {n}"));
        }
        assert_eq!(history.len(), KEPT);
        assert_eq!(history[0].text, "event 99");
    }

    #[test]
    fn events_of_before_counting_are_read() {
        let old = r#"{"at":"2026-11-20T10:00:00Z","text":"Connected"}"#;
        let event: Event = serde_json::from_str(old).expect("an event");
        assert_eq!(event.times, 1);
    }
}
