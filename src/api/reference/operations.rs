//! Which scopes and problems each operation has.

use crate::api::v1::problem::Type;
use crate::api::v1::{connections, contacts, items, loads, token};
use crate::identity::Scope;

/// An operation.
pub struct Operation {
    /// Its id in the document.
    pub id: &'static str,
    /// The scopes of which any will do; none where every key will do.
    pub scopes: &'static [Scope],
    /// The problems that are its own.
    pub problems: &'static [&'static [Type]],
    /// Whether it takes an idempotency key.
    pub idempotent: bool,
}

/// What every operation may be answered.
pub const EVERYWHERE: &[Type] = &[
    Type::KeyMissing,
    Type::KeyMalformed,
    Type::KeyUnknown,
    Type::KeyExpired,
    Type::KeyRevoked,
    Type::HostRefused,
    Type::OriginRefused,
    Type::RateLimited,
    Type::OperatorNeeded,
    Type::StoreUnavailable,
    Type::Interrupted,
    Type::Internal,
];
/// What operations with a body may be answered beside.
const BODY: &[Type] = &[
    Type::NotJson,
    Type::BodyTooLarge,
    Type::MalformedBody,
    Type::InvalidBody,
];
/// What operations with an idempotency key may be answered beside.
pub const IDEMPOTENT: &[Type] = &[
    Type::IdempotencyKeyInvalid,
    Type::IdempotencyKeyInUse,
    Type::IdempotencyKeyReused,
    Type::OutcomePending,
];
const PARAMETERS: &[Type] = &[Type::BadParameter];
const CURSOR: &[Type] = &[Type::BadCursor];

const fn operation(
    id: &'static str,
    scopes: &'static [Scope],
    problems: &'static [&'static [Type]],
) -> Operation {
    Operation {
        id,
        scopes,
        problems,
        idempotent: false,
    }
}

const fn once(operation: Operation) -> Operation {
    Operation {
        idempotent: true,
        ..operation
    }
}

/// All of them.
#[rustfmt::skip]
pub const OPERATIONS: &[Operation] = &[
    operation("listConnections", &[], &[]),
    operation("showConnection", &[], &[connections::ONE]),
    operation("disconnect", &[Scope::ConnectionsWrite], &[connections::END]),
    once(operation("startLoad", &[Scope::LoadsWrite], &[loads::START, BODY])),
    operation("showLoad", &[Scope::LoadsWrite, Scope::ItemsRead], &[loads::SHOW]),
    operation("listItems", &[Scope::ItemsRead], &[items::PROBLEMS]),
    operation("getToken", &[Scope::TokensRead], &[token::PROBLEMS]),
    once(operation("reportToken", &[Scope::TokensRead], &[token::PROBLEMS, BODY])),
    operation("listContacts", &[Scope::ContactsRead], &[contacts::READ, PARAMETERS, CURSOR]),
    once(operation("createContact", &[Scope::ContactsWrite], &[contacts::READ, contacts::ONE, contacts::WRITE, BODY])),
    operation("showContact", &[Scope::ContactsRead], &[contacts::READ, contacts::ONE, PARAMETERS]),
    operation("updateContact", &[Scope::ContactsWrite], &[contacts::READ, contacts::ONE, contacts::WRITE, BODY]),
    operation("deleteContact", &[Scope::ContactsWrite], &[contacts::READ, contacts::ONE, contacts::WRITE]),
];

impl Operation {
    /// All problems that it may be answered.
    pub fn all(&self) -> impl Iterator<Item = Type> {
        let scope: &[Type] = match self.scopes {
            [] => &[],
            _ => &[Type::ScopeMissing],
        };
        let once: &[Type] = if self.idempotent { IDEMPOTENT } else { &[] };
        let own = self.problems.iter().copied().flatten();
        EVERYWHERE
            .iter()
            .chain(scope)
            .chain(once)
            .chain(own)
            .copied()
    }
}
