//! A program with an API key: what it asks for, and what it is answered.

use patchbay::activity::By;
use patchbay::clock::Entropy;
use patchbay::identity::{ApiKey, ApiKeys, New, People, Scope, SetupKey};
use patchbay::owner::Owner;
use patchbay::store::{Store, Target, TlsFiles};
use reqwest::{Method, RequestBuilder};
use secrecy::SecretString;
use serde_json::Value;

use super::{Page, World};

/// A program that calls a Patchbay.
pub struct Program<'a> {
    world: &'a World,
    /// Its API key.
    pub key: String,
}

/// An answer: its status, its headers and what it says.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub page: Page,
    pub body: Value,
}

impl World {
    /// Everybody who has an account here, as commands beside this Patchbay work with them.
    pub fn people(&self) -> People {
        let (clock, entropy) = (self.clock.clone(), Entropy::system());
        People::new(self.store(), clock, entropy, SetupKey::derive(&[0; 64]))
    }

    /// The API keys of this Patchbay, with its clock.
    pub fn keys(&self) -> ApiKeys {
        ApiKeys::new(self.store(), self.clock.clone(), Entropy::system())
    }

    fn store(&self) -> Store {
        let url = self.redis.url();
        let target = match url.strip_prefix("redis-cluster://") {
            Some(node) => Target::Cluster {
                urls: vec![SecretString::from(format!("redis://{node}"))],
                tls: TlsFiles::default(),
            },
            None => Target::Single {
                url: SecretString::from(url),
                tls: TlsFiles::default(),
            },
        };
        Store::new(&target, Entropy::system()).expect("a store")
    }

    /// A key that may do all this.
    pub async fn key(&self, org: &str, user: &str, scopes: &[Scope]) -> (ApiKey, String) {
        let owner = Owner {
            org: org.to_owned(),
            user: user.to_owned(),
        };
        let new = New {
            name: "sync".to_owned(),
            scopes: scopes.to_vec(),
            life: None,
            id: None,
        };
        let made = self.keys().create(&owner, new, &By::operator()).await;
        let (key, secret) = made.expect("a key");
        (key, secret.expose().to_owned())
    }

    /// A program of ada of acme that may do everything.
    pub async fn program(&self) -> Program<'_> {
        self.program_of("acme", "ada", &Scope::ALL).await
    }

    /// A program of somebody with a key that may do all this.
    pub async fn program_of(&self, org: &str, user: &str, scopes: &[Scope]) -> Program<'_> {
        let (_, key) = self.key(org, user, scopes).await;
        self.program_with(key)
    }

    /// A program with this key.
    pub fn program_with(&self, key: String) -> Program<'_> {
        Program { world: self, key }
    }
}

impl Program<'_> {
    /// A request with the key, to be sent with [`Program::send`].
    pub fn request(&self, method: Method, place: &str) -> RequestBuilder {
        let request = self.world.browser().request(method, place);
        request.bearer_auth(&self.key)
    }

    /// Sends a request, and checks what every answer of the API has.
    pub async fn send(&self, request: RequestBuilder) -> Answer {
        answer(self.world, request).await
    }

    pub async fn get(&self, place: &str) -> Answer {
        self.send(self.request(Method::GET, place)).await
    }

    pub async fn delete(&self, place: &str) -> Answer {
        self.send(self.request(Method::DELETE, place)).await
    }

    pub async fn post(&self, place: &str, body: &Value) -> Answer {
        self.send(self.request(Method::POST, place).json(body))
            .await
    }

    pub async fn patch(&self, place: &str, body: &Value) -> Answer {
        self.send(self.request(Method::PATCH, place).json(body))
            .await
    }
}

/// Sends a request, and checks what every answer of the API has.
pub async fn answer(world: &World, request: RequestBuilder) -> Answer {
    let page = world.browser().send(request).await;
    let status = page.status.as_u16();
    let body = match page.text.is_empty() {
        true => Value::Null,
        false => serde_json::from_str(&page.text)
            .unwrap_or_else(|error| panic!("{status}: {error}: {}", page.text)),
    };
    let answer = Answer { status, page, body };
    answer.check();
    answer
}

impl Answer {
    fn check(&self) {
        let kind = self.page.header("content-type");
        match self.status {
            400.. => {
                assert_eq!(kind, "application/problem+json", "{self:?}");
                assert_eq!(self.body["status"], self.status, "{self:?}");
                let id = self.body["request_id"].as_str().unwrap_or_default();
                assert!(!id.is_empty(), "{self:?}");
                assert_eq!(self.page.header("cache-control"), "no-store", "{self:?}");
            }
            204 | 304 => assert_eq!(self.body, Value::Null, "{self:?}"),
            _ => assert_eq!(kind, "application/json", "{self:?}"),
        }
        assert!(self.page.header("set-cookie").is_empty(), "{self:?}");
    }

    /// The body of an answer with this status.
    pub fn is(self, status: u16) -> Value {
        assert_eq!(self.status, status, "{self:?}");
        self.body
    }

    /// The body of a problem of this status and type.
    pub fn problem(self, status: u16, name: &str) -> Value {
        let expected = format!("/docs#problem-{name}");
        assert_eq!(self.body["type"], expected, "{self:?}");
        self.is(status)
    }

    pub fn header(&self, name: &str) -> &str {
        self.page.header(name)
    }
}
