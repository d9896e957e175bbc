//! The list of contacts that a search found.

use jiff::Timestamp;

use super::{LONGEST_NAME, Told};
use crate::contacts::PER_PAGE;
use crate::providers::{Contact, ContactFacts, ContactPage, Input, Profile};
use crate::web::contacts::address::{Address, LONGEST_SEARCH};
use crate::web::words::{When, counted, number, shortened};

/// A contact in the list.
pub struct Row {
    pub id: String,
    pub name: String,
    /// What else tells it from others: its email.
    pub email: String,
    pub changed: Option<When>,
    pub url: String,
    /// Whether its form is shown.
    pub chosen: bool,
}

/// The list of contacts.
pub struct ListView {
    pub action: String,
    pub q: String,
    pub longest: usize,
    pub rows: Vec<Row>,
    /// '2,500 contacts', '1 contact found'.
    pub count: String,
    /// '51-100', of what is shown.
    pub range: String,
    /// How old what is shown may be.
    pub lag: &'static str,
    /// That a search does not page through all it finds.
    pub capped: Option<String>,
    pub previous: Option<String>,
    pub next: Option<String>,
    /// The first page, where the one that was asked for is beyond the end.
    pub first: Option<String>,
    /// Whether the page is empty, though there are contacts and it is not beyond their end.
    pub hole: bool,
    /// Why there is no list.
    pub trouble: Option<Told>,
    email: Option<&'static str>,
    chosen: Option<String>,
    most_found: u64,
    name: &'static str,
}

impl ListView {
    /// A list of nothing yet.
    pub fn new(
        profile: &Profile,
        facts: &'static ContactFacts,
        address: &Address,
        chosen: Option<&str>,
    ) -> Self {
        let mut fields = facts.fields.iter();
        let email = fields.find(|field| field.input == Input::Email);
        Self {
            action: address.home().to_owned(),
            q: address.q.clone(),
            longest: LONGEST_SEARCH,
            rows: Vec::new(),
            count: String::new(),
            range: String::new(),
            lag: facts.search_lag,
            capped: None,
            previous: None,
            next: None,
            first: None,
            hole: false,
            trouble: None,
            email: email.map(|field| field.name),
            chosen: chosen.map(str::to_owned),
            most_found: facts.most_found,
            name: profile.name,
        }
    }

    /// With why there is none.
    pub fn without(mut self, trouble: Told) -> Self {
        self.trouble = Some(trouble);
        self
    }

    /// With what was found.
    pub fn with(mut self, found: &ContactPage, address: &Address, now: Timestamp) -> Self {
        self.capped = (found.total > self.most_found).then(|| {
            format!(
                "{} pages through the first {} alone: search for what you want.",
                self.name,
                number(self.most_found)
            )
        });
        self.count = match self.q.is_empty() {
            true => counted(found.total, "contact", "contacts"),
            false => counted(found.total, "contact found", "contacts found"),
        };
        let rows = found.contacts.iter();
        self.rows = rows
            .map(|contact| self.row(contact, address, now))
            .collect();
        self.turn(found, address);
        self
    }

    fn turn(&mut self, found: &ContactPage, address: &Address) {
        let page = u64::from(address.page);
        let before = (page - 1).saturating_mul(PER_PAGE.into());
        let shown = u64::try_from(found.contacts.len()).unwrap_or_default();
        let reachable = found.total.min(self.most_found);
        if shown == 0 && before >= reachable {
            self.first = (page > 1).then(|| address.at_page(1));
            return;
        }
        // A page may hold less than was asked for, or nothing, without being the last.
        self.hole = shown == 0;
        if !self.hole {
            self.range = format!("{}-{}", number(before + 1), number(before + shown));
        }
        self.previous = (page > 1).then(|| address.at_page(address.page - 1));
        let passed = if self.hole { PER_PAGE.into() } else { shown };
        let more = before.saturating_add(passed) < reachable;
        self.next = more.then(|| address.at_page(address.page.saturating_add(1)));
    }

    fn row(&self, contact: &Contact, address: &Address, now: Timestamp) -> Row {
        let email = self.email.and_then(|email| contact.properties.get(email));
        let email = email.map(|email| shortened(email, LONGEST_NAME));
        let name = shortened(&contact.name, LONGEST_NAME);
        Row {
            email: email.filter(|email| *email != name).unwrap_or_default(),
            name,
            changed: contact.updated_at.map(|at| When::new(at, now)),
            url: address.other(Some(&contact.id)),
            chosen: self.chosen.as_deref() == Some(&contact.id),
            id: contact.id.clone(),
        }
    }
}
