//! Single sign-on with an issuer of ours, which does and says whatever a test wants of it.

mod answers;
mod issuer;
mod issuers;
mod people;
mod tokens;

use std::sync::Arc;

use url::Url;

use super::*;
use crate::outbound::oauth::AuthorizationResponse;
use crate::testing::{self, redis::Redis};
use crate::vault::NamedKey;
use issuer::{CLIENT_ID, CLIENT_SECRET, OwnIssuer};

/// What a browser session is tied by.
const HERE: &str = "this browser";

struct World {
    issuer: OwnIssuer,
    sso: Sso,
    clock: Clock,
    /// Ends with the test.
    _redis: Redis,
}

impl World {
    /// Single sign-on for the people of example.com, whose org stands in the claim `org`.
    async fn new() -> Self {
        let domains = vec!["example.com".to_owned()];
        Self::with(Org::Claim("org".to_owned()), domains).await
    }

    async fn with(org: Org, domains: Vec<String>) -> Self {
        let clock = Clock::system();
        let issuer = OwnIssuer::start(clock.clone()).await;
        let address = issuer.address();
        Self::at(address, issuer, clock, org, domains)
    }

    fn at(address: Url, issuer: OwnIssuer, clock: Clock, org: Org, domains: Vec<String>) -> Self {
        let redis = Redis::start();
        let key = NamedKey {
            id: "k1".to_owned(),
            secret: [7; 32],
        };
        let ring = KeyRing::new(vec![key], Entropy::system()).expect("a ring");
        let sso = Sso::new(Setup {
            issuer: address,
            client_id: CLIENT_ID.to_owned(),
            client_secret: Some(SecretString::from(CLIENT_SECRET)),
            redirect_uri: Url::parse("http://localhost:8000/back").expect("a URL"),
            org,
            domains,
            store: testing::store(&redis),
            ring: Arc::new(ring),
            outbound: testing::outbound(),
            clock: clock.clone(),
            entropy: Entropy::system(),
            tasks: tokio::runtime::Handle::current(),
        });
        Self {
            issuer,
            sso,
            clock,
            _redis: redis,
        }
    }

    /// Begins a sign-in here; what the issuer is told.
    async fn begun(&self) -> Begun {
        let address = self.sso.begin(HERE, "/items?q=a").await.expect("begun");
        let begun = Begun::of(&address);
        self.issuer
            .tell(|script| script.nonce = begun.nonce.clone());
        begun
    }

    /// Begins a sign-in and comes back from the issuer with a code.
    async fn sign_in(&self) -> Result<Finished, Refusal> {
        let begun = self.begun().await;
        self.sso.finish(&here(), begun.answer()).await
    }

    /// Who somebody is who signs in.
    async fn identity(&self) -> Identity {
        match self.sign_in().await {
            Ok(Finished::Proven { identity, .. }) => identity,
            other => panic!("not signed in: {other:?}"),
        }
    }

    /// Why somebody is refused who signs in.
    async fn refusal(&self) -> Refusal {
        self.sign_in().await.expect_err("a refusal")
    }
}

/// The session of the browser in which all is begun.
fn here() -> Ties {
    Ties {
        own: Some(HERE.to_owned()),
        before: None,
    }
}

/// What an authorize address says.
struct Begun {
    address: Url,
    state: String,
    nonce: String,
}

impl Begun {
    fn of(address: &Url) -> Self {
        let said = |name: &str| {
            let mut pairs = address.query_pairs();
            let pair = pairs.find(|(said, _)| said == name);
            pair.map(|(_, value)| value.into_owned())
                .unwrap_or_default()
        };
        Self {
            address: address.clone(),
            state: said("state"),
            nonce: said("nonce"),
        }
    }

    fn answer(&self) -> AuthorizationResponse {
        AuthorizationResponse {
            state: Some(self.state.clone()),
            code: Some(SecretString::from("the-code")),
            ..AuthorizationResponse::default()
        }
    }
}
