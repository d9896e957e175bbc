//! What can go wrong, as programs tell it apart. The names are part of the API and never change.

use serde::Serialize;
use utoipa::ToSchema;

/// Who can do something about a problem.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// The program: the request must be another one.
    Mend,
    /// Nobody: it passes. Send the same request again, not before `Retry-After`.
    Retry,
    /// The person whose connection it is: they must connect or reconnect the account in Patchbay, or be given a right at the
    /// provider.
    Reconnect,
    /// The operator of this Patchbay.
    Operator,
}

/// A sort of problem.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Type {
    /// There is no key.
    KeyMissing,
    /// It cannot be a key.
    KeyMalformed,
    /// Nobody knows it.
    KeyUnknown,
    /// It has ended.
    KeyExpired,
    /// Somebody ended it.
    KeyRevoked,
    /// It may not do this.
    ScopeMissing,
    /// The demo answers by its own name alone.
    HostRefused,
    /// The demo answers no pages of other origins.
    OriginRefused,
    /// Too many requests.
    RateLimited,
    /// There is no such route.
    RouteNotFound,
    /// The route does not know the method.
    MethodNotAllowed,
    /// There is no such provider.
    ProviderUnknown,
    /// The operator does not offer it.
    ProviderNotConfigured,
    /// It cannot do this.
    CapabilityMissing,
    /// There is no connection.
    NotConnected,
    /// Access has ended.
    ReconnectNeeded,
    /// A permission is missing.
    PermissionMissing,
    /// The provider refuses although the permission was granted.
    PermissionDenied,
    /// The operator must mend something.
    OperatorNeeded,
    /// The provider fails.
    ProviderUnavailable,
    /// The provider's limit is used up.
    ProviderLimited,
    /// Our store is away.
    StoreUnavailable,
    /// Something came in between.
    Interrupted,
    /// A token is being renewed.
    TokenPending,
    /// A parameter makes no sense.
    BadParameter,
    /// A cursor that was not given here.
    BadCursor,
    /// A cursor whose list is another by now.
    CursorExpired,
    /// The body is of another type.
    NotJson,
    /// The body is too large.
    BodyTooLarge,
    /// The body cannot be read.
    MalformedBody,
    /// A field of the body makes no sense.
    InvalidBody,
    /// There is no such load.
    LoadNotFound,
    /// There is no such contact.
    ContactNotFound,
    /// The provider does not accept what was sent.
    ContactRefused,
    /// Another contact has what must be its own.
    ContactTaken,
    /// It was merged into another.
    ContactMerged,
    /// Whether it was done is not known.
    OutcomeUnknown,
    /// It is still being done.
    OutcomePending,
    /// It cannot be an idempotency key.
    IdempotencyKeyInvalid,
    /// A request with this key is being done.
    IdempotencyKeyInUse,
    /// The key was used for another request.
    IdempotencyKeyReused,
    /// Our own fault.
    Internal,
}

/// What is said of a type in the reference.
pub struct About {
    /// Its name in the address of the type.
    pub name: &'static str,
    /// The HTTP status.
    pub status: u16,
    /// One short sentence without a full stop.
    pub title: &'static str,
    /// What it means, and what to do.
    pub meaning: &'static str,
    /// Who can do something about it.
    pub action: Action,
}

const fn about(
    name: &'static str,
    status: u16,
    action: Action,
    title: &'static str,
    meaning: &'static str,
) -> About {
    About {
        name,
        status,
        title,
        meaning,
        action,
    }
}

impl Type {
    /// All of them, in the order of the reference.
    #[rustfmt::skip]
    pub const ALL: [Self; 42] = [
        Self::KeyMissing, Self::KeyMalformed, Self::KeyUnknown, Self::KeyExpired, Self::KeyRevoked, Self::ScopeMissing,
        Self::HostRefused, Self::OriginRefused, Self::RateLimited, Self::RouteNotFound, Self::MethodNotAllowed,
        Self::ProviderUnknown, Self::ProviderNotConfigured, Self::CapabilityMissing, Self::NotConnected,
        Self::ReconnectNeeded, Self::PermissionMissing, Self::PermissionDenied, Self::OperatorNeeded,
        Self::ProviderUnavailable, Self::ProviderLimited, Self::StoreUnavailable, Self::Interrupted, Self::TokenPending, Self::BadParameter, Self::BadCursor,
        Self::CursorExpired, Self::NotJson, Self::BodyTooLarge, Self::MalformedBody, Self::InvalidBody,
        Self::LoadNotFound, Self::ContactNotFound, Self::ContactRefused, Self::ContactTaken, Self::ContactMerged,
        Self::OutcomeUnknown, Self::OutcomePending, Self::IdempotencyKeyInvalid, Self::IdempotencyKeyInUse,
        Self::IdempotencyKeyReused, Self::Internal,
    ];

    /// What is said of it.
    #[rustfmt::skip]
    pub fn about(self) -> About {
        use Action::{Mend, Operator, Reconnect, Retry};
        match self {
            Self::KeyMissing => about("key-missing", 401, Mend, "An API key is needed",
                "Send it as `Authorization: Bearer pb_…`. A person makes one under Settings, an operator with `patchbay key add`."),
            Self::KeyMalformed => about("key-malformed", 401, Mend, "This cannot be an API key",
                "A character is wrong or missing. Copy the key anew, all of it, from `pb_` on."),
            Self::KeyUnknown => about("key-unknown", 401, Mend, "This API key is not known",
                "This Patchbay never gave it out, or forgot it long after its end. Make another one."),
            Self::KeyExpired => about("key-expired", 401, Mend, "This API key has expired",
                "Make another one; its expiry was chosen when it was made."),
            Self::KeyRevoked => about("key-revoked", 401, Mend, "This API key was revoked",
                "Somebody ended it under Settings or with `patchbay key revoke`. Make another one if it is still wanted."),
            Self::ScopeMissing => about("scope-missing", 403, Mend, "This API key may not do this",
                "The key lacks the scope that the route needs, which `scope` names. Make a key that has it."),
            Self::HostRefused => about("host-refused", 403, Mend, "This is not the address of this Patchbay",
                "A demo answers by its own name and by names of its machine alone. Use the address that the text names."),
            Self::OriginRefused => about("origin-refused", 403, Operator, "Pages of this origin may not call Patchbay",
                "The operator can name the origin in `PATCHBAY_CORS_ORIGINS`."),
            Self::RateLimited => about("rate-limited", 429, Retry, "Too many requests",
                "The key has used up its limit. Wait as long as `Retry-After` says; nothing was done."),
            Self::RouteNotFound => about("route-not-found", 404, Mend, "There is no such route",
                "The address may be mistyped. The reference lists all routes."),
            Self::MethodNotAllowed => about("method-not-allowed", 405, Mend, "The route does not take this method",
                "`Allow` names those that it takes."),
            Self::ProviderUnknown => about("provider-unknown", 404, Mend, "There is no such provider",
                "The text names those that there are."),
            Self::ProviderNotConfigured => about("provider-not-configured", 409, Operator, "The provider is not configured",
                "The operator must give it a client id and secret first."),
            Self::CapabilityMissing => about("capability-missing", 404, Mend, "The provider cannot do this",
                "Not every provider has contacts."),
            Self::NotConnected => about("not-connected", 404, Reconnect, "There is no connection",
                "The owner of the key must connect the account in Patchbay first."),
            Self::ReconnectNeeded => about("reconnect-needed", 409, Reconnect, "The connection must be made anew",
                "The provider takes the tokens no more. Its owner must reconnect in Patchbay; asking again does not help before."),
            Self::PermissionMissing => about("permission-missing", 409, Reconnect, "A permission was not granted",
                "The owner of the connection must reconnect and allow what `permission` names."),
            Self::PermissionDenied => about("permission-denied", 409, Reconnect, "The provider refuses this to the account",
                "The permission was granted, but the person lacks the right at the provider. An administrator there can give it."),
            Self::OperatorNeeded => about("operator-needed", 503, Operator, "The operator must mend something",
                "The provider does not accept this Patchbay's client id or secret, or a stored record cannot be read. The log has the cause."),
            Self::ProviderUnavailable => about("provider-unavailable", 502, Retry, "The provider does not answer as it should",
                "Nothing was changed. Try again after a while."),
            Self::ProviderLimited => about("provider-limited", 429, Retry, "The provider's limit is used up",
                "All programs and loads of this account together have asked as often as the provider allows. Nothing was sent; wait as long as `Retry-After` says."),
            Self::StoreUnavailable => about("store-unavailable", 503, Retry, "Patchbay cannot reach its store",
                "Nothing was lost. Try again in a moment."),
            Self::Interrupted => about("interrupted", 503, Retry, "Something came in between",
                "A newer load or a disconnect changed what was being read. Send the same request again."),
            Self::TokenPending => about("token-pending", 503, Retry, "There is no fresh token yet",
                "Another renewal is under way. Try again in a moment."),
            Self::BadParameter => about("bad-parameter", 400, Mend, "A parameter makes no sense",
                "`errors` names each, and what is possible. Unknown parameters are refused too where a route takes some, since they are most likely mistyped."),
            Self::BadCursor => about("bad-cursor", 400, Mend, "This cursor was not given for this list",
                "Send a `next_cursor` as it came, with the same filters and order. Begin without a cursor for the first page."),
            Self::CursorExpired => about("cursor-expired", 410, Mend, "The list is another one by now",
                "What the cursor went through is not there any more: a newer load has taken its place, the account was disconnected, or, where the list is sorted, an item was changed. Begin again without a cursor."),
            Self::NotJson => about("unsupported-media-type", 415, Mend, "The body is of another type than JSON",
                "Send `Content-Type: application/json`."),
            Self::BodyTooLarge => about("body-too-large", 413, Mend, "The body is too large",
                "The text names the limit. Send less."),
            Self::MalformedBody => about("malformed-body", 400, Mend, "The body cannot be read",
                "It is no JSON, ended early, or took too long to arrive."),
            Self::InvalidBody => about("invalid-body", 422, Mend, "A field of the body makes no sense",
                "`errors` names the field and what is wrong with it. Nothing was done."),
            Self::LoadNotFound => about("load-not-found", 404, Mend, "There is no such load",
                "Known are the last load of a connection, and the one that its items are from."),
            Self::ContactNotFound => about("contact-not-found", 404, Mend, "There is no such contact",
                "It was deleted, or never was in this account."),
            Self::ContactRefused => about("contact-refused", 422, Mend, "The provider does not accept this",
                "`errors` says what is wrong, by property, where the provider names it in its words. Nothing was changed."),
            Self::ContactTaken => about("contact-taken", 409, Mend, "Another contact has this already",
                "`contact_id` is the one that has it, where the provider tells. Nothing was changed."),
            Self::ContactMerged => about("contact-merged", 409, Mend, "The contact was merged into another",
                "`contact_id` is the one that it lives on in. Nothing was changed."),
            Self::OutcomeUnknown => about("outcome-unknown", 502, Mend, "Whether it was done is not known",
                "The provider did not answer, and may have done it. Look before it is sent again."),
            Self::OutcomePending => about("outcome-pending", 503, Retry, "It is still being done",
                "Send the same request with the same `Idempotency-Key` to hear what came of it."),
            Self::IdempotencyKeyInvalid => about("idempotency-key-invalid", 400, Mend, "This cannot be an idempotency key",
                "It has 1 to 255 visible ASCII characters. A UUID will do."),
            Self::IdempotencyKeyInUse => about("idempotency-key-in-use", 409, Retry, "A request with this idempotency key is being done",
                "Send it again in a moment to hear what came of it."),
            Self::IdempotencyKeyReused => about("idempotency-key-reused", 422, Mend, "This idempotency key was used for another request",
                "Nothing was done. Each request needs a key of its own; only its repetitions share it."),
            Self::Internal => about("internal", 500, Operator, "Something went wrong in Patchbay",
                "It is our fault and has been logged under the `request_id`."),
        }
    }

    /// Its address, which tells it apart and leads to the reference.
    pub fn address(self) -> String {
        format!("/docs#problem-{}", self.about().name)
    }
}
