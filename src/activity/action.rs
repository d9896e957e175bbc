//! What can be done in an org: a closed set with names that stay, since they stand in streams, addresses and files.

use super::stream::Stream;

/// The table of actions: each with its name, the kind that people look for it by, and the stream that it goes to.
macro_rules! actions {
    ($($(#[$doc:meta])* $action:ident = $name:literal, $kind:ident, $stream:ident;)*) => {
        /// What was done.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Action {
            $($(#[$doc])* $action,)*
        }

        impl Action {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$action,)*];

            /// Its name.
            pub fn name(self) -> &'static str {
                match self {
                    $(Self::$action => $name,)*
                }
            }

            /// What kind of action it is.
            pub fn kind(self) -> Kind {
                match self {
                    $(Self::$action => Kind::$kind,)*
                }
            }

            pub(super) fn stream(self) -> Stream {
                match self {
                    $(Self::$action => Stream::$stream,)*
                }
            }
        }
    };
}

actions! {
    /// Somebody signed in.
    SignedIn = "signed_in", SignIns, Routine;
    /// Somebody tried to.
    SignInFailed = "sign_in_failed", SignIns, Attempts;
    /// Somebody signed out.
    SignedOut = "signed_out", SignIns, Routine;
    /// All of a person's sessions were ended.
    SignedOutEverywhere = "signed_out_everywhere", SignIns, Routine;
    /// One of a person's sessions was ended from another.
    SessionEnded = "session_ended", SignIns, Routine;
    /// The present password that somebody typed who is signed in was wrong.
    PasswordRefused = "password_refused", SignIns, Attempts;
    /// Somebody who is signed in wanted what is not for them.
    AccessRefused = "access_refused", SignIns, Attempts;
    /// A person has another password.
    PasswordChanged = "password_changed", SignIns, Deeds;
    /// The first org was made, with its admin.
    OrgSetUp = "org_set_up", Members, Deeds;
    /// The operator added a member.
    MemberAdded = "member_added", Members, Deeds;
    /// Somebody was invited.
    InvitationMade = "invitation_made", Members, Deeds;
    /// An invitation lets nobody in any more.
    InvitationRevoked = "invitation_revoked", Members, Deeds;
    /// Somebody came by an invitation.
    MemberJoined = "member_joined", Members, Deeds;
    /// A member may do more, or less.
    RoleChanged = "role_changed", Members, Deeds;
    /// A member is none any more.
    MemberRemoved = "member_removed", Members, Deeds;
    /// An API key was made.
    KeyMade = "key_made", Keys, Deeds;
    /// An API key was ended.
    KeyRevoked = "key_revoked", Keys, Deeds;
    /// A key that does not count was shown, or one that may not do what it was shown for.
    KeyRefused = "key_refused", Keys, Attempts;
    /// An account was connected.
    Connected = "connected", Connections, Deeds;
    /// The same account was connected anew.
    Reconnected = "reconnected", Connections, Deeds;
    /// Another account took the place of the one before.
    Replaced = "replaced", Connections, Deeds;
    /// A connection was ended by its owner.
    Disconnected = "disconnected", Connections, Deeds;
    /// A connection was ended by somebody else.
    DisconnectedByAdmin = "disconnected_by_admin", Connections, Deeds;
    /// Nobody had used a connection for too long.
    Forgotten = "forgotten", Connections, Deeds;
    /// The operator put a connection's credentials into an encrypted file.
    CredentialsExported = "credentials_exported", Connections, Deeds;
    /// The operator brought a connection here from a file of another Patchbay.
    ConnectionImported = "connection_imported", Connections, Deeds;
    /// The operator took a connection along to another Patchbay.
    MovedAway = "moved_away", Connections, Deeds;
    /// A provider's redirect was refused.
    CallbackRefused = "callback_refused", Connections, Attempts;
    /// A token cannot be renewed just now.
    RefreshFailed = "refresh_failed", Connections, Routine;
    /// A connection that did not work works again.
    Recovered = "recovered", Connections, Routine;
    /// The provider takes a connection's tokens no more.
    AccessWithdrawn = "access_withdrawn", Connections, Routine;
    /// The provider does not accept this Patchbay.
    Misconfigured = "misconfigured", Connections, Routine;
    /// A program read a token.
    TokenRead = "token_read", Tokens, Routine;
    /// A program said that the provider refused a token.
    TokenRejected = "token_rejected", Tokens, Routine;
    /// A file was taken away.
    Exported = "exported", Exports, Routine;
    /// A contact was made at the provider.
    ContactCreated = "contact_created", Contacts, Changes;
    /// A contact was changed at the provider.
    ContactChanged = "contact_changed", Contacts, Changes;
    /// A contact was deleted at the provider.
    ContactDeleted = "contact_deleted", Contacts, Changes;
}

/// What people look for actions by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Sign-ins, sessions, passwords.
    SignIns,
    /// Who belongs to the org.
    Members,
    /// API keys.
    Keys,
    /// Connections, and how they are.
    Connections,
    /// What programs do with tokens.
    Tokens,
    /// Files.
    Exports,
    /// Contacts.
    Contacts,
}

/// What came of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It was done.
    Done,
    /// It was not allowed.
    Refused,
    /// It went wrong.
    Failed,
}

impl Action {
    pub(super) fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|it| it.name() == name)
    }

    /// What it says by itself about what came of it.
    pub(super) fn outcome(self) -> Outcome {
        match self {
            Self::SignInFailed
            | Self::PasswordRefused
            | Self::AccessRefused
            | Self::KeyRefused
            | Self::CallbackRefused => Outcome::Refused,
            Self::RefreshFailed | Self::AccessWithdrawn | Self::Misconfigured => Outcome::Failed,
            _ => Outcome::Done,
        }
    }
}

impl Kind {
    /// All of them, in the order in which people choose among them.
    pub const ALL: [Self; 7] = [
        Self::SignIns,
        Self::Members,
        Self::Keys,
        Self::Connections,
        Self::Tokens,
        Self::Exports,
        Self::Contacts,
    ];

    /// Its name in addresses.
    pub fn name(self) -> &'static str {
        match self {
            Self::SignIns => "sign_ins",
            Self::Members => "members",
            Self::Keys => "keys",
            Self::Connections => "connections",
            Self::Tokens => "tokens",
            Self::Exports => "exports",
            Self::Contacts => "contacts",
        }
    }
}

impl Outcome {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Done, Self::Refused, Self::Failed];

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Refused => "refused",
            Self::Failed => "failed",
        }
    }

    pub(super) fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.name() == name)
    }
}
