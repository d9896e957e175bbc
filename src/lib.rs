//! Patchbay: a self-hosted integration hub. `docs/ARCHITECTURE.md` is the map.

pub mod activity;
pub mod alias;
mod api;
pub mod app;
pub mod checkup;
pub mod cli;
pub mod clock;
pub mod config;
pub mod connections;
pub mod contacts;
mod digest;
pub mod error;
mod flights;
mod form;
mod host;
pub mod idempotency;
pub mod identity;
pub mod item;
pub mod items;
pub mod load;
pub mod members;
pub mod metrics;
pub mod outbound;
pub mod owner;
mod patience;
pub mod peer;
mod printable;
pub mod providers;
pub mod sandbox;
mod spreadsheet;
pub mod store;
#[cfg(test)]
mod testing;
mod traces;
pub mod transfer;
pub mod vault;
mod web;
