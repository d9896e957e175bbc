//! A program of somebody else that works in the same HubSpot account.

use std::collections::BTreeMap;

use patchbay::sandbox::Endpoints;
use serde_json::{Value, json};
use url::Url;

use super::{Browser, CLIENT_ID, CLIENT_SECRET, World, plain_client};

/// It has a grant of its own, and changes contacts behind Patchbay's back.
pub struct OtherProgram {
    objects: String,
    token: String,
}

impl World {
    /// Connects another program to the account that Patchbay is connected to.
    pub async fn hubspot_as_a_program(&self) -> OtherProgram {
        OtherProgram::connect(self.hubspot(), &self.url, &[]).await
    }
}

impl OtherProgram {
    /// Connects to a stand-in that knows the Patchbay at `url`, by its consent page with fields changed.
    pub async fn connect(stand_in: &Endpoints, url: &str, fields: &[(&str, &str)]) -> Self {
        let redirect = format!("{url}/integrations/hubspot/oauth2callback");
        let scopes = "oauth crm.objects.contacts.read crm.objects.contacts.write";
        let mut ask = Url::parse(&stand_in.auth_url).expect("a URL");
        ask.query_pairs_mut()
            .append_pair("client_id", CLIENT_ID)
            .append_pair("redirect_uri", &redirect)
            .append_pair("scope", scopes)
            .append_pair("state", "program");
        let mut browser = Browser::new(&stand_in.origin);
        let consent = browser.get(ask.as_str()).await;
        let back = browser.answer_consent(&consent, "Allow", fields).await;
        let query: BTreeMap<_, _> = back.query_pairs().into_owned().collect();
        let fields = [
            ("grant_type", "authorization_code"),
            ("client_id", CLIENT_ID),
            ("client_secret", CLIENT_SECRET),
            ("redirect_uri", &redirect),
            ("code", &query["code"]),
        ];
        let request = plain_client().post(&stand_in.token_url).form(&fields);
        let answer = request.send().await.expect("an answer");
        let answer: Value = answer.json().await.expect("JSON");
        Self {
            objects: format!("{}/crm/objects/2026-09/contacts", stand_in.api_url),
            token: answer["access_token"].as_str().expect("a token").to_owned(),
        }
    }

    /// Its access token, which may read contacts alone.
    pub fn token(&self) -> &str {
        &self.token
    }

    /// The ids of all contacts, as HubSpot lists them.
    pub async fn contact_ids(&self) -> Vec<String> {
        let mut ids = Vec::new();
        let mut after = String::new();
        loop {
            let url = format!("{}?limit=100{after}", self.objects);
            let page = self.send(plain_client().get(url)).await;
            for record in page["results"].as_array().expect("results") {
                ids.push(record["id"].as_str().expect("an id").to_owned());
            }
            match page["paging"]["next"]["after"].as_str() {
                Some(next) => after = format!("&after={next}"),
                None => return ids,
            }
        }
    }

    /// Makes a contact and answers its id.
    pub async fn create(&self, email: &str) -> String {
        let body = json!({ "properties": { "email": email } });
        let made = self
            .send(plain_client().post(&self.objects).json(&body))
            .await;
        made["id"].as_str().expect("an id").to_owned()
    }

    /// Gives a contact another first name.
    pub async fn rename(&self, id: &str, firstname: &str) {
        let body = json!({ "properties": { "firstname": firstname } });
        let url = format!("{}/{id}", self.objects);
        self.send(plain_client().patch(url).json(&body)).await;
    }

    /// Archives a contact, which HubSpot calls deleting.
    pub async fn archive(&self, id: &str) {
        self.send(plain_client().delete(format!("{}/{id}", self.objects)))
            .await;
    }

    async fn send(&self, request: reqwest::RequestBuilder) -> Value {
        let answer = request
            .bearer_auth(&self.token)
            .send()
            .await
            .expect("an answer");
        let status = answer.status();
        let text = answer.text().await.expect("a body");
        assert!(status.is_success(), "{status}: {text}");
        if text.is_empty() {
            return Value::Null;
        }
        serde_json::from_str(&text).expect("JSON")
    }
}
