//! The capability to work on the contacts of an account, for providers that have contacts.

use async_trait::async_trait;
use serde_json::{Map, Value};

use crate::outbound::{Call, CallError};

/// Reads and changes contacts. A contact is the provider's own object, untouched; properties are its own fields.
/// A contact that is not there is [`CallError::Status`] with 404. Nothing that changes anything is repeated after
/// it may have been done.
#[async_trait]
pub trait Contacts: Send + Sync {
    /// The contact with this id.
    async fn get(&self, call: &Call, id: &str) -> Result<Value, CallError>;
    /// Makes a contact and answers it.
    async fn create(&self, call: &Call, properties: Map<String, Value>)
    -> Result<Value, CallError>;
    /// Changes these properties of a contact and answers it.
    async fn update(
        &self,
        call: &Call,
        id: &str,
        properties: Map<String, Value>,
    ) -> Result<Value, CallError>;
    /// Takes a contact away.
    async fn delete(&self, call: &Call, id: &str) -> Result<(), CallError>;
}
