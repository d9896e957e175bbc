//! Who is who: browser sessions, API keys and single sign-on, and how often each may ask; people and orgs have their
//! place here.

mod keys;
mod limits;
mod sessions;
pub mod sso;

pub use keys::{
    ApiKey, ApiKeys, CreateError, MOST_KEYS, New, NoKey, Scope, SecretKey, TITLE_CHARS,
};
pub use limits::{Allowance, Limit, Limits};
pub use sessions::Sessions;
pub use sso::SIGNING_IN;
