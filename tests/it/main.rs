//! People doing things with a real Patchbay, each test with one of its own.

#![allow(clippy::expect_used)] // A panic in a test is its assertion; the helpers around them are no exception.

#[path = "../support/mod.rs"]
mod support;

mod accounts;
mod activity;
mod api;
mod attacks;
mod checkup;
mod classic;
mod commands;
mod contacts;
mod container;
mod deploy;
mod disconnect;
mod dockerfile;
mod examples;
mod exports;
mod exports_interrupted;
mod exports_of_many;
mod faults;
mod fleet;
mod forms;
mod grants;
mod health;
mod house;
mod items;
mod items_all;
mod journey;
mod key_command;
mod keys;
mod killed;
mod limits;
mod load;
mod loads;
mod logs;
mod oauth;
mod outages;
mod pages;
mod people;
mod process;
mod providers;
mod reconnect;
mod redis_kinds;
mod replicas;
mod risks;
mod rows;
mod security;
mod seeing;
mod settings;
mod sign_in;
mod slow_heads;
mod sso;
mod stops;
mod transfer;
mod upgrade;
mod upkeep;
mod vault;
