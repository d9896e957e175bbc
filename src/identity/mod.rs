//! Who is who: people and their orgs, browser sessions, API keys and single sign-on, and how often each may ask.

mod invitations;
mod keys;
mod limits;
mod people;
mod refusals;
mod role;
mod sessions;
pub mod sso;

pub use invitations::{Invitation, Invitations, InviteError, Inviting, Taken};
pub use keys::{
    ApiKey, ApiKeys, CreateError, MOST_KEYS, New, NoKey, Scope, SecretKey, TITLE_CHARS,
};
pub use limits::{Allowance, Limit, Limits};
pub use people::{
    AddError, BadEmail, BadPassword, Belonging, Busy, Coming, Hash, LONGEST_PASSWORD, LastAdmin,
    NewPerson, PasswordError, People, Person, RosterError, SHORTEST_PASSWORD, SetupError, SetupKey,
    SignInError, SsoRefused, Standing, Subject, check_email, check_password,
};
pub use refusals::Refusals;
pub use role::Role;
pub use sessions::{Entered, Session, Sessions};
pub use sso::SIGNING_IN;
