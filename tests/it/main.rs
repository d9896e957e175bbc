//! People doing things with a real Patchbay, each test with one of its own.

#[path = "../support/mod.rs"]
mod support;

mod journey;
