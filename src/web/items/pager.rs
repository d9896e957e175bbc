//! The way from one page of a selection to the others.

use crate::items::{Query, Selection};
use crate::web::words::number;

/// Rows a page that the pager offers.
const SIZES: [u32; 5] = [25, 50, 100, 200, 500];

/// See the module.
pub struct Pager {
    /// `1-50`
    pub range: String,
    pub first: Option<String>,
    pub previous: Option<String>,
    pub next: Option<String>,
    pub last: Option<String>,
    pub per_page: u32,
    /// What can be chosen; the present number is always among them.
    pub sizes: Vec<u32>,
}

impl Pager {
    pub(super) fn new(
        query: &Query,
        selection: &Selection,
        url: &dyn Fn(&Query) -> String,
    ) -> Self {
        let pages = selection.total.div_ceil(u64::from(query.per_page)).max(1);
        let pages = u32::try_from(pages).unwrap_or(u32::MAX);
        let at = |page: u32| {
            url(&Query {
                page,
                ..query.clone()
            })
        };
        let from = query.offset() + 1;
        let to = from + (selection.items.len() as u64).saturating_sub(1);
        Self {
            range: format!("{}-{}", number(from), number(to)),
            first: (query.page > 1).then(|| at(1)),
            previous: (query.page > 1).then(|| at((query.page - 1).min(pages))),
            next: (query.page < pages).then(|| at(query.page + 1)),
            last: (query.page < pages).then(|| at(pages)),
            per_page: query.per_page,
            sizes: sizes(query.per_page),
        }
    }
}

fn sizes(present: u32) -> Vec<u32> {
    let mut sizes = SIZES.to_vec();
    if !sizes.contains(&present) {
        sizes.push(present);
        sizes.sort_unstable();
    }
    sizes
}
