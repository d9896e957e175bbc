//! What a failed call means for who works on contacts.

use super::super::problem::Problem;
use crate::outbound::CallError;
use crate::providers::ContactError;

/// What an error says beyond its status.
pub(super) fn explain(error: CallError) -> ContactError {
    let (status, body) = match error {
        CallError::Unclear(why) => return ContactError::Unclear(*why),
        CallError::Status { status, body } => (status, body),
        other => return ContactError::Call(other),
    };
    let told = means(status, &Problem::read(&body.0));
    told.unwrap_or(ContactError::Call(CallError::Status { status, body }))
}

fn means(status: u16, problem: &Problem) -> Option<ContactError> {
    match status {
        400 => not_accepted(problem),
        403 => problem.missing_permission().map(permission),
        // HTML instead says that the route is not there, which is no word of a contact.
        404 => problem.is_told().then_some(ContactError::NotFound),
        409 => Some(ContactError::Taken(problem.existing_id())),
        _ => None,
    }
}

/// A change that would give a contact the email of another is a 400 like any other, but for its message.
fn not_accepted(problem: &Problem) -> Option<ContactError> {
    if let Some(holder) = problem.holder() {
        return Some(ContactError::Taken(Some(holder)));
    }
    let faults = problem.faults();
    (!faults.is_empty()).then_some(ContactError::Refused(faults))
}

/// Of several permissions that would do, the one that Patchbay asks for.
fn permission(missing: String) -> ContactError {
    let ours = super::super::PROFILE.scopes.iter().map(|scope| scope.id);
    let mut ours = ours.filter(|ours| missing.split(" or ").any(|one| one == *ours));
    ContactError::MissingPermission(ours.next().map_or(missing.clone(), str::to_owned))
}
