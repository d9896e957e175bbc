//! The way to the issuer.

use url::Url;

use super::pending::Pending;
use super::{Refusal, Sso};

/// What is asked for: who somebody is, and their email.
const SCOPES: &[&str] = &["openid", "email"];

impl Sso {
    /// Begins a sign-in in a browser: the address to send the person to. `session` ties it to the browser session;
    /// afterwards the person goes on at `next`.
    pub async fn begin(&self, session: &str, next: &str) -> Result<Url, Refusal> {
        let known = self.0.issuer.known().await?;
        let setup = &self.0.setup;
        let state = setup.entropy.token();
        let pending = Pending {
            session: session.to_owned(),
            verifier: setup.entropy.token(),
            nonce: setup.entropy.token(),
            next: next.to_owned(),
            created_at: setup.clock.now(),
        };
        self.pending().keep(&state, &pending).await?;
        let client = self.0.issuer.client(&known);
        let scopes: Vec<String> = SCOPES.iter().map(|scope| (*scope).to_owned()).collect();
        let nonce = [("nonce", pending.nonce.as_str())];
        Ok(client.authorize_url(&state, &scopes, Some(&pending.verifier), &nonce))
    }
}
