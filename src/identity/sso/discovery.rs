//! What an issuer says of itself, and the keys that it signs with (OpenID Connect Discovery).

use std::time::Duration;

use openidconnect::core::{
    CoreAuthDisplay, CoreClaimName, CoreClaimType, CoreClientAuthMethod, CoreGrantType,
    CoreJsonWebKey, CoreJsonWebKeySet, CoreJweContentEncryptionAlgorithm,
    CoreJweKeyManagementAlgorithm, CoreResponseMode, CoreResponseType, CoreSubjectIdentifierType,
};
use openidconnect::{AdditionalProviderMetadata, IssuerUrl, ProviderMetadata};
use serde::{Deserialize, Serialize};
use url::Url;

use super::issuer::{IssuerError, SERVICE};
use crate::outbound::Outbound;
use crate::outbound::oauth::ClientAuth;

/// Longest wait for one of the two documents.
const ANSWER_TIME: Duration = Duration::from_secs(5);

/// What the crate does not read of the document.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
struct Further {
    #[serde(default)]
    authorization_response_iss_parameter_supported: bool,
}

impl AdditionalProviderMetadata for Further {}

type Document = ProviderMetadata<
    Further,
    CoreAuthDisplay,
    CoreClientAuthMethod,
    CoreClaimName,
    CoreClaimType,
    CoreGrantType,
    CoreJweContentEncryptionAlgorithm,
    CoreJweKeyManagementAlgorithm,
    CoreJsonWebKey,
    CoreResponseMode,
    CoreResponseType,
    CoreSubjectIdentifierType,
>;

/// An issuer as it describes itself.
#[derive(Clone, Debug)]
pub(super) struct Metadata {
    /// Its name, exactly as it stands in its tokens.
    pub(super) issuer: IssuerUrl,
    /// Where people are sent to.
    pub(super) auth_url: Url,
    /// Where codes are exchanged.
    pub(super) token_url: Url,
    /// Where more is said of a person.
    pub(super) userinfo_url: Option<Url>,
    /// Where its keys are.
    pub(super) keys_url: Url,
    /// How a client with a secret proves itself.
    pub(super) auth: ClientAuth,
    /// Whether every answer says who sends it (RFC 9207).
    pub(super) names_itself: bool,
}

/// Reads the issuer's description of itself, which lies below its address.
pub(super) async fn metadata(outbound: &Outbound, address: &Url) -> Result<Metadata, IssuerError> {
    let body = outbound
        .document(SERVICE, &place(address)?, None, ANSWER_TIME)
        .await?;
    let document: Document = serde_json::from_slice(&body)
        .map_err(|_| IssuerError::Broken("its description of itself cannot be read"))?;
    Metadata::read(address, &document)
}

/// Reads the keys that the issuer signs with. Those of kinds that we do not know are left out.
pub(super) async fn keys(
    outbound: &Outbound,
    metadata: &Metadata,
) -> Result<CoreJsonWebKeySet, IssuerError> {
    let body = outbound
        .document(SERVICE, &metadata.keys_url, None, ANSWER_TIME)
        .await?;
    serde_json::from_slice(&body).map_err(|_| IssuerError::Broken("its keys cannot be read"))
}

fn place(address: &Url) -> Result<Url, IssuerError> {
    let base = address.as_str().trim_end_matches('/');
    Url::parse(&format!("{base}/.well-known/openid-configuration"))
        .map_err(|_| IssuerError::Broken("its address is none"))
}

impl Metadata {
    fn read(address: &Url, document: &Document) -> Result<Self, IssuerError> {
        let issuer = document.issuer().clone();
        // The description lies at the same place with and without a slash at the end, so that an operator may write
        // either; what counts from here on is how the issuer writes itself.
        if issuer.trim_end_matches('/') != address.as_str().trim_end_matches('/') {
            return Err(IssuerError::Broken("it calls itself by another name"));
        }
        let token_url = document.token_endpoint().map(|place| place.url());
        let token_url = token_url.ok_or(IssuerError::Broken("it has no token endpoint"))?;
        let userinfo_url = document.userinfo_endpoint().map(|place| place.url());
        let metadata = Self {
            auth_url: document.authorization_endpoint().url().clone(),
            token_url: token_url.clone(),
            userinfo_url: userinfo_url.cloned(),
            keys_url: document.jwks_uri().url().clone(),
            auth: auth(document.token_endpoint_auth_methods_supported()),
            names_itself: document
                .additional_metadata()
                .authorization_response_iss_parameter_supported,
            issuer,
        };
        metadata.is_as_safe_as(address)?;
        Ok(metadata)
    }

    /// An issuer that is reached by https leads nowhere else.
    fn is_as_safe_as(&self, address: &Url) -> Result<(), IssuerError> {
        let places = [&self.auth_url, &self.token_url, &self.keys_url];
        let mut places = places.into_iter().chain(&self.userinfo_url);
        let safe = |place: &Url| place.scheme() == "https" || place.scheme() == address.scheme();
        match places.all(safe) {
            true => Ok(()),
            false => Err(IssuerError::Broken("it names an address without https")),
        }
    }
}

/// HTTP Basic is what the standard begins with, and what counts where nothing is said.
fn auth(methods: Option<&Vec<CoreClientAuthMethod>>) -> ClientAuth {
    let knows = |method| methods.is_some_and(|methods| methods.contains(&method));
    let basic = knows(CoreClientAuthMethod::ClientSecretBasic);
    match !basic && knows(CoreClientAuthMethod::ClientSecretPost) {
        true => ClientAuth::Body,
        false => ClientAuth::Basic,
    }
}
