//! Who calls, and whose things they may ask for.

use actix_web::{HttpMessage, HttpRequest};
use tracing::Span;

use super::fields;
use crate::activity::By;
use crate::alias;
use crate::api::access::peer;
use crate::error::{Failure, Kind};
use crate::form::Fields;
use crate::identity::{ApiKey, Scope};
use crate::owner::Owner;
use crate::vault::Reader;

/// Who calls.
#[derive(Clone)]
pub enum Caller {
    /// Anybody at this machine, for whomever they say.
    Demo,
    /// A program with a key, for the key's owner alone.
    Key(Box<ApiKey>),
}

impl Caller {
    /// Who the guard let in.
    pub fn of(request: &HttpRequest) -> Result<Self, Failure> {
        let known = request.extensions().get::<Self>().cloned();
        known.ok_or_else(|| Failure::of(Kind::Unauthenticated))
    }

    /// Whose things the fields name, if this caller may do that to them.
    pub fn owner(&self, fields: &Fields, scope: Scope) -> Result<Owner, Failure> {
        let named = fields::owner(fields)?;
        self.may(&named, scope)?;
        Ok(named)
    }

    /// Whether this caller may do that to an owner's things.
    pub fn may(&self, owner: &Owner, scope: Scope) -> Result<(), Failure> {
        let Self::Key(key) = self else {
            // Nobody else says who asks.
            alias::tell(&Span::current(), &owner.org, &owner.user);
            return Ok(());
        };
        if key.owner != *owner {
            let text = "Send the user_id and org_id that the key was made for.";
            return Err(Failure::new(
                Kind::Forbidden,
                "The API key is somebody else's",
                text,
            ));
        }
        self.has(scope)
    }

    /// Whether this caller may do that at all.
    pub fn has(&self, scope: Scope) -> Result<(), Failure> {
        match self {
            Self::Key(key) if !key.may(scope) => Err(Failure::new(
                Kind::Forbidden,
                "The API key may not do this",
                format!("It lacks the scope {}; make one that has it.", scope.name()),
            )),
            _ => Ok(()),
        }
    }

    /// Who does what this caller asks for. In the demo anyone is whom they say.
    pub fn by(&self, owner: &Owner, request: &HttpRequest) -> By {
        match self {
            Self::Demo => By::user(&owner.user, peer(request)),
            Self::Key(key) => key.by(peer(request)),
        }
    }

    /// What the history of a connection knows this caller by.
    pub fn reader(&self) -> Reader {
        match self {
            Self::Demo => Reader {
                id: "demo".to_owned(),
                by: "a program".to_owned(),
            },
            Self::Key(key) => key.reader(),
        }
    }
}
