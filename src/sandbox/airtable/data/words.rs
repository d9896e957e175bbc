//! The words that bases, tables and records are made of. Every person is obviously made up.

/// Names of the first bases, awkward ones among them.
pub const BASE: [&str; 14] = [
    "Project Tracker",
    "Untitled Base",
    "R&D / Q4 <b>2026</b>",
    "Untitled Base",
    "🚀 Launch 👩\u{200d}🚀",
    "مشاريع تجريبية (דוגמה)",
    "<script>alert(1)</script>",
    "  Content   calendar ",
    "=HYPERLINK(\"https://example.com\")",
    "100% \"sure\" & 'quoted'",
    "Cafe\u{301} Du\u{308}sseldorf",
    "株式会社サンプル",
    "\u{202e}elpmas",
    "A name of a base that somebody never got round to shortening, although everybody who has ever seen it in a list \
     has asked for that more than once",
];
/// Names of tables, unique in any run of them.
pub const TABLE: [&str; 22] = [
    "Everything",
    "Q4/2026 Pipeline",
    "100% done?",
    "People",
    "Tasks & <b>Chores</b>",
    "Budget %20",
    "Wo ist was? #1",
    "../meta/bases",
    "Équipement",
    "在庫",
    "🎉 Parties",
    "listRecords",
    "Pictures",
    "דוגמה",
    "a+b=c;d,e",
    "No views here",
    "Suppliers",
    "Meetings\u{a0}(old)",
    "Interviews",
    "Ideas",
    "Orders",
    "\"Quoted\"",
];
pub const VERB: [&str; 12] = [
    "Launch",
    "Review",
    "Draft",
    "Plan",
    "Ship",
    "Fix",
    "Sketch",
    "Test",
    "Measure",
    "Order",
    "Pack",
    "Translate",
];
pub const NOUN: [&str; 14] = [
    "sample campaign",
    "fictional budget",
    "placeholder page",
    "demo video",
    "example contract",
    "mock survey",
    "test kitchen",
    "specimen label",
    "invented logo",
    "imaginary event",
    "dummy invoice",
    "lorem newsletter",
    "stub report",
    "fixture list",
];
pub const PERSON: [(&str, &str); 6] = [
    ("Ada Sample", "ada@example.com"),
    ("Bruno Example", "bruno@example.org"),
    ("Daria Placeholder", "daria@example.com"),
    ("Emil Testperson", "emil@example.net"),
    ("Fatima Mockwell", "fatima@example.com"),
    ("Goran \"Nobody\" <Fixture>", "goran@example.org"),
];
/// Choices of single selects, with their colours.
pub const STATUS: [(&str, &str); 4] = [
    ("Todo", "redLight2"),
    ("In progress", "yellowLight2"),
    ("Done", "greenLight2"),
    ("<b>Blocked</b>, \"waiting\"", "grayLight2"),
];
/// Choices of multiple selects and of synced sources.
pub const TAG: [(&str, &str); 3] = [
    ("One", "blueLight2"),
    ("Two", "cyanLight2"),
    ("Three", "tealLight2"),
];
/// Addresses as people type them; Airtable does not check them.
pub const URL: [&str; 5] = [
    "https://example.com/page?a=1&b=%20",
    "example.com",
    "javascript:alert(1)",
    "http://localhost:1/",
    "https://example.org/ümlaut",
];

/// One of `list`, by a number that was drawn.
pub fn pick<T: Copy + Default>(list: &[T], draw: u64) -> T {
    let place = draw % list.len().max(1) as u64;
    let found = usize::try_from(place)
        .ok()
        .and_then(|place| list.get(place));
    found.copied().unwrap_or_default()
}
