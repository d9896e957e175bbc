//! What stands in the address of a page of contacts: the search, its page, and the properties that are shown.

use std::fmt::Write as _;

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use crate::contacts::{MOST_MORE, can_be_a_name};
use crate::error::{Failure, Kind};
use crate::providers::{ContactFacts, Profile};
use crate::web::words::shortened;

/// Longest search, in characters.
pub const LONGEST_SEARCH: usize = 200;
/// Of a value that makes no sense so many characters are repeated.
const REPEATED: usize = 40;

/// Where somebody is among the contacts of a provider.
#[derive(Clone, Debug, PartialEq)]
pub struct Address {
    home: String,
    /// The text that is searched for; empty for all.
    pub q: String,
    /// The page of the list, from 1.
    pub page: u32,
    /// The properties beside the fields.
    pub more: Vec<String>,
    /// What was entered before a reconnect.
    pub draft: Option<String>,
}

impl Address {
    /// Reads a query. What makes no sense is told with what is possible.
    pub fn read(profile: &Profile, facts: &ContactFacts, query: &str) -> Result<Self, Failure> {
        let home = format!("/connections/{}/contacts", profile.id);
        let back = |bad: Failure| bad.leading_to("To the contacts", home);
        Self::parse(profile, facts, query).map_err(back)
    }

    fn parse(profile: &Profile, facts: &ContactFacts, query: &str) -> Result<Self, Failure> {
        let mut address = Self {
            home: format!("/connections/{}/contacts", profile.id),
            q: String::new(),
            page: 1,
            more: Vec::new(),
            draft: None,
        };
        for (name, value) in url::form_urlencoded::parse(query.as_bytes()) {
            match name.as_ref() {
                "q" => address.q = search(value.trim())?,
                "page" if !value.is_empty() => address.page = page(&value)?,
                "more" if !value.is_empty() => address.more = more(&value, facts)?,
                "draft" if !value.is_empty() => address.draft = Some(value.into_owned()),
                _ => {}
            }
        }
        Ok(address)
    }

    /// The list.
    pub fn list(&self) -> String {
        self.with_query(self.home.clone(), false)
    }

    /// Another page of the list.
    pub fn at_page(&self, page: u32) -> String {
        Self {
            page,
            ..self.clone()
        }
        .list()
    }

    /// The whole list, without a search.
    pub fn home(&self) -> &str {
        &self.home
    }

    /// The form of a contact, or of a new one.
    pub fn form(&self, contact: Option<&str>) -> String {
        self.with_query(self.place(contact), true)
    }

    /// Where the form of a contact, or of a new one, is sent to; with the draft that it was begun with.
    pub fn send(&self, contact: Option<&str>) -> String {
        let place = match contact {
            Some(_) => self.place(contact),
            None => self.home.clone(),
        };
        let place = self.with_query(place, true);
        match &self.draft {
            Some(draft) => and_draft(place, draft),
            None => place,
        }
    }

    /// The form of another contact than the one that is shown.
    pub fn other(&self, contact: Option<&str>) -> String {
        self.with_query(self.place(contact), false)
    }

    /// The question whether to delete a contact.
    pub fn delete(&self, contact: &str) -> String {
        self.with_query(format!("{}/delete", self.place(Some(contact))), false)
    }

    /// The same with a draft.
    pub fn with_draft(&self, contact: Option<&str>, draft: &str) -> String {
        and_draft(self.form(contact), draft)
    }

    fn place(&self, contact: Option<&str>) -> String {
        let last = match contact {
            Some(id) => utf8_percent_encode(id, NON_ALPHANUMERIC).to_string(),
            None => "new".to_owned(),
        };
        format!("{}/{last}", self.home)
    }

    fn with_query(&self, mut place: String, more: bool) -> String {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        if !self.q.is_empty() {
            query.append_pair("q", &self.q);
        }
        if self.page > 1 {
            query.append_pair("page", &self.page.to_string());
        }
        if more && !self.more.is_empty() {
            query.append_pair("more", &self.more.join(","));
        }
        let query = query.finish();
        if !query.is_empty() {
            // Writing to a string does not fail.
            let _ = write!(place, "?{query}");
        }
        place
    }
}

fn and_draft(place: String, draft: &str) -> String {
    let sign = if place.contains('?') { '&' } else { '?' };
    let draft = utf8_percent_encode(draft, NON_ALPHANUMERIC);
    format!("{place}{sign}draft={draft}")
}

fn search(value: &str) -> Result<String, Failure> {
    let fits = value.chars().count() <= LONGEST_SEARCH && !value.chars().any(char::is_control);
    let possible = || format!("a text of at most {LONGEST_SEARCH} characters that can be seen");
    fits.then(|| value.to_owned())
        .ok_or_else(|| senseless("q", value, &possible()))
}

/// A number that is too large for any list is beyond its end.
fn page(value: &str) -> Result<u32, Failure> {
    let digits = value.bytes().all(|byte| byte.is_ascii_digit());
    let number = digits.then(|| value.parse().unwrap_or(u32::MAX));
    let number = number.filter(|number| *number > 0);
    number.ok_or_else(|| senseless("page", value, "a number from 1"))
}

fn more(value: &str, facts: &ContactFacts) -> Result<Vec<String>, Failure> {
    let mut names: Vec<String> = Vec::new();
    for name in value.split(',') {
        let is_field = facts.fields.iter().any(|field| field.name == name);
        if !can_be_a_name(name) || names.len() >= MOST_MORE {
            let possible = format!("up to {MOST_MORE} names of properties, parted by commas");
            return Err(senseless("more", value, &possible));
        }
        if !is_field && !names.iter().any(|known| known == name) {
            names.push(name.to_owned());
        }
    }
    Ok(names)
}

fn senseless(name: &str, value: &str, possible: &str) -> Failure {
    let value = shortened(value, REPEATED);
    Failure::new(
        Kind::BadRequest,
        "This address asks for something that cannot be",
        format!("'{name}' cannot be '{value}'; possible is {possible}."),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::providers::Registry;

    fn read(query: &str) -> Result<Address, Failure> {
        let provider = Registry.all().next().expect("a provider");
        let facts = &super::super::samples::FACTS;
        Address::read(provider.profile(), facts, query)
    }

    #[test]
    fn what_was_read_is_written_again() {
        let address = read("q=ada+l&page=3&more=city,zip,email,city&x=1").expect("an address");
        assert_eq!(address.more, ["city", "zip"]);
        let form = address.form(Some("a/b"));
        assert!(
            form.ends_with("/contacts/a%2Fb?q=ada+l&page=3&more=city%2Czip"),
            "{form}"
        );
        assert!(address.list().ends_with("/contacts?q=ada+l&page=3"));
        let draft = read("").expect("an address").with_draft(None, "x");
        assert!(draft.ends_with("/contacts/new?draft=x"), "{draft}");
    }

    #[test]
    fn what_makes_no_sense_is_told_with_what_is_possible() {
        let long = format!("q={}", "x".repeat(201));
        for query in [
            "page=0",
            "page=-1",
            "page=two",
            "page=1.5",
            "q=a%00b",
            "more=a%20b",
            &long,
        ] {
            let failure = read(query).expect_err(query);
            assert_eq!(failure.kind, Kind::BadRequest);
            assert!(
                failure.message.contains("possible is"),
                "{}",
                failure.message
            );
        }
        assert_eq!(read("page=99999999999999").expect("beyond").page, u32::MAX);
        assert_eq!(read("page=&more=&q=").expect("nothing").page, 1);
    }
}
