//! Where the token of a call comes from.

use async_trait::async_trait;
use secrecy::SecretString;

use super::BearerError;

/// Where the token of a call comes from.
#[async_trait]
pub trait Bearer: Send + Sync {
    /// A token that is good now.
    async fn token(&self) -> Result<SecretString, BearerError>;

    /// Another one, after the provider answered 401 to `token`. Asked once a call.
    async fn replace(&self, token: &SecretString) -> Result<SecretString, BearerError>;

    /// Asked at each further 401 of a call, with the token that it was answered to. `true`: there is another one
    /// by now, because somebody refreshed while the call waited for its turn; [`Bearer::token`] has it. `false`:
    /// there is none, that this one was refused has been noted, and the call ends as rejected.
    async fn refused(&self, token: &SecretString) -> Result<bool, BearerError>;
}
