//! The guard before all routes: a key, and how often it may ask. See [`crate::api::access`].

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{Payload, ServiceRequest, ServiceResponse};
use actix_web::middleware::Next;
use actix_web::web::Data;
use actix_web::{Error, FromRequest, HttpMessage, HttpRequest};
use std::future::{Ready, ready};

use super::V1;
use super::problem::{Problem, Type};
use crate::activity::By;
use crate::api::access::{Access, Refused, peer, tell};
use crate::identity::{Allowance, ApiKey, Scope};
use crate::owner::Owner;
use crate::peer::Peer;
use crate::vault::Reader;

/// The program that asks; a handler that takes it cannot be reached without a key.
#[derive(Clone)]
pub struct Caller {
    key: ApiKey,
    peer: Peer,
}

/// Lets a request through that shows a key, or answers why not.
pub async fn check<B: MessageBody + 'static>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let Some(v1) = request.app_data::<Data<V1>>().cloned() else {
        return Ok(request.error_response(Problem::of(Type::Internal)));
    };
    let admitted = admit(&v1.access, &request).await;
    let (key, allowance) = match admitted {
        Ok(admitted) => admitted,
        Err(refused) => {
            let allowance = refused.allowance();
            let mut response = request.error_response(Problem::from(refused));
            tell(response.headers_mut(), allowance);
            return Ok(response);
        }
    };
    let peer = peer(request.request());
    let caller = Caller { key, peer };
    request.extensions_mut().insert(caller.clone());
    let mut response = next.call(request).await?.map_into_boxed_body();
    let error = response.response().error();
    let problem = error.and_then(|error| error.as_error::<Problem>());
    if let Some(problem) = problem.filter(|problem| problem.what == Type::ScopeMissing) {
        let (key, from) = (&caller.key, caller.peer);
        let why = problem.to_string();
        v1.access.note_refused(key, from, &why).await;
    }
    tell(response.headers_mut(), allowance);
    Ok(response)
}

async fn admit(
    access: &Access,
    request: &ServiceRequest,
) -> Result<(ApiKey, Option<Allowance>), Refused> {
    access.check_place(request.headers())?;
    let key = access.key(request.request()).await?;
    let allowance = access.count(key.counted_as()).await?;
    Ok((key, allowance))
}

impl Caller {
    /// Whose things it may do that to.
    pub fn owner(&self, scope: Scope) -> Result<&Owner, Problem> {
        self.owner_by_any(&[scope])
    }

    /// The same where any of several scopes will do.
    pub fn owner_by_any(&self, scopes: &[Scope]) -> Result<&Owner, Problem> {
        if scopes.iter().any(|scope| self.key.may(*scope)) {
            return Ok(&self.key.owner);
        }
        let names: Vec<&str> = scopes.iter().map(|scope| scope.name()).collect();
        let names = names.join(" or ");
        let detail = format!("The route needs the scope {names}; make a key that has it.");
        Err(Problem::new(Type::ScopeMissing, detail).with("scope", names))
    }

    /// Whose key it is, for what every key may do.
    pub fn any(&self) -> &Owner {
        &self.key.owner
    }

    /// Who does what it asks for.
    pub fn by(&self) -> By {
        self.key.by(self.peer.clone())
    }

    /// What the history of a connection knows it by.
    pub fn reader(&self) -> Reader {
        self.key.reader()
    }
}

impl FromRequest for Caller {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let caller = request.extensions().get::<Self>().cloned();
        ready(caller.ok_or_else(|| Problem::of(Type::KeyMissing)))
    }
}
