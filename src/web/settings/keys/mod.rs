//! The pages of API keys: the list with its form, the one page that shows a key, and revoking.

pub mod create;
mod form;
pub mod index;
pub mod revoke;
#[cfg(test)]
mod samples;
mod view;

/// Where the list is.
pub const PLACE: &str = "/settings/keys";
