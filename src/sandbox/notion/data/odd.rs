//! Objects that trip careless clients: among the first ones, and spread through the rest.

use super::title::Runs;

/// What is awkward about an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Odd {
    Mixed,
    Untitled,
    Blank,
    LineBreaks,
    Script,
    Quotes,
    RightToLeft,
    Combining,
    Emoji,
    Long,
    NoPlainText,
    Override,
    Partial,
    NoCreator,
    NoTitleType,
    NoTitleProperty,
    UnknownKeys,
    ScriptUrl,
    HttpUrl,
    AgentParent,
    UnknownParent,
    ForeignParent,
}

const ALL: [Odd; 22] = [
    Odd::Untitled,
    Odd::Script,
    Odd::AgentParent,
    Odd::Mixed,
    Odd::Partial,
    Odd::ScriptUrl,
    Odd::Blank,
    Odd::Emoji,
    Odd::ForeignParent,
    Odd::Quotes,
    Odd::NoCreator,
    Odd::UnknownKeys,
    Odd::LineBreaks,
    Odd::RightToLeft,
    Odd::NoPlainText,
    Odd::UnknownParent,
    Odd::HttpUrl,
    Odd::Combining,
    Odd::NoTitleProperty,
    Odd::Long,
    Odd::NoTitleType,
    Odd::Override,
];

impl Odd {
    /// Every third page of the first sixty-odd, then about one in forty.
    pub fn of(index: u64, draw: u64) -> Option<Self> {
        let first = 3 * ALL.len() as u64;
        let place = if index < first {
            (index % 3 == 1).then_some(index / 3)?
        } else {
            draw.is_multiple_of(41)
                .then_some(draw / 41 % ALL.len() as u64)?
        };
        ALL.get(usize::try_from(place).ok()?).copied()
    }

    /// Every fourth data source of the first ones; for these only the titles count.
    pub fn of_source(ordinal: u64) -> Option<Self> {
        let place = usize::try_from(ordinal / 4).ok()?;
        ALL.get(place).copied().filter(|_| ordinal % 4 == 2)
    }

    /// The title it has in place of an ordinary one.
    pub fn title(self) -> Option<super::Title> {
        self.runs().map(super::Title::Odd)
    }

    fn runs(self) -> Option<Runs> {
        let text = match self {
            Self::Mixed => return Some(Runs::Mixed),
            Self::Untitled => return Some(Runs::None),
            Self::NoPlainText => return Some(Runs::Bare("Only content, no plain text")),
            Self::Long => "Two thousand characters. ".repeat(80),
            Self::Blank => " \u{a0}\n\t\u{2003}".to_owned(),
            Self::LineBreaks => "Line\nbreak\u{a0}and\ttab \r\n end ".to_owned(),
            Self::Script => "<script>alert(1)</script><img src=x onerror=alert(2)>".to_owned(),
            Self::Quotes => "{{7*7}} ${x} \"double\" 'single' & <b>bold</b>".to_owned(),
            Self::RightToLeft => "مثال على صفحة דוגמה".to_owned(),
            // Letters with separate accents, Vietnamese with stacked ones.
            Self::Combining => "Zoe\u{308} Nguye\u{302}\u{303}n".to_owned(),
            Self::Emoji => "👩🏽\u{200d}🚀 Mission 🏳\u{fe0f}\u{200d}🌈".to_owned(),
            Self::Override => "\u{202e}drawkcab\u{202c} zero\u{200b}width".to_owned(),
            _ => return None,
        };
        Some(Runs::Text(text))
    }
}
