//! The activity trail: what people, programs, operators and Patchbay do, as its page and its file tell it.

mod deeds;
mod found;
mod peers;
mod programs;
mod refused;
mod turns;

use std::time::Duration;

use crate::support::{Browser, Page, World};

const PLACE: &str = "/activity";

/// A row of the table.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Row {
    who: String,
    what: String,
    about: String,
    result: String,
    address: String,
    /// The request's id, as the title says it.
    request: String,
}

/// The rows of a page, the newest first, without those of sign-ins: everybody has some.
fn rows(page: &Page) -> Vec<Row> {
    assert_eq!(page.status, 200, "{}", page.text);
    let column = |name: &str| page.texts(&format!("table.activity tbody td.{name}"));
    let [who, what, about, result, address] =
        ["by", "name", "object", "result", "address"].map(column);
    let mut titles = page
        .attributes("table.activity td.address span", "title")
        .into_iter();
    let request = |address: &String| match address.is_empty() {
        true => String::new(),
        false => titles.next().expect("a title"),
    };
    let requests: Vec<String> = address.iter().map(request).collect();
    (0..who.len())
        .map(|nth| Row {
            who: who[nth].clone(),
            what: what[nth].clone(),
            about: about[nth].clone(),
            result: result[nth].clone(),
            address: address[nth].clone(),
            request: requests[nth].clone(),
        })
        .filter(|row| !row.what.starts_with("Sign"))
        .collect()
}

/// What somebody's trail tells.
async fn trail(browser: &mut Browser) -> Vec<Row> {
    rows(&browser.get(PLACE).await)
}

/// What was done, the newest first.
async fn told(browser: &mut Browser) -> Vec<String> {
    let rows = trail(browser).await.into_iter();
    rows.map(|row| row.what).collect()
}

/// A row that a request from this machine has left.
fn assert_from_here(row: &Row) {
    assert_eq!(row.address, "127.0.0.1", "{row:?}");
    let id = row.request.strip_prefix("Request ").expect("an id");
    assert_eq!(id.len(), 36, "{row:?}");
}

/// A row that no request has left.
fn assert_from_nowhere(row: &Row) {
    assert_eq!((&row.address[..], &row.request[..]), ("", ""), "{row:?}");
}

/// Waits until somebody's trail begins with this.
async fn until(browser: &mut Browser, what: &str) -> Row {
    for _ in 0..200 {
        let rows = trail(browser).await;
        if let Some(row) = rows.into_iter().next().filter(|row| row.what == what) {
            return row;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("the trail does not tell: {what}");
}

/// Everything that stands in the streams of all orgs.
fn streams(world: &World) -> String {
    let names = world.redis.cli(&["KEYS", "pb:activity:*"]);
    let read = |name: &str| world.redis.cli(&["XRANGE", name, "-", "+"]);
    names.lines().map(read).collect()
}
