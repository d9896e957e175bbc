//! The rows of the item table, as a person reads them.

use scraper::{ElementRef, Html, Selector};

use super::{Case, TRIES, is_busy};
use crate::support::Page;

/// The most rows that a page has.
const MOST: usize = 500;

/// One row.
#[derive(Clone, Debug)]
pub struct Row {
    pub id: String,
    pub kind: String,
    pub name: String,
    pub parent: String,
    pub link: Option<String>,
}

impl Case {
    /// The rows that a query (`type=Deal`, or nothing) leaves, page after page.
    pub async fn rows(&mut self, query: &str) -> Vec<Row> {
        let mut rows = Vec::new();
        for number in 1..=100 {
            let place = self.place(&format!("/items?{query}&per_page={MOST}&page={number}"));
            let page = self.part(&place).await;
            // Reading so many rows takes a while, which Patchbay must not wait for.
            let found = tokio::task::block_in_place(|| read(&page.text));
            let is_last = found.len() < MOST;
            rows.extend(found);
            if is_last {
                return rows;
            }
        }
        panic!("there is no last page");
    }

    async fn part(&mut self, place: &str) -> Page {
        for _ in 0..TRIES {
            let page = self.ada.get_part(place).await;
            if page.status == 200 {
                return page;
            }
            is_busy(&page).await;
        }
        panic!("{place} is never there");
    }

    /// The ids of all items, sorted.
    pub async fn ids(&mut self) -> Vec<String> {
        let mut ids: Vec<String> = self.rows("").await.into_iter().map(|row| row.id).collect();
        ids.sort();
        ids
    }
}

fn read(html: &str) -> Vec<Row> {
    let html = Html::parse_document(html);
    let cells = ["td.name", "td.type", "td.parent", "td.open a"].map(parse);
    let [name, kind, parent, link] = &cells;
    let row = |row: ElementRef<'_>| Row {
        id: row.attr("data-id").unwrap_or_default().to_owned(),
        kind: text(row, kind),
        name: text(row, name),
        parent: text(row, parent),
        link: row.select(link).next().and_then(href),
    };
    html.select(&parse("#items tr[data-id]")).map(row).collect()
}

fn parse(selector: &str) -> Selector {
    Selector::parse(selector).expect("a selector")
}

/// The text of a cell as it stands, white space included.
fn text(row: ElementRef<'_>, cell: &Selector) -> String {
    let cell = row.select(cell).next();
    cell.map(|cell| cell.text().collect()).unwrap_or_default()
}

fn href(link: ElementRef<'_>) -> Option<String> {
    link.attr("href").map(str::to_owned)
}
