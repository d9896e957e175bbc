//! A look at an issuer by who checks a configuration: nobody signs in, and nothing is kept.

use secrecy::SecretString;
use url::Url;

use super::discovery;
use super::issuer::{IssuerError, SERVICE};
use crate::outbound::Outbound;
use crate::outbound::oauth::{BodyEncoding, Client};

/// An issuer as the operator configured it, and Patchbay there.
pub struct Configured {
    /// The issuer's address.
    pub issuer: Url,
    /// The client's id.
    pub client_id: String,
    /// Its secret, where it has one.
    pub client_secret: Option<SecretString>,
    /// Where the issuer sends people back to.
    pub redirect_uri: Url,
}

/// Reads what an issuer says of itself, and its keys; answers our client there.
///
/// # Errors
///
/// It is away, or is not what was configured.
pub async fn look(outbound: &Outbound, configured: &Configured) -> Result<Client, IssuerError> {
    let metadata = discovery::metadata(outbound, &configured.issuer).await?;
    discovery::keys(outbound, &metadata).await?;
    Ok(Client {
        service: SERVICE,
        id: configured.client_id.clone(),
        secret: configured.client_secret.clone(),
        auth_url: metadata.auth_url,
        token_url: metadata.token_url,
        revoke_url: None,
        redirect_uri: configured.redirect_uri.clone(),
        auth: metadata.auth,
        body: BodyEncoding::Form,
        headers: &[],
    })
}
