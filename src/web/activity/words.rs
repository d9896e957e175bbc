//! The trail in words.

use crate::activity::{Action, Kind, Outcome};

/// What was done.
pub fn action(action: Action) -> &'static str {
    match action {
        Action::SignedIn => "Signed in",
        Action::SignInFailed => "Sign-in failed",
        Action::SignedOut => "Signed out",
        Action::SignedOutEverywhere => "Signed out everywhere",
        Action::SessionEnded => "Session ended",
        Action::PasswordRefused => "Password not changed",
        Action::AccessRefused => "Access refused",
        Action::PasswordChanged => "Password changed",
        Action::OrgSetUp => "Org set up",
        Action::MemberAdded => "Member added",
        Action::InvitationMade => "Invitation made",
        Action::InvitationRevoked => "Invitation revoked",
        Action::MemberJoined => "Member joined",
        Action::RoleChanged => "Role changed",
        Action::MemberRemoved => "Member removed",
        Action::KeyMade => "API key made",
        Action::KeyRevoked => "API key revoked",
        Action::KeyRefused => "API key refused",
        Action::Connected => "Connected",
        Action::Reconnected => "Reconnected",
        Action::Replaced => "Reconnected as another account",
        Action::Disconnected => "Disconnected",
        Action::DisconnectedByAdmin => "Disconnected by an admin",
        Action::Forgotten => "Forgotten: nobody had used it for long",
        Action::CredentialsExported => "Credentials put into an encrypted file",
        Action::ConnectionImported => "Imported from a file",
        Action::MovedAway => "Moved to another Patchbay",
        Action::CallbackRefused => "Callback refused",
        Action::RefreshFailed => "Token could not be renewed",
        Action::Recovered => "Works again",
        Action::AccessWithdrawn => "Access ended: a reconnect is needed",
        Action::Misconfigured => "Refused: misconfigured",
        Action::TokenRead => "Token read",
        Action::TokenRejected => "Token reported as refused",
        Action::Exported => "Exported",
        Action::ContactCreated => "Contact created",
        Action::ContactChanged => "Contact changed",
        Action::ContactDeleted => "Contact deleted",
    }
}

/// What kind of action it is.
pub fn kind(kind: Kind) -> &'static str {
    match kind {
        Kind::SignIns => "Sign-ins",
        Kind::Members => "Members",
        Kind::Keys => "API keys",
        Kind::Connections => "Connections",
        Kind::Tokens => "Tokens",
        Kind::Exports => "Exports",
        Kind::Contacts => "Contacts",
    }
}

/// What came of it.
pub fn outcome(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Done => "Done",
        Outcome::Refused => "Refused",
        Outcome::Failed => "Failed",
    }
}
