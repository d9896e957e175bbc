//! The settings of a stand-in: what all of them have, and how the fields of the tester's form are read.

use serde::{Serialize, de::DeserializeOwned};

/// The settings of a stand-in. They survive a restart, and JSON and forms know them by the same names.
///
/// All stand-ins have `latency_ms`, `rate_limit`, `client_secret_valid`, `quick` (waits are short) and `small`, which
/// is not kept: it brings the sizes down to little of everything, and yet several pages of each list.
pub trait Controls: Clone + Default + Serialize + DeserializeOwned + Send {
    /// How the tester's page shows them.
    const FIELDS: Fields;

    /// Takes over a field of the form; `None` if it is not one of the settings, or out of range.
    fn set(&mut self, name: &str, value: &str) -> Option<()>;

    /// How long every call takes at least.
    fn latency_ms(&self) -> u64;

    /// Whether waits are short: a 429 asks for a second.
    fn is_quick(&self) -> bool;
}

/// The fields of the form. Names are those of the settings in JSON, where their present values are read.
pub struct Fields {
    /// Whole numbers: name, label.
    pub numbers: &'static [(&'static str, &'static str)],
    /// What is on or off: name, label.
    pub switches: &'static [(&'static str, &'static str)],
    pub choices: &'static [Choice],
    /// The label of the button that sets `small`.
    pub small: &'static str,
}

/// A setting that is one of several words.
pub struct Choice {
    pub name: &'static str,
    pub label: &'static str,
    pub values: &'static [&'static str],
}

/// A whole number from 0 to `most`.
pub fn number<T: TryFrom<u64>>(value: &str, most: u64) -> Option<T> {
    let number = value.trim().parse::<u64>().ok()?;
    T::try_from(number).ok().filter(|_| number <= most)
}

/// `on` or `off`, in the words that forms and tests use.
pub fn is_on(value: &str) -> Option<bool> {
    match value {
        "on" | "1" | "true" => Some(true),
        "off" | "0" | "false" => Some(false),
        _ => None,
    }
}
