//! The page of an item.

use askama::Template;

use super::super::place;
use super::content::{Document, Look};
use super::facts::{Fact, facts, properties};
use crate::item::Item;
use crate::providers::Profile;
use crate::web::frame::Frame;
use crate::web::words::shortened;

/// Names longer than this many characters are cut where they name another item, or the page in the window's title.
const LONGEST_NAME: usize = 300;

/// A link to another item.
pub struct Other {
    pub id: String,
    pub name: String,
    pub kind: String,
    pub place: String,
}

/// What lies in the item.
#[derive(Default)]
pub struct Children {
    /// The first of them.
    pub first: Vec<Other>,
    /// How many there are.
    pub total: String,
    /// The table of all of them, where an address can ask for it.
    pub all: Option<String>,
    /// Whether there are more than the page lists.
    pub more: bool,
    /// What lies in it cannot be read; then nothing else is said of it.
    pub unreadable: bool,
}

#[derive(Template)]
#[template(path = "items/item.html")]
pub struct ItemPage {
    pub frame: Frame,
    pub provider: &'static str,
    pub id: &'static str,
    pub title: String,
    pub name: String,
    pub kind: String,
    pub facts: Vec<(&'static str, Fact)>,
    pub properties: Vec<(String, Fact)>,
    pub parent: Option<Other>,
    pub children: Children,
    /// The provider's own page.
    pub url: Option<String>,
    /// The page where it is worked on, if it is something that can be.
    pub work: Option<String>,
    /// What stands in it, where its provider gives that out.
    pub document: Option<Document>,
    pub json: String,
    pub json_url: String,
}

impl Other {
    pub fn new(item: &Item) -> Self {
        Self {
            id: item.id.clone(),
            name: shortened(&item.name, LONGEST_NAME),
            kind: item.kind.clone(),
            place: place::of(&item.provider, &item.kind, &item.id),
        }
    }
}

impl ItemPage {
    pub fn new(
        frame: Frame,
        profile: &'static Profile,
        item: &Item,
        parent: Option<&Item>,
        children: Children,
        now: jiff::Timestamp,
    ) -> Self {
        Self {
            frame,
            provider: profile.name,
            id: profile.id,
            title: shortened(&item.name, LONGEST_NAME),
            name: item.name.clone(),
            kind: item.kind.clone(),
            facts: facts(item, profile, parent.is_some(), now),
            properties: properties(item),
            parent: parent.map(Other::new),
            children,
            url: place::at_provider(item),
            work: None,
            document: None,
            json: serde_json::to_string_pretty(item).unwrap_or_default(),
            json_url: format!("{}/json", place::of(&item.provider, &item.kind, &item.id)),
        }
    }
}
