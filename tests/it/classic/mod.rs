//! The classic API: programs that speak it, a file a route and one for each thing that routes share.

mod bodies;
mod contacts;
mod contacts_refused;
mod credentials;
mod guard;
mod load;
mod load_trouble;
mod own_token;

use reqwest::{Method, RequestBuilder};
use serde_json::Value;

use crate::support::{Page, World};

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
