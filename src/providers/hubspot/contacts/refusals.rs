//! What a failed call means for who works on contacts.

use super::super::problem::Problem;
use crate::outbound::CallError;
use crate::providers::ContactError;

/// What an error says beyond its status.
pub(super) fn explain(error: CallError) -> ContactError {
    read(error, means)
}

/// The same of a contact that was to be made or changed, which another one can be in the way of.
pub(super) fn explain_change(error: CallError) -> ContactError {
    read(error, |status, problem| {
        let taken = problem.taken(status).map(ContactError::Taken);
        taken.or_else(|| means(status, problem))
    })
}

fn read(error: CallError, means: impl Fn(u16, &Problem) -> Option<ContactError>) -> ContactError {
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
        400 | 409 => not_accepted(problem),
        403 => problem.missing_permission().map(permission),
        // HTML instead says that the route is not there, which is no word of a contact.
        404 => problem.is_told().then_some(ContactError::NotFound),
        _ => None,
    }
}

fn not_accepted(problem: &Problem) -> Option<ContactError> {
    let faults = problem.faults();
    (!faults.is_empty()).then_some(ContactError::Refused(faults))
}

/// Of several permissions that would do, the one that Patchbay asks for.
fn permission(missing: String) -> ContactError {
    let ours = super::super::PROFILE.scopes.iter().map(|scope| scope.id);
    let mut ours = ours.filter(|ours| missing.split(" or ").any(|one| one == *ours));
    ContactError::MissingPermission(ours.next().map_or(missing.clone(), str::to_owned))
}
