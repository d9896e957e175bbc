//! Names as people type them: markup, braces, other scripts, emoji, white space.

use super::{Case, for_all, hasty, rows::Row};

/// What is in some name of every stand-in.
const AWKWARD: [&str; 6] = [
    "<script>alert(1)</script>",
    "<b>",
    "{{7*7}}",
    "\u{5d3}\u{5d5}\u{5d2}\u{5de}\u{5d4}",
    "\u{202e}",
    "🚀",
];

#[tokio::test(flavor = "multi_thread")]
async fn awkward_names_are_text_and_can_be_found() {
    for_all(hasty(&[]).await, |mut case| async move {
        case.connect(&[]).await;
        let page = case.load_all().await;
        case.assert_whole(&page, "before").await;
        assert_no_markup(&mut case).await;
        let rows = case.rows("").await;
        for part in AWKWARD {
            let row = rows
                .iter()
                .find(|row| is_short(row) && row.name.contains(part));
            let row = row.unwrap_or_else(|| panic!("no name with {part:?}"));
            assert_found(&mut case, row).await;
        }
    })
    .await;
}

fn is_short(row: &Row) -> bool {
    row.name.chars().count() < 150
}

/// What stands in a cell is text: no element but those of the table itself.
async fn assert_no_markup(case: &mut Case) {
    let place = case.place("/items?per_page=500");
    for page in [case.ada.get(&place).await, case.ada.get_part(&place).await] {
        assert_eq!(page.status, 200, "{}", page.text);
        // Reading so many rows takes a while, which Patchbay must not wait for.
        let markup = tokio::task::block_in_place(|| page.texts(&markup()));
        assert_eq!(markup, Vec::<String>::new());
        for typed in ["<script>alert", "<img", "<iframe"] {
            assert!(!page.text.contains(typed), "{typed} as it was typed");
        }
    }
}

/// Elements that no cell of a name or a parent has: that of a name is one link. And scripts in attributes anywhere.
fn markup() -> String {
    let cells = [
        "#items td.name :not(a, bdi)",
        "#items td.name a a",
        "#items td.name a ~ a",
        "#items td.parent :not(bdi)",
    ];
    let handlers = ["#items [onerror]", "#items [onload]", "#items [onclick]"];
    [&cells[..], &handlers].concat().join(", ")
}

/// A filter by its whole name finds a row, whatever stands in it; and the page repeats the text as text.
async fn assert_found(case: &mut Case, row: &Row) {
    let text = row.name.trim();
    let query: String = url::form_urlencoded::byte_serialize(text.as_bytes()).collect();
    let found = case.rows(&format!("q={query}")).await;
    assert!(
        found.iter().any(|one| one.id == row.id),
        "{text:?} is not found"
    );
    let place = case.place(&format!("/items?q={query}"));
    let page = case.ada.get(&place).await;
    let shown = page.value("input#q").unwrap_or_default();
    assert_eq!(shown.trim(), text);
    assert!(
        !page.text.contains("<script>alert"),
        "{text:?} came back as markup"
    );
}
