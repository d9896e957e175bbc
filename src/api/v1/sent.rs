//! What a program sends to a connection: who may send it, which provider it is for, and the body.

use actix_web::web::{Bytes, Data, Path, Payload};
use actix_web::{HttpRequest, HttpResponse};
use serde::Deserialize;
use serde_json::{Map, Value};

use super::guard::Caller;
use super::problem::Problem;
use super::{V1, body, replay};
use crate::idempotency::Answer;
use crate::identity::Scope;
use crate::owner::Owner;
use crate::providers::Profile;

/// What a handler takes that reads a body. Nothing was looked at yet.
pub type Unread = (HttpRequest, Data<V1>, Caller, Path<Place>, Payload);

/// The part of an address that every route to a connection has.
#[derive(Deserialize)]
pub struct Place {
    provider: String,
}

/// A request whose caller may send it, with its body.
pub struct Sent {
    pub v1: Data<V1>,
    pub caller: Caller,
    pub owner: Owner,
    pub profile: &'static Profile,
    pub request: HttpRequest,
    body: Bytes,
}

impl Sent {
    /// Reads the body of who has the scope, for a provider that there is.
    pub async fn read(unread: Unread, scope: Scope) -> Result<Self, Problem> {
        let (request, v1, caller, place, payload) = unread;
        let owner = caller.owner(scope)?.clone();
        let profile = v1.profile(&place.provider)?;
        let body = body::read(&request, payload).await?;
        Ok(Self {
            v1,
            caller,
            owner,
            profile,
            request,
            body,
        })
    }

    /// The object that the body is; `known` are the fields that it can have.
    pub fn object(&self, known: &[&str]) -> Result<Map<String, Value>, Problem> {
        body::object(&self.request, &self.body, known)
    }

    /// The same, where a request without a body says what is usual.
    pub fn object_or_usual(&self, known: &[&str]) -> Result<Map<String, Value>, Problem> {
        match self.body.is_empty() {
            true => Ok(Map::new()),
            false => self.object(known),
        }
    }

    /// Does what was asked for, once. See [`replay::once`].
    pub async fn once(
        &self,
        work: impl Future<Output = Result<Answer, Problem>> + Send + 'static,
    ) -> Result<HttpResponse, Problem> {
        let whose = (&self.owner, self.profile.id);
        replay::once(&self.v1, &self.request, whose, &self.body, Box::pin(work)).await
    }
}
