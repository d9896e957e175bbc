//! Records that trip careless clients: among the first ones of each table, and spread through the rest.

use serde_json::{Value, json};

use super::{Record, words::pick};

/// What is awkward about a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Odd {
    /// The title is empty.
    Untitled,
    /// Everything is empty that can be.
    Nothing,
    /// Computed cells failed.
    Error,
    NotANumber,
    Infinite,
    Zero,
    Float,
    Negative,
    Huge,
    Script,
    Attribute,
    Combining,
    RightToLeft,
    Cjk,
    Emoji,
    Quotes,
    Formula,
    Long,
    Spaces,
    LineBreaks,
    Override,
    Mention,
}

const ALL: [Odd; 22] = [
    Odd::Untitled,
    Odd::Error,
    Odd::Zero,
    Odd::Script,
    Odd::Nothing,
    Odd::NotANumber,
    Odd::Combining,
    Odd::Float,
    Odd::RightToLeft,
    Odd::Mention,
    Odd::Infinite,
    Odd::Quotes,
    Odd::Cjk,
    Odd::Long,
    Odd::Negative,
    Odd::Emoji,
    Odd::Spaces,
    Odd::Attribute,
    Odd::Huge,
    Odd::LineBreaks,
    Odd::Formula,
    Odd::Override,
];

impl Odd {
    /// Every second record of the first forty-odd, then about one in forty.
    pub fn of(record: Record) -> Option<Self> {
        let index = u64::from(record.index);
        if index < 2 * ALL.len() as u64 {
            let place = usize::try_from(index / 2).ok()?;
            return (index % 2 == 1).then(|| ALL.get(place).copied())?;
        }
        let draw = record.draw(8);
        let some = ALL.map(Some);
        draw.is_multiple_of(41)
            .then(|| pick(&some, record.draw(9)))?
    }

    /// What a text is instead.
    pub fn text(self) -> Option<String> {
        let text = match self {
            Self::Script => "<script>alert(1)</script>",
            Self::Attribute => "\"><img src=x onerror=alert(1)> {{7*7}}",
            // An e with a separate acute, and Vietnamese with stacked marks.
            Self::Combining => "Cafe\u{301} Nguye\u{302}\u{303}n",
            Self::RightToLeft => "مثال (דוגמה) sample",
            Self::Cjk => "例の株式会社サンプル",
            Self::Emoji => "🚀 👩\u{200d}👩\u{200d}👧 🏳\u{fe0f}\u{200d}🌈",
            Self::Quotes => "O'Sample & \"Sons\" <i>",
            Self::Formula => "=1+1",
            Self::Long => return Some(long()),
            Self::Spaces => "   \u{a0} ",
            Self::LineBreaks => "Line\nBreak,\r\n\tTab",
            Self::Override => "\u{202e}elpmas Zero\u{200b}width",
            _ => return None,
        };
        Some(text.to_owned())
    }

    /// What a long text is instead.
    pub fn long_text(self, record: Record) -> Option<String> {
        match self {
            Self::Mention => {
                let id = record.table.place(record.index).id("men");
                Some(format!(
                    "Ask <airtable:mention id=\"{id}\">@Alex</airtable:mention> & <b>nobody</b> else.\n\n* one\n* two"
                ))
            }
            // A hundred thousand bytes, far fewer characters than that, and fewer still that a person sees.
            Self::Long => Some("👨\u{200d}👩\u{200d}👧\u{200d}👦".repeat(4_000)),
            _ => self.text(),
        }
    }

    /// What a number is instead. Zero is told, unlike an empty cell.
    pub fn number(self) -> Option<f64> {
        match self {
            Self::Zero => Some(0.0),
            Self::Float => Some(0.299_999_999_999_998_77),
            Self::Negative => Some(-1_500.5),
            Self::Huge => Some(9_007_199_254_740_993_000.0),
            _ => None,
        }
    }

    /// What a computed cell holds instead of a value.
    pub fn failed(self) -> Option<Value> {
        match self {
            Self::Error => Some(json!({ "error": "#ERROR!" })),
            Self::NotANumber => Some(json!({ "specialValue": "NaN" })),
            Self::Infinite => Some(json!({ "specialValue": "Infinity" })),
            _ => None,
        }
    }
}

/// 5,000 characters, mostly in one word.
fn long() -> String {
    format!("Long {}x", "Sampletext".repeat(500))
        .chars()
        .take(5_000)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sandbox::airtable::data::{Base, Table};

    #[test]
    fn every_oddity_is_on_the_first_page_and_again_later() {
        let base = Base {
            person: 1,
            index: 0,
        };
        let table = Table { base, index: 0 };
        let at = |index| Odd::of(Record { table, index });
        let first: Vec<Odd> = (0..100).filter_map(at).collect();
        let later: Vec<Odd> = (100..10_000).filter_map(at).collect();
        for odd in ALL {
            assert!(first.contains(&odd), "{odd:?} is not on the first page");
            assert!(later.contains(&odd), "{odd:?} is not further on");
        }
    }
}
