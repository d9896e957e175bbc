//! Reading what a connection's page says of a load and its items.

use super::{Browser, Page};

/// The most rows that a page of items has.
const MOST: usize = 500;

impl Browser {
    /// The ids of all items of HubSpot that a query (`type=Deal`, or nothing) leaves, page after page.
    pub async fn all_ids(&mut self, query: &str) -> Vec<String> {
        let mut ids = Vec::new();
        for number in 1..=100 {
            let place = format!("/connections/hubspot/items?{query}&per_page={MOST}&page={number}");
            let page = self.get(&place).await;
            assert_eq!(page.status, 200, "{place}: {}", page.text);
            let found = page.ids();
            let last = found.len() < MOST;
            ids.extend(found);
            if last {
                return ids;
            }
        }
        panic!("there is no last page");
    }
}

impl Page {
    /// How a stream of the load ended, or `running`: its `data-outcome`.
    pub fn outcome(&self, stream: &str) -> String {
        let selector = format!("#load [data-stream={stream}]");
        let outcomes = self.attributes(&selector, "data-outcome");
        assert_eq!(outcomes.len(), 1, "{stream} in {}", self.text);
        outcomes[0].clone()
    }

    /// What the load says of a stream: items, pages, notes.
    pub fn stream(&self, stream: &str) -> String {
        self.text_of(&format!("#load [data-stream={stream}]"))
    }

    /// The banners under the load.
    pub fn load_banners(&self) -> Vec<String> {
        self.texts("#load .banner")
    }

    /// Whether the load is shown as running: then, and only then, its part of the page polls.
    pub fn is_loading(&self) -> bool {
        self.count("#load[hx-trigger]") == 1
    }

    /// The number on a type chip.
    pub fn chip(&self, title: &str) -> String {
        let chips = self.texts("a.type");
        let found = chips.iter().find_map(|chip| chip.strip_prefix(title));
        found
            .unwrap_or_else(|| panic!("no chip {title} among {chips:?}"))
            .trim()
            .to_owned()
    }
}
