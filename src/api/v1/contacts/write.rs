//! Making, changing and deleting a contact.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::LOCATION;
use actix_web::web::{Data, Path};
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::{Contact, desk, no_contacts, one};
use crate::activity::By;
use crate::api::v1::guard::Caller;
use crate::api::v1::problem::{Problem, Type, refused, taken};
use crate::api::v1::sent::{Sent, Unread};
use crate::api::v1::{V1, body, replay};
use crate::contacts::{Desk, Entered, Outcome, can_be_a_name};
use crate::idempotency::Answer;
use crate::identity::Scope;
use crate::owner::Owner;
use crate::providers::Profile;

/// The one field of what is sent.
const PROPERTIES: &str = "properties";

/// What a contact is to have.
#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
#[expect(
    dead_code,
    reason = "It is read by hand; this says what the document says."
)]
pub struct Properties {
    /// By the provider's names of its properties. A text sets one, `null` or an empty text clears it; numbers and booleans
    /// are taken as their texts. What is not named stays as it is.
    #[schema(value_type = BTreeMap<String, Option<String>>, example = json!({"email": "ada@example.com", "firstname": "Ada"}))]
    properties: Map<String, Value>,
}

/// Create a contact
///
/// Sent twice with the same `Idempotency-Key` it is made once, also where no answer came in between. Without one a request
/// whose outcome is not known must not simply be sent again.
#[utoipa::path(post, path = "/api/v1/connections/{provider}/contacts", tag = "Contacts", operation_id = "createContact",
    params(("provider" = String, Path, description = "The provider's id")),
    request_body = Properties,
    responses((status = 201, description = "It was created", body = Contact, headers(("Location" = String, description = "Its address here")))))]
pub async fn create(unread: Unread) -> Result<HttpResponse, Problem> {
    let sent = Sent::read(unread, Scope::ContactsWrite).await?;
    let making = Making {
        entered: entered(&sent)?,
        token: replay::token(&sent.v1, &sent.request)?,
        again: replay::key(&sent.request)?.is_some(),
        owner: sent.owner.clone(),
        by: sent.caller.by(),
        profile: sent.profile,
    };
    sent.once(making.answer(sent.v1.clone())).await
}

/// Change a contact
///
/// Sets the properties that are named, and leaves the others as they are. The answer is the whole contact.
#[utoipa::path(patch, path = "/api/v1/connections/{provider}/contacts/{id}", tag = "Contacts", operation_id = "updateContact",
    params(("provider" = String, Path, description = "The provider's id"), ("id" = String, Path, description = "The contact's id")),
    request_body = Properties,
    responses((status = 200, description = "The contact as it is now", body = Contact)))]
pub async fn update(unread: Unread, path: Path<(String, String)>) -> Result<HttpResponse, Problem> {
    let sent = Sent::read(unread, Scope::ContactsWrite).await?;
    let (_, id) = path.into_inner();
    let entered = entered(&sent)?;
    let desk = desk_to_write(&sent.v1, &sent.owner, sent.caller.by(), sent.profile).await?;
    let more = entered.more.clone();
    let outcome = desk.update(&sent.v1.entropy.token(), &id, entered).await?;
    Ok(HttpResponse::Ok().json(done(&desk, outcome, &more).await?))
}

/// Delete a contact
///
/// One that is not there is answered with 404.
#[utoipa::path(delete, path = "/api/v1/connections/{provider}/contacts/{id}", tag = "Contacts", operation_id = "deleteContact",
    params(("provider" = String, Path, description = "The provider's id"), ("id" = String, Path, description = "The contact's id")),
    responses((status = 204, description = "It was deleted")))]
pub async fn delete(
    v1: Data<V1>,
    caller: Caller,
    path: Path<(String, String)>,
) -> Result<HttpResponse, Problem> {
    let owner = caller.owner(Scope::ContactsWrite)?;
    let (provider, id) = path.into_inner();
    let profile = v1.profile(&provider)?;
    let desk = desk_to_write(&v1, owner, caller.by(), profile).await?;
    match desk.delete(&v1.entropy.token(), &id).await? {
        Outcome::Done { .. } => Ok(HttpResponse::NoContent().finish()),
        outcome => Err(undone(outcome)),
    }
}

/// A contact that is to be made.
struct Making {
    token: String,
    /// Whether the same request can be sent again without harm.
    again: bool,
    owner: Owner,
    by: By,
    profile: &'static Profile,
    entered: Entered,
}

impl Making {
    async fn answer(self, v1: Data<V1>) -> Result<Answer, Problem> {
        let desk = desk_to_write(&v1, &self.owner, self.by, self.profile).await?;
        let more = self.entered.more.clone();
        let contact = match desk.create(&self.token, self.entered).await? {
            Outcome::Late if self.again => return Err(Problem::of(Type::OutcomePending)),
            outcome => done(&desk, outcome, &more).await?,
        };
        let provider = self.profile.id;
        let place = format!("/api/v1/connections/{provider}/contacts/{}", contact.id);
        let mut answer = replay::reply(StatusCode::CREATED, &contact)?;
        answer.headers.push((LOCATION.to_string(), place));
        Ok(answer)
    }
}

async fn desk_to_write(v1: &V1, owner: &Owner, by: By, profile: &Profile) -> Result<Desk, Problem> {
    let desk = desk(v1, owner, by, profile).await?;
    match desk.may_write {
        true => Ok(desk),
        false => {
            let missing = Problem::of(Type::PermissionMissing);
            Err(missing.with("permission", desk.facts().write))
        }
    }
}

/// The contact that came of a change.
async fn done(desk: &Desk, outcome: Outcome, more: &[String]) -> Result<Contact, Problem> {
    match outcome {
        Outcome::Done {
            contact: Some(contact),
            ..
        } => Ok(Contact::of(*contact)),
        Outcome::Done { id, .. } => one(desk, &id, more).await,
        outcome => Err(undone(outcome)),
    }
}

/// Why a change was not made.
fn undone(outcome: Outcome) -> Problem {
    match outcome {
        Outcome::Refused(faults) => refused(faults),
        Outcome::Taken(by) => taken(by),
        Outcome::NotFound => Problem::of(Type::ContactNotFound),
        Outcome::Conflict(conflict) => {
            Problem::of(Type::ContactMerged).with("contact_id", conflict.contact.id)
        }
        Outcome::MadeBefore(id) => Problem::of(Type::IdempotencyKeyReused).with("contact_id", id),
        Outcome::Unclear { why, .. } => {
            let detail =
                format!("The provider {why}, and may have done it. Look before it is sent again.");
            Problem::new(Type::OutcomeUnknown, detail)
        }
        Outcome::Late => {
            let detail = "The provider takes long to answer, and may yet do it. Look before it is sent again.";
            Problem::new(Type::OutcomeUnknown, detail)
        }
        Outcome::Done { .. } => Problem::of(Type::Internal),
    }
}

/// What a contact is to have, as the desk takes it.
fn entered(sent: &Sent) -> Result<Entered, Problem> {
    let mut body = sent.object(&[PROPERTIES])?;
    let facts = sent.v1.contacts.facts(sent.profile.id);
    let (_, facts) = facts.ok_or_else(|| no_contacts(sent.profile))?;
    let properties = match body.remove(PROPERTIES) {
        Some(Value::Object(properties)) if !properties.is_empty() => properties,
        _ => {
            let detail = "properties must be an object that names at least one property";
            return Err(body::invalid(Some(PROPERTIES), detail));
        }
    };
    Entered::of_properties(properties, facts).map_err(|unfit| {
        // What is no name is not repeated: it may be anything.
        let field = match can_be_a_name(&unfit.name) {
            true => &unfit.name,
            false => PROPERTIES,
        };
        body::invalid(Some(field), unfit.why)
    })
}
