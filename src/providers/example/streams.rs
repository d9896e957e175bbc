//! The two streams: the shelves, and the books on each.

use super::super::{Fetch, FetchError, Fetched, Kind, Stream};
use super::wire;
use crate::item::Item;
use crate::outbound::{Call, CallError, Request};

pub(super) static STREAMS: &[Stream] = &[
    Stream {
        id: "shelves",
        title: "Shelves",
        kinds: &[Kind {
            id: "Shelf",
            title: "Shelves",
        }],
        scopes: &["books.read"],
        source: None,
        by_default: true,
        hint: None,
    },
    Stream {
        id: "books",
        title: "Books",
        kinds: &[Kind {
            id: "Book",
            title: "Books",
        }],
        scopes: &["books.read"],
        source: Some("shelves"),
        by_default: true,
        hint: None,
    },
];

pub(super) async fn fetch(call: &Call, step: &Fetch) -> Result<Fetched, FetchError> {
    match &step.stream[..] {
        "shelves" => shelves(call).await,
        "books" => books(call, step).await,
        other => Err(CallError::Broken(format!("Shelf has no stream {other}")).into()),
    }
}

async fn shelves(call: &Call) -> Result<Fetched, FetchError> {
    let found: wire::Shelves = call.read(&Request::get("/v3/shelves")).await?;
    let next = found.shelves.iter().map(|shelf| Fetch {
        list: shelf.id.clone(),
        title: Some(shelf.label.clone()),
        ..Fetch::first("books")
    });
    Ok(Fetched {
        next: next.collect(),
        items: found
            .shelves
            .into_iter()
            .map(|shelf| Item::new("shelf", "Shelf", shelf.id, shelf.label))
            .collect(),
        ..Fetched::default()
    })
}

async fn books(call: &Call, step: &Fetch) -> Result<Fetched, FetchError> {
    let mut request = Request::get("/v3/shelves").at(&step.list).at("books");
    if let Some(cursor) = &step.cursor {
        request = request.with("after", cursor);
    }
    let found: wire::Books = call.read(&request).await?;
    let next = found.next.into_iter().map(|cursor| step.page_at(cursor));
    let items = found.books.into_iter().map(|book| {
        let name = book.title.unwrap_or_else(|| format!("Book {}", book.isbn));
        let mut item = Item::new("shelf", "Book", book.isbn, name);
        item.parent_id = Some(step.list.clone());
        item.parent_path_or_name = step.title.clone();
        item
    });
    Ok(Fetched {
        items: items.collect(),
        next: next.collect(),
        ..Fetched::default()
    })
}
