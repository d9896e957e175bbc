//! Titles: ordinary ones made of words, and awkward ones.

use super::pick;

const VERB: [&str; 12] = [
    "Plan",
    "Review",
    "Order",
    "Renew",
    "Sketch",
    "Archive",
    "Measure",
    "Translate",
    "Repair",
    "Describe",
    "Rehearse",
    "Count",
];
const THING: [&str; 16] = [
    "the onboarding guide",
    "TLS certificates",
    "toner for floor 3",
    "the sample catalogue",
    "meeting notes",
    "a fictional budget",
    "the road map",
    "the Lorem report",
    "Ipsum invoices",
    "the lighthouse tour",
    "the test kitchen",
    "the imaginary garden",
    "placeholder art",
    "the demo script",
    "the stub library",
    "unsent postcards",
];
const TABLE: [&str; 12] = [
    "Project tasks",
    "Reading list",
    "Example customers",
    "Aufgaben",
    "Inventory",
    "Meeting notes",
    "Road map",
    "Bug reports",
    "Recipes",
    "Travel plans",
    "Glossary",
    "Sample expenses",
];

/// A title as it is written down.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Title {
    Plain(String),
    Odd(Runs),
}

/// The runs of an awkward title.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Runs {
    /// One run of text.
    Text(String),
    /// Text, a mention of the person, and an equation.
    Mixed,
    /// No run at all.
    None,
    /// A run without `plain_text`.
    Bare(&'static str),
}

impl Title {
    /// The text that a reader sees.
    pub fn text(&self) -> String {
        match self {
            Self::Plain(text) | Self::Odd(Runs::Text(text)) => text.clone(),
            Self::Odd(Runs::Bare(text)) => (*text).to_owned(),
            Self::Odd(Runs::None) => String::new(),
            Self::Odd(Runs::Mixed) => "Kick-off with @Avery Example: E = mc^2".to_owned(),
        }
    }

    /// Whether Notion's search finds it by `query`, which is in lower case.
    ///
    /// Its matching is fuzzy and undocumented. n8n issue 2553 found "Find a solution" by "find", "solution" and
    /// "ind", and not by "f", "s" and "olut": beginnings and ends of words, from two letters on.
    pub fn matches(&self, query: &str) -> bool {
        if query.chars().count() < 2 {
            return false;
        }
        let text = self.text().to_lowercase();
        text.split_whitespace()
            .any(|word| word.starts_with(query) || word.ends_with(query))
            || (query.contains(' ') && text.contains(query))
    }
}

/// The title of an ordinary page.
pub fn ordinary(draw: u64, index: u64) -> Title {
    let (verb, thing) = (pick(&VERB, draw), pick(&THING, draw >> 8));
    Title::Plain(format!("{verb} {thing} {index}"))
}

/// The title of an ordinary data source.
pub fn of_table(ordinal: u64) -> Title {
    let name = pick(&TABLE, ordinal);
    match ordinal / TABLE.len() as u64 {
        0 => Title::Plain(name.to_owned()),
        round => Title::Plain(format!("{name} {}", round + 1)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_search_matches_as_reported() {
        let title = Title::Plain("Find a solution".to_owned());
        for found in ["find", "solution", "ind", "a solution"] {
            assert!(title.matches(found), "{found}");
        }
        for missed in ["f", "s", "olut", "other"] {
            assert!(!title.matches(missed), "{missed}");
        }
    }
}
