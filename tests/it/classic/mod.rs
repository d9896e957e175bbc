//! The classic API: programs that speak it, a file a route and one for each thing that routes share.

mod authorize;
mod bodies;
mod confirm;
mod contacts;
mod contacts_refused;
mod credentials;
mod guard;
mod keyed;
mod load;
mod load_trouble;
mod other_account;
mod own_token;
mod window;

use reqwest::{Method, RequestBuilder};
use serde_json::Value;
use url::Url;

use crate::support::{Browser, Page, World};

/// Somebody's ids as the fields of a form.
const ADA: [(&str, &str); 2] = [("user_id", "ada"), ("org_id", "acme")];

/// The route by which those tests go that are about no route in particular.
const CREDENTIALS: &str = "/integrations/hubspot/credentials";

/// The route that answers all items.
const LOAD: &str = "/integrations/hubspot/load";

/// An account that is loaded at once.
const SMALL: [(&str, &str); 3] = [("contacts", "120"), ("companies", "40"), ("deals", "30")];

/// A world in which ada of acme has connected HubSpot.
async fn connected() -> World {
    let world = World::start().await;
    world.person("acme", "ada").await.connect_hubspot().await;
    world
}

/// A window that ada's program has opened at HubSpot's consent page.
async fn window(world: &World) -> (Browser, Page) {
    window_at(world, "hubspot").await
}

async fn window_at(world: &World, provider: &str) -> (Browser, Page) {
    let address = Caller(world).authorize(provider).await;
    let mut window = world.browser();
    let consent = window.get(address.as_str()).await;
    assert_eq!(consent.status, 200, "{}", consent.text);
    (window, consent)
}

/// The same, with what the person answers there (`Allow` or `Deny`), and the address that leads back.
async fn on_the_way_back(world: &World, answer: &str) -> (Browser, Url) {
    let (mut window, consent) = window(world).await;
    let back = window.answer_consent(&consent, answer, &[]).await;
    (window, back)
}

/// Whether ada has HubSpot's credentials, asked as a program would.
async fn has_credentials(world: &World) -> bool {
    let caller = Caller(world);
    let (status, _) = caller.send(caller.post(CREDENTIALS).form(&ADA)).await;
    status == 200
}

/// The page ends the window: its script closes it, and nobody is signed in by it.
async fn assert_ends(window: &mut Browser, page: &Page) {
    assert_eq!(page.status, 200, "{}", page.text);
    assert_eq!(page.count("[data-closes]"), 1, "{}", page.text);
    assert_eq!(page.count("script[src^='/static/popup.']"), 1);
    assert_eq!(page.count("main form"), 0);
    assert_eq!(page.header("cross-origin-opener-policy"), "");
    assert_eq!(page.header("cache-control"), "no-store");
    assert_not_signed_in(window).await;
}

/// The page stays, so that it can be read.
fn assert_stays(page: &Page, status: u16, title: &str) {
    assert_eq!(page.text_of("h1"), title, "{}", page.text);
    assert_eq!(page.status, status);
    assert_eq!(page.count("[data-closes]"), 0);
    assert_eq!(page.header("cross-origin-opener-policy"), "");
}

/// No page of anybody's is to be had.
async fn assert_not_signed_in(window: &mut Browser) {
    for place in ["/connections", "/connections/hubspot/account", "/items"] {
        let page = window.get_once(place).await;
        assert_eq!(page.status, 303, "{place}");
        let place = page.location().expect("the sign-in");
        assert_eq!(place.path(), "/sign-in");
    }
}

/// A program that calls a Patchbay.
struct Caller<'a>(&'a World);

impl Caller<'_> {
    /// A request to be sent with [`Caller::send`].
    fn post(&self, place: &str) -> RequestBuilder {
        self.0.browser().request(Method::POST, place)
    }

    /// The items that `load` answers, and what it says is not whole.
    async fn items(&self, request: RequestBuilder) -> (Vec<Value>, String) {
        let answer = self.0.browser().send(request).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        assert_eq!(answer.header("content-type"), "application/json");
        assert_eq!(answer.header("cache-control"), "no-store");
        let items = json(&answer).as_array().expect("a list").clone();
        (items, answer.header("patchbay-incomplete").to_owned())
    }

    /// The status and the JSON of an answer; nothing keeps or shows it elsewhere.
    async fn send(&self, request: RequestBuilder) -> (u16, Value) {
        let answer = self.0.browser().send(request).await;
        assert_eq!(answer.header("content-type"), "application/json");
        assert_eq!(answer.header("cache-control"), "no-store");
        assert_eq!(answer.header("access-control-allow-origin"), "");
        (answer.status.as_u16(), json(&answer))
    }

    /// The address at which ada of acme connects a provider.
    async fn authorize(&self, provider: &str) -> Url {
        let place = format!("/integrations/{provider}/authorize");
        let (status, body) = self.send(self.post(&place).form(&ADA)).await;
        assert_eq!(status, 200, "{body}");
        let address = body.as_str().expect("a bare string");
        Url::parse(address).expect("an address")
    }

    /// The `detail` of a refusal with this status.
    async fn refused(&self, request: RequestBuilder, status: u16) -> String {
        let (found, body) = self.send(request).await;
        assert_eq!(found, status, "{body}");
        let fields = body.as_object().expect("an object");
        assert_eq!(fields.len(), 1, "{body}");
        fields["detail"].as_str().expect("a detail").to_owned()
    }
}

fn json(answer: &Page) -> Value {
    let body = serde_json::from_str(&answer.text);
    body.unwrap_or_else(|error| panic!("{error}: {}", answer.text))
}

/// The headers and the body of `multipart/form-data` with these fields, as a browser's `FormData` is sent.
fn multipart(request: RequestBuilder, fields: &[(&str, &str)]) -> RequestBuilder {
    let part = |(name, value): &(&str, &str)| {
        format!("--edge\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
    };
    let body: String = fields.iter().map(part).collect();
    request
        .header("content-type", "multipart/form-data; boundary=edge")
        .body(body + "--edge--\r\n")
}
