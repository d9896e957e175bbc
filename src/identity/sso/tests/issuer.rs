//! The issuer of these tests: real HTTP on loopback, keys made on the spot, and a script that decides what it says.

use std::sync::{Arc, Mutex};

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use openidconnect::core::{CoreEdDsaPrivateSigningKey, CoreHmacKey, CoreJwsSigningAlgorithm};
use openidconnect::{JsonWebKeyId, PrivateSigningKey};
use serde_json::{Map, Value, json};
use url::Url;

use crate::clock::{Clock, Entropy};
use crate::testing::http::{Reply, Request, Server};

pub const CLIENT_ID: &str = "patchbay";
pub const CLIENT_SECRET: &str = "the-client-secret";
pub const ACCESS_TOKEN: &str = "the-access-token";

/// How a token is signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signature {
    /// With the key that its header names.
    Own,
    /// With a key that is not published, under the name of one that is.
    Forged,
    /// With our secret.
    Secret,
    /// With the published key as though it were a secret.
    PublicKey,
    /// Not at all.
    None,
}

/// What the issuer says and does.
pub struct Script {
    /// Members of its description that replace or, with null, remove the usual ones.
    pub metadata: Map<String, Value>,
    /// Members of the token's header.
    pub header: Map<String, Value>,
    /// Claims of the token.
    pub claims: Map<String, Value>,
    /// What it says at its userinfo endpoint, where it has one.
    pub userinfo: Option<Value>,
    pub nonce: String,
    pub signature: Signature,
    /// What the token endpoint answers in place of tokens.
    pub refusal: Option<(u16, Value)>,
    /// Whether it answers at all.
    pub away: bool,
    /// Whether it says its keys.
    pub keyless: bool,
    key: Key,
    published: Vec<Value>,
}

/// The issuer.
pub struct OwnIssuer {
    server: Server,
    script: Arc<Mutex<Script>>,
}

#[derive(Clone)]
struct Key {
    id: String,
    pem: String,
}

impl OwnIssuer {
    pub async fn start(clock: Clock) -> Self {
        let key = Key::new("first");
        let script = Arc::new(Mutex::new(Script {
            metadata: Map::new(),
            header: Map::new(),
            claims: Map::new(),
            userinfo: Some(json!({ "sub": "subject-1" })),
            nonce: String::new(),
            signature: Signature::Own,
            refusal: None,
            away: false,
            keyless: false,
            published: vec![key.public()],
            key,
        }));
        let told = Arc::clone(&script);
        let server = Server::start(move |request| {
            let script = told.lock().expect("unlocked");
            script.answer(request, &clock)
        })
        .await;
        Self { server, script }
    }

    pub fn address(&self) -> Url {
        self.server.url.clone()
    }

    /// How it writes itself.
    pub fn name(&self) -> String {
        self.server.url.as_str().trim_end_matches('/').to_owned()
    }

    /// Changes what it says.
    pub fn tell(&self, change: impl FnOnce(&mut Script)) {
        change(&mut self.script.lock().expect("unlocked"));
    }

    /// Keeps its answers back until [`OwnIssuer::release`].
    pub fn hold(&self) {
        self.server.hold();
    }

    /// Lets its answers go.
    pub fn release(&self) {
        self.server.release();
    }

    /// Makes a new key that it signs with from now on, and publishes that one alone.
    pub fn rotate(&self, id: &str) {
        self.tell(|script| {
            script.key = Key::new(id);
            script.published = vec![script.key.public()];
        });
    }

    /// Publishes another key beside its own.
    pub fn publish(&self, key: Value) {
        self.tell(|script| script.published.push(key));
    }

    /// How often something was asked for.
    pub fn asked(&self, path: &str) -> usize {
        let seen = self.server.seen();
        seen.iter().filter(|seen| seen.path() == path).count()
    }

    /// The last request for something.
    pub fn last(&self, path: &str) -> Request {
        let seen = self.server.seen();
        let last = seen.into_iter().rfind(|seen| seen.path() == path);
        last.expect("a request")
    }
}

impl Script {
    fn answer(&self, request: &Request, clock: &Clock) -> Reply {
        if self.away || (self.keyless && request.path() == "/keys") {
            return Reply::Close;
        }
        let host = request.header("host").expect("a host");
        let issuer = format!("http://{host}");
        let body = match request.path() {
            "/.well-known/openid-configuration" => self.description(&issuer),
            "/keys" => json!({ "keys": self.published }),
            "/token" => match &self.refusal {
                Some((status, body)) => return Reply::new(*status, body.to_string()),
                None => self.tokens(&issuer, clock),
            },
            "/userinfo" => match &self.userinfo {
                Some(said) => said.clone(),
                None => return Reply::new(404, "{}"),
            },
            _ => return Reply::new(404, "{}"),
        };
        Reply::new(200, body.to_string())
    }

    fn description(&self, issuer: &str) -> Value {
        let usual = json!({
            "issuer": issuer,
            "authorization_endpoint": format!("{issuer}/authorize"),
            "token_endpoint": format!("{issuer}/token"),
            "userinfo_endpoint": format!("{issuer}/userinfo"),
            "jwks_uri": format!("{issuer}/keys"),
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["EdDSA"],
        });
        with(usual, &self.metadata)
    }

    fn tokens(&self, issuer: &str, clock: &Clock) -> Value {
        let now = clock.now().as_second();
        let usual = json!({
            "iss": issuer,
            "aud": CLIENT_ID,
            "sub": "subject-1",
            "iat": now,
            "exp": now + 300,
            "nonce": self.nonce,
            "email": "Ada@Example.com",
            "email_verified": true,
            "org": "acme",
        });
        json!({
            "access_token": ACCESS_TOKEN,
            "token_type": "Bearer",
            "expires_in": 300,
            "id_token": self.token(&with(usual, &self.claims)),
        })
    }

    fn token(&self, claims: &Value) -> String {
        let header = json!({ "alg": "EdDSA", "typ": "JWT", "kid": self.key.id });
        let header = with(header, &self.header);
        let text = format!("{}.{}", encoded(&header), encoded(claims));
        let signature = URL_SAFE_NO_PAD.encode(self.signed(text.as_bytes()));
        format!("{text}.{signature}")
    }

    fn signed(&self, text: &[u8]) -> Vec<u8> {
        let secret = |secret: &[u8]| {
            let key = CoreHmacKey::new(secret);
            let signed = key.sign(&CoreJwsSigningAlgorithm::HmacSha256, text);
            signed.expect("a signature")
        };
        match self.signature {
            Signature::Own => self.key.sign(text),
            Signature::Forged => Key::new(&self.key.id).sign(text),
            Signature::Secret => secret(CLIENT_SECRET.as_bytes()),
            Signature::PublicKey => secret(self.published[0].to_string().as_bytes()),
            Signature::None => Vec::new(),
        }
    }
}

impl Key {
    fn new(id: &str) -> Self {
        // The frame of a private key of Ed25519 (RFC 8410), and its 32 random bytes.
        let mut bytes = vec![
            0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22,
            0x04, 0x20,
        ];
        bytes.extend(Entropy::system().bytes::<32>());
        // Made anew for each test; what it is called is what stands around it.
        let (text, name) = (STANDARD.encode(bytes), "PRIVATE KEY");
        Self {
            id: id.to_owned(),
            pem: format!("-----BEGIN {name}-----\n{text}\n-----END {name}-----\n"),
        }
    }

    fn private(&self) -> CoreEdDsaPrivateSigningKey {
        let id = Some(JsonWebKeyId::new(self.id.clone()));
        CoreEdDsaPrivateSigningKey::from_ed25519_pem(&self.pem, id).expect("a key")
    }

    fn public(&self) -> Value {
        serde_json::to_value(self.private().as_verification_key()).expect("a key")
    }

    fn sign(&self, text: &[u8]) -> Vec<u8> {
        let signed = self.private().sign(&CoreJwsSigningAlgorithm::EdDsa, text);
        signed.expect("a signature")
    }
}

/// An object with other members; null removes one.
fn with(mut object: Value, others: &Map<String, Value>) -> Value {
    let members = object.as_object_mut().expect("an object");
    for (name, value) in others {
        match value {
            Value::Null => drop(members.remove(name)),
            value => drop(members.insert(name.clone(), value.clone())),
        }
    }
    object
}

fn encoded(value: &Value) -> String {
    URL_SAFE_NO_PAD.encode(value.to_string())
}
