//! What happens to real processes while people work: two Patchbays on one Redis, and a provider that replaces both tokens
//! at every refresh. `cargo test --test faults` lets each fault come once; `make soak` many times, and prints what
//! came of it.

#![allow(clippy::expect_used, clippy::unwrap_used)] // A failure ends the test.

#[path = "../support/mod.rs"]
mod support;

mod cable;
#[cfg(target_os = "linux")]
mod clock;
mod disk;
mod failover;
mod network;
mod patchbay;
mod person;
mod redis;
mod scene;
mod survive;
