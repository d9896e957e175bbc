//! The way to the provider.

use secrecy::ExposeSecret;
use url::Url;

use super::pending::Pending;
use super::{Connections, place};
use crate::activity::Actor;
use crate::error::{Failure, Kind};
use crate::owner::Owner;
use crate::vault::VaultError;

/// Why a person cannot be sent to the provider.
#[derive(Debug, thiserror::Error)]
pub enum ConnectError {
    /// The operator gave it no client id and secret.
    #[error("the provider is not configured")]
    NotConfigured,
    /// The pending authorisation cannot be kept.
    #[error(transparent)]
    Vault(#[from] VaultError),
}

impl From<ConnectError> for Failure {
    fn from(error: ConnectError) -> Self {
        match error {
            ConnectError::NotConfigured => Self::new(
                Kind::BadRequest,
                "This provider is not configured",
                "The operator of this Patchbay must give it a client id and secret first; its card says how.",
            ),
            ConnectError::Vault(error) => error.into(),
        }
    }
}

/// How an authorisation begins.
enum Begun {
    /// In a browser, tied to its session by this.
    InSession(String),
    /// By this program.
    ByProgram(Actor),
}

impl Connections {
    /// Begins an authorisation in a browser: the address to send the person to. `session` ties it to the browser session.
    /// Afterwards the person goes on at `return_to`, where that is a page of this provider, or else at its connection.
    pub async fn begin(
        &self,
        owner: &Owner,
        provider: &str,
        session: &str,
        return_to: Option<&str>,
    ) -> Result<Url, ConnectError> {
        let return_to = place::way_back(provider, return_to);
        let begun = Begun::InSession(session.to_owned());
        self.begin_with(owner, provider, begun, return_to).await
    }

    /// Begins an authorisation for `program`, which shows the address to the person in a window of its own. No
    /// browser session is known that could be tied to it: see `Completed::ForProgram`.
    pub async fn begin_for_program(
        &self,
        owner: &Owner,
        provider: &str,
        program: Actor,
    ) -> Result<Url, ConnectError> {
        let return_to = place::way_back(provider, None);
        let begun = Begun::ByProgram(program);
        self.begin_with(owner, provider, begun, return_to).await
    }

    async fn begin_with(
        &self,
        owner: &Owner,
        provider: &str,
        begun: Begun,
        return_to: String,
    ) -> Result<Url, ConnectError> {
        let profile = self.profile(provider).ok_or(ConnectError::NotConfigured)?;
        let client = self.setup.vault.client(profile.id);
        let client = client.ok_or(ConnectError::NotConfigured)?;
        let oauth = &profile.oauth;
        let state = self.setup.entropy.token();
        let verifier = oauth.pkce.then(|| self.setup.entropy.token());
        let (session, program) = match begun {
            Begun::InSession(session) => (Some(session), None),
            Begun::ByProgram(program) => (None, Some(program)),
        };
        let pending = Pending {
            provider: provider.to_owned(),
            owner: owner.clone(),
            session,
            program,
            verifier,
            return_to,
            created_at: self.setup.clock.now(),
        };
        self.pending().keep(&state, &pending).await?;
        let verifier = pending.verifier();
        let verifier = verifier.as_ref().map(ExposeSecret::expose_secret);
        let scopes = self.asked_scopes(profile);
        Ok(client.authorize_url(&state, &scopes, verifier, oauth.authorize_params))
    }
}
