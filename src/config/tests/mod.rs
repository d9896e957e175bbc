//! The module as its callers see it.

use std::collections::BTreeSet;
use std::fs;
use std::time::Duration;

use proptest::prelude::*;
use secrecy::ExposeSecret;

use super::*;

const PROVIDERS: &[&str] = &["hubspot", "airtable"];

mod layers;
mod properties;
mod redis;
mod secrets;
mod together;

fn sources(file: &str, env: &[(&str, &str)]) -> Sources {
    Sources {
        file: (!file.is_empty()).then(|| file.to_owned()),
        env: env
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect(),
    }
}

fn load(file: &str, env: &[(&str, &str)]) -> Loaded {
    Config::load(&sources(file, env), PROVIDERS).unwrap()
}

fn problems(file: &str, env: &[(&str, &str)]) -> Vec<String> {
    match Config::load(&sources(file, env), PROVIDERS) {
        Ok(_) => Vec::new(),
        Err(problems) => problems.to_string().lines().map(str::to_owned).collect(),
    }
}

/// The only problem there is.
fn problem(file: &str, env: &[(&str, &str)]) -> String {
    let mut problems = problems(file, env);
    assert_eq!(problems.len(), 1, "{problems:?}");
    problems.remove(0)
}

fn warnings(env: &[(&str, &str)]) -> String {
    load("", env).warnings.join("\n")
}

/// What an outside Redis asks for.
fn keys() -> [(&'static str, String); 2] {
    let keys = GeneratedKeys::new(&mut |bytes| bytes.fill(0x5a));
    [
        (
            "PATCHBAY_ENCRYPTION_KEYS",
            keys.encryption_keys.expose_secret().to_owned(),
        ),
        (
            "PATCHBAY_SESSION_KEY",
            keys.session_key.expose_secret().to_owned(),
        ),
    ]
}
