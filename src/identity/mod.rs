//! Who is who: browser sessions and API keys, and how often each may ask; people and orgs have their place here.

mod keys;
mod limits;
mod sessions;

pub use keys::{
    ApiKey, ApiKeys, CreateError, MOST_KEYS, New, NoKey, Scope, SecretKey, TITLE_CHARS,
};
pub use limits::{Allowance, Limit, Limits};
pub use sessions::Sessions;
