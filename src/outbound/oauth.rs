//! OAuth 2.0 with a provider: the authorize address, the exchange of a code, refresh, and what hangs on
//! the token endpoint.
//!
//! The protocol is the `oauth2` crate's. We give it our own HTTP client, because it hides the status of a
//! failure and sends forms only; here a failure is read, and here a provider's wishes are met.

use std::future::Future;
use std::time::Duration;

use oauth2::{
    AuthType, AuthorizationCode, ClientId, ClientSecret, CsrfToken, EndpointNotSet, EndpointSet,
    PkceCodeChallenge, PkceCodeVerifier, RedirectUrl, RefreshToken, RequestTokenError, Scope,
    TokenResponse, TokenUrl,
};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use url::Url;

use super::{NoAnswer, Outbound};

/// How the client proves itself at the token endpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClientAuth {
    /// Id and secret as fields of the body.
    Body,
    /// HTTP Basic.
    Basic,
}

/// A client of a provider: what its operator configured, at the provider's endpoints.
#[derive(Clone)]
pub struct Client {
    /// The client's id.
    pub id: String,
    /// Its secret.
    pub secret: SecretString,
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
}

/// What a token endpoint granted.
pub struct Grant {
    /// The access token.
    pub access: SecretString,
    /// The refresh token, where the answer has one.
    pub refresh: Option<SecretString>,
    /// The access token's life, where the provider names it.
    pub expires_in: Option<Duration>,
    /// The standard `scope`, split; `None` where the answer has none.
    pub scopes: Option<Vec<String>>,
    /// The provider's own fields.
    pub extra: Map<String, Value>,
}

/// Why a token endpoint granted nothing. Holds no token, code or secret.
#[derive(Clone, Debug, thiserror::Error)]
pub enum GrantError {
    /// The provider refused, in OAuth's form or its own.
    #[error("refused with status {status}{}", reason(.error.as_deref()))]
    Refused {
        /// The HTTP status.
        status: u16,
        /// OAuth's `error`, such as `invalid_grant`.
        error: Option<String>,
        /// The provider's own code (its `status` field), such as `BAD_REFRESH_TOKEN`.
        code: Option<String>,
        /// `Retry-After`.
        retry_after: Option<Duration>,
    },
    /// It could not be reached; nothing was sent.
    #[error("could not be reached")]
    NotSent,
    /// It was sent, and no answer came: the outcome is unknown.
    #[error("did not answer in time")]
    Lost,
    /// The answer is not what OAuth says.
    #[error("answered with something that is not a token answer")]
    Broken,
}

fn reason(error: Option<&str>) -> String {
    error.map_or_else(String::new, |error| format!(" ({})", printable(error)))
}

/// Text from outside that goes into a message: short, and nothing that could break a line.
pub fn printable(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(160).collect()
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
        let answer = request.request_async(&http(outbound)).await;
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
        let answer = request.request_async(&http(outbound)).await;
        Grant::read(answer.map_err(flatten)?)
    }

    /// Posts a form with the client's id and secret in the body to an address beside the token endpoint
    /// (introspection, revocation), and answers the JSON it brings, `Null` for none.
    pub async fn post(
        &self,
        outbound: &Outbound,
        url: Url,
        fields: &[(&str, &str)],
    ) -> Result<Value, GrantError> {
        let body = url::form_urlencoded::Serializer::new(String::new())
            .append_pair("client_id", &self.id)
            .append_pair("client_secret", self.secret.expose_secret())
            .extend_pairs(fields)
            .finish();
        let request = http::Request::post(url.as_str())
            .header(
                http::header::CONTENT_TYPE,
                "application/x-www-form-urlencoded",
            )
            .body(body.into_bytes())
            .map_err(|_| GrantError::NotSent)?;
        let answer = send(outbound, request).await?;
        if answer.body().is_empty() {
            return Ok(Value::Null);
        }
        serde_json::from_slice(answer.body()).map_err(|_| GrantError::Broken)
    }

    fn protocol(&self) -> Protocol {
        let auth = match self.auth {
            ClientAuth::Body => AuthType::RequestBody,
            ClientAuth::Basic => AuthType::BasicAuth,
        };
        oauth2::Client::new(ClientId::new(self.id.clone()))
            .set_client_secret(ClientSecret::new(self.secret.expose_secret().to_owned()))
            .set_auth_uri(oauth2::AuthUrl::from_url(self.auth_url.clone()))
            .set_token_uri(TokenUrl::from_url(self.token_url.clone()))
            .set_redirect_uri(RedirectUrl::from_url(self.redirect_uri.clone()))
            .set_auth_type(auth)
    }
}

/// Our HTTP client in the form that the protocol takes.
fn http(
    outbound: &Outbound,
) -> impl Fn(
    oauth2::HttpRequest,
) -> std::pin::Pin<Box<dyn Future<Output = Result<oauth2::HttpResponse, GrantError>> + Send>> {
    let outbound = outbound.clone();
    move |request| {
        let outbound = outbound.clone();
        Box::pin(async move { send(&outbound, request).await })
    }
}

async fn send(
    outbound: &Outbound,
    request: oauth2::HttpRequest,
) -> Result<oauth2::HttpResponse, GrantError> {
    let request = reqwest::Request::try_from(request).map_err(|_| GrantError::NotSent)?;
    let answer = outbound.send(request).await.map_err(|error| match error {
        NoAnswer::NotSent => GrantError::NotSent,
        NoAnswer::Lost | NoAnswer::TooLarge => GrantError::Lost,
    })?;
    if !(200..300).contains(&answer.status) {
        return Err(refusal(&answer));
    }
    http::Response::builder()
        .status(answer.status)
        .header(http::header::CONTENT_TYPE, "application/json")
        .body(answer.body)
        .map_err(|_| GrantError::Broken)
}

/// Reads a refusal: OAuth's `error` and a code of the provider's own, where the body is JSON at all.
fn refusal(answer: &super::Answer) -> GrantError {
    let body: Map<String, Value> = serde_json::from_slice(&answer.body).unwrap_or_default();
    let text = |name: &str| body.get(name).and_then(Value::as_str).map(printable);
    GrantError::Refused {
        status: answer.status,
        error: text("error"),
        code: text("status"),
        retry_after: answer.retry_after,
    }
}

fn flatten<E: oauth2::ErrorResponse>(error: RequestTokenError<GrantError, E>) -> GrantError {
    match error {
        RequestTokenError::Request(error) => error,
        // The crate's own texts may repeat the body, so they go nowhere.
        _ => GrantError::Broken,
    }
}

impl Grant {
    fn read(answer: Answer) -> Result<Self, GrantError> {
        if answer.access_token().secret().is_empty() {
            return Err(GrantError::Broken);
        }
        let scopes = answer
            .scopes()
            .map(|scopes| scopes.iter().map(|scope| scope.to_string()).collect());
        Ok(Self {
            access: SecretString::from(answer.access_token().secret().clone()),
            refresh: answer
                .refresh_token()
                .filter(|token| !token.secret().is_empty())
                .map(|token| SecretString::from(token.secret().clone())),
            expires_in: answer.expires_in(),
            scopes,
            extra: answer.extra_fields().rest.clone(),
        })
    }
}
