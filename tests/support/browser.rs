//! A browser without script: keeps cookies, follows links, fills in forms.

use std::sync::Arc;

use reqwest::cookie::Jar;
use reqwest::header::{HeaderMap, LOCATION};
use reqwest::{Method, RequestBuilder, StatusCode};
use scraper::{ElementRef, Html, Selector};
use url::Url;

/// Redirects followed at most.
const HOPS: usize = 10;

/// A browser, and the address it was opened at.
#[derive(Clone)]
pub struct Browser {
    client: reqwest::Client,
    /// Where Patchbay is.
    pub home: Url,
    /// The CSRF token of the page seen last.
    csrf: String,
}

/// A page as it was answered, after redirects.
#[derive(Debug)]
pub struct Page {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub url: Url,
    pub text: String,
}

impl Browser {
    #[allow(clippy::disallowed_methods)] // A test plays the browser, not Patchbay.
    pub fn new(home: &str) -> Self {
        super::install_tls();
        let client = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .cookie_provider(Arc::new(Jar::default()))
            .build()
            .expect("a client");
        Self {
            client,
            home: Url::parse(home).expect("a URL"),
            csrf: String::new(),
        }
    }

    /// Opens an address and follows redirects, like a typed address or a link.
    pub async fn get(&mut self, place: &str) -> Page {
        let url = self.resolve(place);
        self.follow(self.client.get(url)).await
    }

    /// Opens an address and does not follow where it leads.
    pub async fn get_once(&mut self, place: &str) -> Page {
        let url = self.resolve(place);
        self.send(self.client.get(url)).await
    }

    /// Asks as htmx does for a part of a page.
    pub async fn get_part(&mut self, place: &str) -> Page {
        let url = self.resolve(place);
        let request = self.client.get(url);
        self.send(
            request
                .header("HX-Request", "true")
                .header("HX-Request-Type", "partial"),
        )
        .await
    }

    /// Sends a form with the token of the page seen last, and follows redirects.
    pub async fn post(&mut self, place: &str, fields: &[(&str, &str)]) -> Page {
        let request = self.form(place, fields);
        self.follow(request).await
    }

    /// Sends a form and does not follow where it leads.
    pub async fn post_once(&mut self, place: &str, fields: &[(&str, &str)]) -> Page {
        let request = self.form(place, fields);
        self.send(request).await
    }

    /// Sends a form as htmx does.
    pub async fn post_part(&mut self, place: &str, fields: &[(&str, &str)]) -> Page {
        let request = self.form(place, fields);
        self.send(
            request
                .header("HX-Request", "true")
                .header("HX-Request-Type", "partial"),
        )
        .await
    }

    /// A request of any kind to Patchbay, with this browser's cookies.
    pub fn request(&self, method: Method, place: &str) -> RequestBuilder {
        self.client.request(method, self.resolve(place))
    }

    /// Sends a request that was built by hand.
    pub async fn send(&mut self, request: RequestBuilder) -> Page {
        let answer = request.send().await.expect("an answer");
        let (status, headers, url) = (
            answer.status(),
            answer.headers().clone(),
            answer.url().clone(),
        );
        let page = Page {
            status,
            headers,
            url,
            text: answer.text().await.expect("a body"),
        };
        if let Some(token) = page.value("input[name=_csrf]") {
            self.csrf = token;
        }
        page
    }

    /// The token that the forms of the page seen last carry.
    pub fn csrf(&self) -> &str {
        &self.csrf
    }

    /// Signs in by the form.
    pub async fn sign_in(&mut self, org: &str, user: &str) -> Page {
        self.get("/sign-in").await;
        let page = self
            .post("/sign-in", &[("user_id", user), ("org_id", org)])
            .await;
        assert_eq!(page.status, 200, "sign in: {}", page.text);
        page
    }

    /// Clicks Connect and goes as far as HubSpot's consent page.
    #[allow(clippy::wrong_self_convention)] // It goes there; it does not turn into one.
    pub async fn to_consent(&mut self) -> Page {
        self.to_consent_of("hubspot").await
    }

    /// Clicks Connect and goes as far as a provider's consent page.
    #[allow(clippy::wrong_self_convention)] // It goes there; it does not turn into one.
    pub async fn to_consent_of(&mut self, provider: &str) -> Page {
        self.get("/connections").await;
        let connect = format!("/connections/{provider}/connect");
        let consent = self.post(&connect, &[]).await;
        assert_eq!(consent.status, 200, "no consent page: {}", consent.text);
        assert_ne!(
            consent.url.origin(),
            self.home.origin(),
            "still at home: {}",
            consent.text
        );
        consent
    }

    /// Answers a consent page by one of its buttons (`Allow` or `Deny`), with fields changed or added;
    /// stops at the redirect that leads back, and answers that address.
    pub async fn answer_consent(
        &mut self,
        consent: &Page,
        button: &str,
        fields: &[(&str, &str)],
    ) -> Url {
        let (action, mut all) = consent.form_with_button(button);
        for (name, value) in fields {
            all.retain(|(field, _)| field != name);
            all.push(((*name).to_owned(), (*value).to_owned()));
        }
        let answer = self.send(self.client.post(action).form(&all)).await;
        answer
            .location()
            .unwrap_or_else(|| panic!("consent did not lead back: {}", answer.text))
    }

    /// Connects HubSpot: Connect, Allow, and back on the connection's page.
    pub async fn connect_hubspot(&mut self) -> Page {
        self.connect("hubspot", &[]).await
    }

    /// Connects a provider: Connect, Allow with fields of the consent page changed, and back on the
    /// connection's page.
    pub async fn connect(&mut self, provider: &str, fields: &[(&str, &str)]) -> Page {
        let consent = self.to_consent_of(provider).await;
        let back = self.answer_consent(&consent, "allow", fields).await;
        let page = self.get(back.as_str()).await;
        assert_eq!(page.status, 200, "not connected: {}", page.text);
        page
    }

    /// Comes back as another account, and stands before the question which of the two to keep.
    pub async fn come_back_as(&mut self, provider: &str, account: &str) -> Page {
        let page = self.connect(provider, &[("account", account)]).await;
        let place = format!("/connections/{provider}/account");
        assert_eq!(page.url.path(), place, "not asked: {}", page.text);
        page
    }

    /// Answers that question by one of its buttons: `keep` or `replace`.
    pub async fn choose(&mut self, question: &Page, choice: &str) -> Page {
        let (action, fields) = question.form_with_button(choice);
        self.follow(self.client.post(action).form(&fields)).await
    }

    /// Clicks 'Load items' of HubSpot and waits until the load has ended; answers the connection's page.
    pub async fn load_hubspot(&mut self) -> Page {
        self.load("hubspot", &[]).await
    }

    /// Clicks 'Load items' with these streams chosen, or as the form stands without any, and waits until the
    /// load has ended; answers the connection's page.
    pub async fn load(&mut self, provider: &str, streams: &[&str]) -> Page {
        let page = self.get(&format!("/connections/{provider}")).await;
        let (action, mut fields) = page.form_with_button("Load items");
        if !streams.is_empty() {
            fields.retain(|(name, _)| name != "stream");
            let chosen = streams.iter();
            fields.extend(chosen.map(|id| ("stream".to_owned(), (*id).to_owned())));
        }
        self.follow(self.client.post(action).form(&fields)).await;
        self.wait_for_load_of(provider).await
    }

    /// Waits until no load of HubSpot runs; answers the connection's page.
    pub async fn wait_for_load(&mut self) -> Page {
        self.wait_for_load_of("hubspot").await
    }

    /// Waits until no load runs; answers the connection's page.
    pub async fn wait_for_load_of(&mut self, provider: &str) -> Page {
        let page = format!("/connections/{provider}");
        for _ in 0..600 {
            let part = self.get_part(&format!("{page}/load")).await;
            if part.status == 200 && !part.text.contains("hx-trigger=\"every") {
                return self.get(&page).await;
            }
            tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        }
        panic!("the load does not end");
    }

    fn form(&self, place: &str, fields: &[(&str, &str)]) -> RequestBuilder {
        let mut all = vec![("_csrf", self.csrf.as_str())];
        all.extend_from_slice(fields);
        self.client.post(self.resolve(place)).form(&all)
    }

    /// Sends a form of a page, wherever it goes, and follows redirects.
    pub async fn send_form(&mut self, form: (Url, Vec<(String, String)>)) -> Page {
        self.follow(self.post_of(form)).await
    }

    /// The request by which a form of a page is sent.
    pub fn post_of(&self, (action, fields): (Url, Vec<(String, String)>)) -> RequestBuilder {
        self.client.post(action).form(&fields)
    }

    /// Follows redirects until one leads home; answers that address, to which it does not go.
    pub async fn until_home(&mut self, request: RequestBuilder) -> Url {
        let mut page = self.send(request).await;
        for _ in 0..HOPS {
            let next = page.location();
            let next = next.unwrap_or_else(|| panic!("it leads nowhere: {}", page.text));
            if next.origin() == self.home.origin() {
                return next;
            }
            page = self.send(self.client.get(next)).await;
        }
        panic!("it redirects without end");
    }

    async fn follow(&mut self, request: RequestBuilder) -> Page {
        let mut page = self.send(request).await;
        for _ in 0..HOPS {
            let Some(next) = page.location() else {
                return page;
            };
            page = self.send(self.client.get(next)).await;
        }
        panic!("it redirects without end");
    }

    fn resolve(&self, place: &str) -> Url {
        self.home.join(place).expect("an address")
    }
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
