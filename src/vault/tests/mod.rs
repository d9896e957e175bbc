//! Refreshing, with a token server on loopback and a Redis of its own: many callers, several replicas, and
//! the faults that must lose no token.

mod beside;
mod conflicts;
mod demands;
mod due;
mod locks;
mod marks;
mod moving;
mod races;
mod refresh;
mod removed;
mod sample;
mod shared;

use std::sync::atomic::{AtomicUsize, Ordering};

use jiff::SignedDuration;
use secrecy::{ExposeSecret, SecretString};

use super::*;
use crate::clock::Entropy;
use crate::outbound::oauth::{BodyEncoding, ClientAuth};
use crate::owner::Owner;
use crate::providers::Account;
use crate::store::keys;
use crate::testing;
use crate::testing::http::{Reply, Server};
use crate::testing::redis::Redis;

const PROVIDER: &str = "hubspot";
/// One whose refresh tokens rotate, and are answered with 409 for a while after their use.
const ROTATING: &str = "airtable";

/// A token server and a Redis, over which several replicas can stand.
struct Place {
    redis: Redis,
    tokens: Server,
    clock: Clock,
}

impl Place {
    /// The server grants a new pair each time: `access-1` and `refresh-1`, and so on.
    async fn new() -> Self {
        let number = AtomicUsize::new(0);
        Self::with(move || {
            let n = number.fetch_add(1, Ordering::SeqCst) + 1;
            let tokens = format!(r#""access_token": "access-{n}", "refresh_token": "refresh-{n}""#);
            granted(&tokens)
        })
        .await
    }

    async fn with(reply: impl Fn() -> Reply + Send + Sync + 'static) -> Self {
        Self {
            redis: Redis::start(),
            tokens: Server::start(move |_| reply()).await,
            clock: Clock::system(),
        }
    }

    fn replica(&self) -> Vault {
        self.replica_with_key("one")
    }

    fn replica_with_key(&self, id: &str) -> Vault {
        let key = NamedKey {
            id: id.to_owned(),
            secret: [7; 32],
        };
        let ring = KeyRing::new(vec![key], Entropy::system()).expect("a ring");
        let url = |path: &str| self.tokens.url.join(path).expect("a URL");
        let client = Client {
            service: PROVIDER,
            id: "client".to_owned(),
            secret: Some(SecretString::from("secret")),
            auth_url: url("/authorize"),
            token_url: url("/token"),
            revoke_url: None,
            redirect_uri: url("/callback"),
            auth: ClientAuth::Body,
            body: BodyEncoding::Form,
            headers: &[],
        };
        Vault::new(Setup {
            store: testing::store(&self.redis),
            ring: Arc::new(ring),
            registry: Registry,
            clients: [PROVIDER, ROTATING].map(|id| (id, client.clone())).into(),
            outbound: testing::outbound(),
            clock: self.clock.clone(),
            entropy: Entropy::system(),
            margin: Duration::from_secs(300),
            forget_after: Duration::from_secs(30 * 24 * 60 * 60),
            tasks: tokio::runtime::Handle::current(),
            observer: Observer::none(),
        })
    }

    /// A connection of `access-0` and `refresh-0`, given half an hour ago less `left`.
    async fn connected(&self, left: SignedDuration) -> Vault {
        let vault = self.replica();
        let connection = self.connection("access-0", "refresh-0", left);
        let stored = vault.put(&owner(), PROVIDER, &connection).await;
        stored.expect("stored");
        vault
    }

    fn connection(&self, access: &str, refresh: &str, left: SignedDuration) -> Connection {
        let now = self.clock.now();
        let credential = Credential {
            access: SecretString::from(access),
            refresh: Some(SecretString::from(refresh)),
            issued_at: now + left - SignedDuration::from_mins(30),
            expires_at: Some(now + left),
            ancestors: Vec::new(),
        };
        Connection::new(Account::default(), credential, Vec::new(), Vec::new(), now)
    }

    fn calls(&self) -> usize {
        self.tokens.seen().len()
    }
}

const EXPIRED: SignedDuration = SignedDuration::from_secs(-1);
const INSIDE_THE_MARGIN: SignedDuration = SignedDuration::from_mins(1);
const FRESH: SignedDuration = SignedDuration::from_mins(20);

fn owner() -> Owner {
    Owner {
        org: "org".to_owned(),
        user: "user".to_owned(),
    }
}

fn granted(tokens: &str) -> Reply {
    let body = format!(r#"{{"token_type": "bearer", "expires_in": 1800, {tokens}}}"#);
    Reply::new(200, body)
}

async fn token(vault: &Vault) -> Result<String, TokenError> {
    let token = vault.fresh_token(&owner(), PROVIDER).await?;
    Ok(token.access.expose_secret().to_owned())
}

/// A caller who does not wait here for the answer.
fn asking(vault: &Vault) -> tokio::task::JoinHandle<Result<String, TokenError>> {
    let vault = vault.clone();
    tokio::spawn(async move { token(&vault).await })
}

async fn stored(vault: &Vault) -> Connection {
    let stored = vault.get(&owner(), PROVIDER).await.expect("an answer");
    stored.expect("a connection").connection
}

/// The stored pair.
async fn pair(vault: &Vault) -> (String, Option<String>) {
    let credential = stored(vault).await.credential;
    let refresh = credential.refresh.as_ref().map(ExposeSecret::expose_secret);
    (
        credential.access.expose_secret().to_owned(),
        refresh.map(str::to_owned),
    )
}

fn is_pair(n: usize) -> (String, Option<String>) {
    (format!("access-{n}"), Some(format!("refresh-{n}")))
}

/// A connection was removed.
fn gone(removed: Result<Removed, VaultError>) {
    let removed = removed.expect("an answer");
    assert!(matches!(removed, Removed::Connection(_)), "{removed:?}");
}
