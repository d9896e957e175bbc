//! OAuth 2.0 with a provider: the authorize address, what comes back from there, the exchange of a code, refresh, and
//! what hangs on the token endpoint.
//!
//! The protocol is the `oauth2` crate's. We give it our own HTTP client, because it hides the status of a
//! failure and sends forms only; here a failure is read, and here a provider's wishes are met: its body
//! encoding and its headers.

mod answer;
mod grant;
mod response;
mod trial;
mod wire;

use std::future::Future;

use oauth2::{
    AuthType, AuthorizationCode, ClientId, ClientSecret, CsrfToken, EndpointNotSet, EndpointSet,
    PkceCodeChallenge, PkceCodeVerifier, RedirectUrl, RefreshToken, Scope, TokenUrl,
};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use url::Url;

#[cfg(test)]
pub(super) use grant::TOKEN_BYTES;
pub use grant::{Grant, GrantError, SERVER_ERROR, printable};
pub use response::AuthorizationResponse;
pub use trial::Trial;

use super::Outbound;
use grant::flatten;

/// How the client proves itself at the token endpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClientAuth {
    /// Id and secret as fields of the body.
    Body,
    /// HTTP Basic. A client without a secret sends its id as a field, and no header.
    Basic,
}

/// How bodies are written for the token endpoint and those beside it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BodyEncoding {
    /// A form, as RFC 6749 says.
    Form,
    /// A JSON object of the same fields.
    Json,
}

/// A client of a provider: what its operator configured, at the provider's endpoints.
#[derive(Clone)]
pub struct Client {
    /// Whose client it is: the provider's id, or another name that stands in the code.
    pub service: &'static str,
    /// The client's id.
    pub id: String,
    /// Its secret; some providers know clients without one.
    pub secret: Option<SecretString>,
    /// Where people are sent to.
    pub auth_url: Url,
    /// The token endpoint.
    pub token_url: Url,
    /// The revocation endpoint, where there is one.
    pub revoke_url: Option<Url>,
    /// Where the provider sends people back to.
    pub redirect_uri: Url,
    /// How the client proves itself.
    pub auth: ClientAuth,
    /// How bodies are written.
    pub body: BodyEncoding,
    /// Fixed headers of calls at the token endpoint and beside it.
    pub headers: &'static [(&'static str, &'static str)],
}

/// The fields of a token answer beyond the standard ones.
#[derive(Debug, Default, Deserialize, Serialize)]
struct Extra {
    #[serde(flatten)]
    rest: Map<String, Value>,
}

impl oauth2::ExtraTokenFields for Extra {}

type Answer = oauth2::StandardTokenResponse<Extra, oauth2::basic::BasicTokenType>;
type Protocol = oauth2::Client<
    oauth2::basic::BasicErrorResponse,
    Answer,
    oauth2::basic::BasicTokenIntrospectionResponse,
    oauth2::StandardRevocableToken,
    oauth2::basic::BasicRevocationErrorResponse,
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointSet,
>;

impl Client {
    /// The address to send a person to. `verifier` is the PKCE verifier, where the provider knows PKCE.
    pub fn authorize_url(
        &self,
        state: &str,
        scopes: &[String],
        verifier: Option<&str>,
        extra: &[(&str, &str)],
    ) -> Url {
        let protocol = self.protocol();
        let mut request = protocol
            .authorize_url(|| CsrfToken::new(state.to_owned()))
            .add_scopes(scopes.iter().cloned().map(Scope::new));
        for (name, value) in extra {
            request = request.add_extra_param(*name, *value);
        }
        if let Some(verifier) = verifier {
            let verifier = PkceCodeVerifier::new(verifier.to_owned());
            request =
                request.set_pkce_challenge(PkceCodeChallenge::from_code_verifier_sha256(&verifier));
        }
        request.url().0
    }

    /// Trades a code for tokens. Never repeated: a code is good for one try.
    pub async fn exchange(
        &self,
        outbound: &Outbound,
        code: &SecretString,
        verifier: Option<&SecretString>,
    ) -> Result<Grant, GrantError> {
        let protocol = self.protocol();
        let mut request =
            protocol.exchange_code(AuthorizationCode::new(code.expose_secret().to_owned()));
        if let Some(verifier) = verifier {
            let verifier = PkceCodeVerifier::new(verifier.expose_secret().to_owned());
            request = request.set_pkce_verifier(verifier);
        }
        let answer = request.request_async(&self.http(outbound)).await;
        Grant::read(answer.map_err(flatten)?)
    }

    /// Trades a refresh token for fresh tokens.
    pub async fn refresh(
        &self,
        outbound: &Outbound,
        refresh: &SecretString,
    ) -> Result<Grant, GrantError> {
        let token = RefreshToken::new(refresh.expose_secret().to_owned());
        let protocol = self.protocol();
        let request = protocol.exchange_refresh_token(&token);
        let answer = request.request_async(&self.http(outbound)).await;
        Grant::read(answer.map_err(flatten)?)
    }

    /// Posts to an address beside the token endpoint (introspection, revocation), with the client's proof of
    /// itself and in its body encoding, and answers the JSON it brings, `Null` for none.
    pub async fn post(
        &self,
        outbound: &Outbound,
        url: Url,
        fields: &[(&str, &str)],
    ) -> Result<Value, GrantError> {
        let request = self.proven(url, fields).ok_or(GrantError::NotSent)?;
        let answer = self.send(outbound, request).await?;
        if answer.body.is_empty() {
            return Ok(Value::Null);
        }
        serde_json::from_slice(&answer.body).map_err(|_| GrantError::Broken)
    }

    /// Our HTTP client in the form that the protocol takes.
    fn http(
        &self,
        outbound: &Outbound,
    ) -> impl Fn(
        oauth2::HttpRequest,
    ) -> std::pin::Pin<
        Box<dyn Future<Output = Result<oauth2::HttpResponse, GrantError>> + Send>,
    > {
        let (client, outbound) = (self.clone(), outbound.clone());
        move |request| {
            let (client, outbound) = (client.clone(), outbound.clone());
            Box::pin(async move { client.ask(&outbound, request).await })
        }
    }

    fn protocol(&self) -> Protocol {
        let auth = match self.auth {
            ClientAuth::Body => AuthType::RequestBody,
            ClientAuth::Basic => AuthType::BasicAuth,
        };
        let protocol = oauth2::Client::new(ClientId::new(self.id.clone()))
            .set_auth_uri(oauth2::AuthUrl::from_url(self.auth_url.clone()))
            .set_token_uri(TokenUrl::from_url(self.token_url.clone()))
            .set_redirect_uri(RedirectUrl::from_url(self.redirect_uri.clone()))
            .set_auth_type(auth);
        match &self.secret {
            Some(secret) => {
                protocol.set_client_secret(ClientSecret::new(secret.expose_secret().to_owned()))
            }
            None => protocol,
        }
    }
}
