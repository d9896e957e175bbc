//! People in front of a real browser: headless Chromium, driven through chromedriver, against a real Patchbay.

#![allow(clippy::expect_used)] // A panic in a test is its assertion; the helpers around them are no exception.

#[path = "../support/mod.rs"]
mod support;

mod accessible;
mod accounts;
mod api_keys;
mod asking;
mod choice;
mod chromium;
mod contacts;
mod driver;
mod empty;
mod front_end;
mod items_all;
mod journey;
mod keyboard;
mod load_form;
mod narrow;
mod providers;
mod sso;
mod steps;
mod table;
mod trouble;
mod watch;
mod without_script;
