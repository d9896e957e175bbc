//! Records that trip careless clients: among the first ones of each list, and spread through the rest.

use super::Base;

/// What is awkward about a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Odd {
    OnlyEmail,
    NothingButId,
    OnlyFirstName,
    Combining,
    RightToLeft,
    Cjk,
    Emoji,
    Script,
    Attribute,
    Quotes,
    Formula,
    Long,
    Spaces,
    Cleared,
    LineBreaks,
    Override,
}

const ALL: [Odd; 16] = [
    Odd::OnlyEmail,
    Odd::Script,
    Odd::NothingButId,
    Odd::Combining,
    Odd::Formula,
    Odd::RightToLeft,
    Odd::OnlyFirstName,
    Odd::Quotes,
    Odd::Attribute,
    Odd::Cjk,
    Odd::Spaces,
    Odd::Emoji,
    Odd::Long,
    Odd::Cleared,
    Odd::LineBreaks,
    Odd::Override,
];

impl Odd {
    /// Every second record of the first thirty-odd, then about one in forty.
    pub fn of(base: Base) -> Option<Self> {
        let first = 2 * ALL.len() as u64;
        let place = if base.index < first {
            (base.index % 2 == 1).then_some(base.index / 2)?
        } else {
            base.draw(10)
                .is_multiple_of(41)
                .then(|| base.draw(11) % ALL.len() as u64)?
        };
        ALL.get(usize::try_from(place).ok()?).copied()
    }

    /// What a contact's property is instead; outer `None` leaves it as usual.
    pub fn contact(self, base: Base, name: &str) -> Option<Option<String>> {
        let names = match self {
            Self::OnlyEmail => [None, None],
            Self::NothingButId => return (name == "email").then_some(None),
            Self::OnlyFirstName => [Some("Cher"), None],
            // An e with a separate diaeresis, and Vietnamese with stacked marks.
            Self::Combining => [Some("Zoe\u{308}"), Some("Nguye\u{302}\u{303}n")],
            Self::RightToLeft => [Some("مثال"), Some("דוגמה")],
            Self::Cjk => [Some("太郎"), Some("例")],
            Self::Emoji => [Some("👩\u{200d}🚀"), Some("Test 🎉")],
            Self::Script => [Some("<script>alert(1)</script>"), Some("Sample")],
            Self::Attribute => [Some("\"><img src=x onerror=alert(1)>"), Some("{{7*7}}")],
            Self::Quotes => [Some("Pat \"O'Sample\""), Some("Smith & Sons <b>")],
            Self::Formula => [Some("=1+1"), Some("@SUM(A1:A9)")],
            Self::Long => return long_contact(name),
            Self::Spaces => [Some("   "), Some(" ")],
            Self::Cleared => [Some(""), Some("")],
            Self::LineBreaks => [
                Some("Line\nBreak"),
                Some("Tab\tCarriage\r\nReturn, \"quoted\""),
            ],
            Self::Override => [Some("\u{202e}elpmas"), Some("Zero\u{200b}width")],
        };
        match (name, names) {
            ("firstname", [first, _]) => Some(first.map(str::to_owned)),
            ("lastname", [_, last]) => Some(last.map(str::to_owned)),
            ("phone" | "company" | "jobtitle" | "website", _) if self == Self::OnlyEmail => {
                Some(None)
            }
            ("company", [first, _]) if base.draw(12).is_multiple_of(2) => {
                Some(first.map(str::to_owned))
            }
            _ => None,
        }
    }

    /// What a company's property is instead.
    pub fn company(self, name: &str) -> Option<Option<String>> {
        if self == Self::NothingButId {
            return Some(None);
        }
        match name {
            "name" => Some(self.title()),
            "domain" if matches!(self, Self::OnlyFirstName | Self::Cjk) => Some(None),
            "description" if self == Self::Long => Some(Some(filler())),
            _ => None,
        }
    }

    /// What a deal's property is instead.
    pub fn deal(self, name: &str) -> Option<Option<String>> {
        let text = |value: &str| Some(Some(value.to_owned()));
        match (self, name) {
            (Self::NothingButId, _) | (Self::OnlyEmail, "dealstage" | "pipeline" | "amount") => {
                Some(None)
            }
            (Self::Script, "amount") => text("5000.00"),
            (Self::Formula, "amount") => text("-1500"),
            (Self::Quotes, "amount") => text("3000"),
            (Self::Long, "amount") => text("123456789012345.67"),
            (Self::Combining, "closedate") => text("2026-12-31T00:00:00Z"),
            (Self::Cleared, "closedate" | "amount") => text(""),
            (Self::Spaces, "dealstage") => text("1048576"),
            (_, "dealname") => Some(self.title()),
            _ => None,
        }
    }

    /// The one name of a company or a deal.
    fn title(self) -> Option<String> {
        let text = match self {
            Self::OnlyEmail | Self::NothingButId => return None,
            Self::OnlyFirstName => "X",
            Self::Combining => "Cafe\u{301} Du\u{308}sseldorf",
            Self::RightToLeft => "شركة مثال (עברית) Ltd",
            Self::Cjk => "株式会社サンプル",
            Self::Emoji => "🚀 Sample 👨\u{200d}👩\u{200d}👧 Ltd",
            Self::Script => "<script>alert(1)</script>",
            Self::Attribute => "\"><img src=x onerror=alert(1)>",
            Self::Quotes => "O'Sample & \"Sons\" <i>",
            Self::Formula => "=1+1",
            Self::Long => return Some(filler()),
            Self::Spaces => "   ",
            Self::Cleared => "",
            Self::LineBreaks => "Line\nBreak,\tTab",
            Self::Override => "\u{202e}elpmas",
        };
        Some(text.to_owned())
    }
}

fn long_contact(name: &str) -> Option<Option<String>> {
    matches!(name, "firstname" | "jobtitle").then(|| Some(filler()))
}

/// 5,000 characters, mostly in one word.
fn filler() -> String {
    format!("Long {}", "Sampletext".repeat(500))
        .chars()
        .take(5_000)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sandbox::hubspot::data::Kind;

    #[test]
    fn every_oddity_is_on_the_first_page_and_again_later() {
        let at = |index| {
            Odd::of(Base {
                kind: Kind::Contacts,
                seed: 1,
                index,
            })
        };
        let first: Vec<Odd> = (0..100).filter_map(at).collect();
        let later: Vec<Odd> = (100..2_500).filter_map(at).collect();
        for odd in ALL {
            assert!(first.contains(&odd), "{odd:?} is not on the first page");
            assert!(later.contains(&odd), "{odd:?} is not further on");
        }
    }

    #[test]
    fn a_deal_with_nothing_has_nothing() {
        for name in Kind::Deals.properties() {
            assert_eq!(Odd::NothingButId.deal(name), Some(None));
        }
    }

    #[test]
    fn long_values_have_five_thousand_characters() {
        assert_eq!(filler().chars().count(), 5_000);
    }
}
