//! The stand-ins, as a process of their own.

use std::collections::BTreeMap;

use patchbay::sandbox::Endpoints;
use serde_json::Value;

use super::super::{self as support, CLIENT_ID, CLIENT_SECRET, Home, Program};

pub struct StandIns {
    _home: Home,
    _program: Program,
    all: BTreeMap<String, Endpoints>,
    /// What leads a Patchbay to them.
    pub settings: Vec<(String, String)>,
}

const PROVIDERS: [&str; 3] = ["hubspot", "notion", "airtable"];

impl StandIns {
    /// Starts them, for a Patchbay at `url`.
    pub async fn start(url: &str) -> Self {
        let home = Home::new();
        let mut arguments = vec!["sandbox".to_owned(), "--port=0".to_owned()];
        arguments.push(format!("--client-id={CLIENT_ID}"));
        arguments.push(format!("--client-secret={CLIENT_SECRET}"));
        for id in PROVIDERS {
            arguments.push(format!(
                "--redirect-uri={url}/integrations/{id}/oauth2callback"
            ));
        }
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        let mut program = home.start(&arguments);
        // Each ends with its controls; the last is the last one's.
        program.says("AIRTABLE_API_URL").await;
        while program.said().matches("# controls: ").count() < PROVIDERS.len() {
            tokio::task::yield_now().await;
        }
        let said = program.said();
        Self {
            all: endpoints(&said),
            settings: settings(&said),
            _home: home,
            _program: program,
        }
    }

    /// Where one is.
    pub fn of(&self, provider: &str) -> &Endpoints {
        &self.all[provider]
    }

    /// Sets controls of one.
    pub async fn control(&self, provider: &str, fields: &[(&str, &str)]) {
        support::control(self.of(provider), fields).await;
    }

    /// What one tells of itself.
    pub async fn state(&self, provider: &str) -> Value {
        support::state_of(self.of(provider)).await
    }
}

fn settings(said: &str) -> Vec<(String, String)> {
    let lines = said.lines().filter_map(|line| line.split_once('='));
    let mut all: Vec<(String, String)> = lines
        .filter(|(name, _)| name.ends_with("_URL"))
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect();
    for id in PROVIDERS {
        let prefix = id.to_uppercase();
        all.push((format!("{prefix}_CLIENT_ID"), CLIENT_ID.to_owned()));
        all.push((format!("{prefix}_CLIENT_SECRET"), CLIENT_SECRET.to_owned()));
    }
    all
}

fn endpoints(said: &str) -> BTreeMap<String, Endpoints> {
    let controls = said
        .lines()
        .filter_map(|line| line.strip_prefix("# controls: "));
    let origins = controls.filter_map(|place| place.strip_suffix("/_sandbox"));
    let known: BTreeMap<_, _> = settings(said).into_iter().collect();
    let found = PROVIDERS.into_iter().zip(origins).map(|(id, origin)| {
        let url = |name: &str| known.get(&format!("{}_{name}", id.to_uppercase())).cloned();
        let endpoints = Endpoints {
            origin: origin.to_owned(),
            consent_origin: origin.to_owned(),
            auth_url: url("AUTH_URL").expect("told"),
            token_url: url("TOKEN_URL").expect("told"),
            api_url: url("API_URL").expect("told"),
            revoke_url: url("REVOKE_URL"),
        };
        (id.to_owned(), endpoints)
    });
    found.collect()
}
