//! Who is who: browser sessions for now; people, orgs and keys have their place here.

mod sessions;

pub use sessions::Sessions;
