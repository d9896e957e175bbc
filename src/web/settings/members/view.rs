//! Members, invitations and connections as pages show them.

use jiff::Timestamp;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use crate::connections::Brief;
use crate::identity::{Belonging, Invitation, Person, Role};
use crate::web::connections::Chip;
use crate::web::site::SignIn;
use crate::web::words::When;

/// An id as a part of an address.
pub fn part(user: &str) -> impl std::fmt::Display + '_ {
    utf8_percent_encode(user, NON_ALPHANUMERIC)
}

/// A member as pages show them.
pub struct MemberView {
    pub user: String,
    pub role: Role,
    pub since: When,
    /// Whether it is who looks.
    pub is_self: bool,
    /// How they sign in.
    pub by: &'static str,
}

impl MemberView {
    pub fn new(person: Person, own: &str, sign_in: SignIn, now: Timestamp) -> Self {
        Self {
            role: person.role,
            since: When::new(person.created_at, now),
            is_self: person.owner.user == own,
            by: match (sign_in, &person.subject) {
                (SignIn::Sso, Some(_)) => "single sign-on",
                (SignIn::Local, _) if person.has_password() => "password",
                // Who was added and has not come yet, or by a way that there is no more.
                _ => "nothing yet",
            },
            user: person.owner.user,
        }
    }

    /// The role that a click gives them.
    pub fn other_role(&self) -> Role {
        match self.role {
            Role::Admin => Role::Member,
            Role::Member => Role::Admin,
        }
    }

    /// Where something is done to them.
    pub fn place(&self, what: &str) -> String {
        format!("{}/{}/{what}", super::PLACE, part(&self.user))
    }
}

/// An open invitation as pages show it.
pub struct InvitationView {
    pub id: String,
    pub role: Role,
    pub email: Option<String>,
    pub by: String,
    pub expires: When,
    /// Whether it lets anybody in: it does as long as who made it is an admin.
    pub counts: bool,
}

impl InvitationView {
    /// Where it is revoked.
    pub fn place(&self) -> String {
        format!("{}/invitations/{}/revoke", super::PLACE, self.id)
    }

    pub fn new(invitation: Invitation, counts: bool, now: Timestamp) -> Self {
        Self {
            role: invitation.role(),
            expires: When::new(invitation.expires_at, now),
            id: invitation.id,
            email: invitation.email,
            by: invitation.by,
            counts,
        }
    }
}

/// Somebody's connection as an admin sees it.
pub struct ConnectionView {
    pub user: String,
    pub belonging: Belonging,
    pub provider: &'static str,
    pub name: &'static str,
    pub chip: Chip,
    pub connected: Option<When>,
    pub used: Option<When>,
}

impl ConnectionView {
    pub fn new(user: &str, belonging: Belonging, brief: &Brief, now: Timestamp) -> Self {
        let when = |at| When::new(at, now);
        Self {
            user: user.to_owned(),
            belonging,
            provider: brief.profile.id,
            name: brief.profile.name,
            chip: Chip::of(brief.state),
            connected: brief.connected_at.map(when),
            used: brief.used_at.map(when),
        }
    }

    /// What is to be known of whose it is.
    pub fn remark(&self) -> Option<&'static str> {
        match self.belonging {
            Belonging::Member => None,
            Belonging::Left => Some("removed"),
            Belonging::NoAccount => Some("no account"),
        }
    }

    /// Where it is disconnected.
    pub fn place(&self) -> String {
        format!(
            "{}/{}/connections/{}/disconnect",
            super::PLACE,
            part(&self.user),
            self.provider
        )
    }
}
