//! The classic API in the document.

use serde_json::Value;

use super::examples::Sample;

/// What is said of it before its routes.
pub const ABOUT: &str = "The shape that earlier programs of this kind speak: forms in, JSON out, and `{\"detail\": \"…\"}` for every failure. In a demo it asks for no key; otherwise it does, and `user_id` and `org_id` must be the key's own. New programs are better off with the routes above.";

/// Puts in what its operations do not say of themselves.
pub fn add(_document: &mut Value, _sample: &Sample) {}
