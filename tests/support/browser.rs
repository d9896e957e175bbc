//! A browser without script: keeps cookies, follows links, fills in forms.

use std::sync::Arc;

use reqwest::cookie::Jar;
use reqwest::{Method, RequestBuilder};
use url::Url;

use super::page::Page;

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

impl Browser {
    #[allow(clippy::disallowed_methods)] // A test plays the browser, not Patchbay.
    pub fn new(home: &str) -> Self {
        super::install_tls();
        let client = reqwest::Client::builder()
            // Reading the system's takes long, and nothing here is https.
            .tls_certs_only([])
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
