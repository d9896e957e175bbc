//! Shelf's JSON as it comes.

use serde::Deserialize;

#[derive(Deserialize)]
pub(super) struct Me {
    pub(super) id: String,
    pub(super) name: String,
}

#[derive(Deserialize)]
pub(super) struct Shelves {
    pub(super) shelves: Vec<Shelf>,
}

#[derive(Deserialize)]
pub(super) struct Shelf {
    pub(super) id: String,
    pub(super) label: String,
}

#[derive(Deserialize)]
pub(super) struct Books {
    pub(super) books: Vec<Book>,
    #[serde(default)]
    pub(super) next: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct Book {
    pub(super) isbn: String,
    #[serde(default)]
    pub(super) title: Option<String>,
}
