//! A page that a browser was shown, and what a person finds on it.

use reqwest::StatusCode;
use reqwest::header::{HeaderMap, LOCATION};
use scraper::{ElementRef, Html, Selector};
use url::Url;

/// A page as it was answered, after redirects.
#[derive(Debug)]
pub struct Page {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub url: Url,
    pub text: String,
}

impl Page {
    /// Where a redirect leads.
    pub fn location(&self) -> Option<Url> {
        let location = self
            .headers
            .get(LOCATION)
            .filter(|_| self.status.is_redirection())?;
        Some(
            self.url
                .join(location.to_str().expect("text"))
                .expect("an address"),
        )
    }

    /// A header's text; empty where there is none.
    pub fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .map_or("", |value| value.to_str().expect("text"))
    }

    /// How many elements match.
    pub fn count(&self, selector: &str) -> usize {
        self.html().select(&parse(selector)).count()
    }

    /// The text of the elements that match, white space folded.
    pub fn texts(&self, selector: &str) -> Vec<String> {
        self.html()
            .select(&parse(selector))
            .map(|element| folded(&element))
            .collect()
    }

    /// The same with white space as it is.
    pub fn texts_as_they_are(&self, selector: &str) -> Vec<String> {
        let (html, selector) = (self.html(), parse(selector));
        let found = html.select(&selector);
        found.map(|element| element.text().collect()).collect()
    }

    /// The text of the first element that matches; empty where there is none.
    pub fn text_of(&self, selector: &str) -> String {
        self.texts(selector).into_iter().next().unwrap_or_default()
    }

    /// An attribute of every element that matches.
    pub fn attributes(&self, selector: &str, name: &str) -> Vec<String> {
        let html = self.html();
        html.select(&parse(selector))
            .filter_map(|element| element.attr(name).map(str::to_owned))
            .collect()
    }

    /// The `value` of the first element that matches.
    pub fn value(&self, selector: &str) -> Option<String> {
        self.attributes(selector, "value").into_iter().next()
    }

    /// The ids of the rows of the item table.
    pub fn ids(&self) -> Vec<String> {
        self.attributes("#items tr[data-id]", "data-id")
    }

    /// The state that the connection's chip shows.
    pub fn state(&self) -> String {
        self.attributes("[data-state]", "data-state")
            .into_iter()
            .next()
            .unwrap_or_default()
    }

    /// Fails unless this says of a connection that its stored credential cannot be read.
    pub fn assert_unreadable(&self) {
        assert_eq!(self.status, 200, "{}", self.text);
        assert_eq!(self.state(), "misconfigured", "{}", self.text);
        let banner = self.text_of(".banner.danger");
        assert!(
            banner.contains("stored credential cannot be read"),
            "{banner}"
        );
    }

    /// The form that holds a button of this text or id: where it goes, and its fields with the button's own.
    pub fn form_with_button(&self, text: &str) -> (Url, Vec<(String, String)>) {
        let html = self.html();
        for form in html.select(&parse("form")) {
            let button = parse("button, input[type=submit]");
            let mut buttons = form.select(&button);
            let Some(button) = buttons.find(|button| {
                folded(button) == text
                    || [button.attr("value"), button.attr("id")].contains(&Some(text))
            }) else {
                continue;
            };
            let action = form.attr("action").unwrap_or_default();
            let mut fields: Vec<_> = form
                .select(&parse("input[name], select[name], textarea[name]"))
                .filter(|input| {
                    let on = input.attr("checked").is_some() && input.attr("disabled").is_none();
                    !matches!(input.attr("type"), Some("submit" | "checkbox" | "radio")) || on
                })
                .map(|input| (attr(&input, "name"), chosen(&input)))
                .collect();
            if let Some(name) = button.attr("name") {
                fields.push((name.to_owned(), attr(&button, "value")));
            }
            return (self.url.join(action).expect("an address"), fields);
        }
        panic!("no form with a button '{text}' in {}", self.text);
    }

    fn html(&self) -> Html {
        Html::parse_document(&self.text)
    }
}

fn parse(selector: &str) -> Selector {
    Selector::parse(selector).expect("a selector")
}

fn folded(element: &ElementRef<'_>) -> String {
    element
        .text()
        .collect::<String>()
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
}

fn attr(element: &ElementRef<'_>, name: &str) -> String {
    element.attr(name).unwrap_or_default().to_owned()
}

/// What an input would send; of a select, its chosen or first option.
fn chosen(input: &ElementRef<'_>) -> String {
    if input.value().name() == "textarea" {
        return input.text().collect();
    }
    if input.value().name() != "select" {
        return attr(input, "value");
    }
    let option = parse("option");
    let picked = input
        .select(&option)
        .find(|option| option.attr("selected").is_some());
    picked
        .or_else(|| input.select(&option).next())
        .map(|option| attr(&option, "value"))
        .unwrap_or_default()
}
