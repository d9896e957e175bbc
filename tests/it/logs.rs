//! What must stay unsaid: no code, state, token, secret, key or session is in a log line, a page or a URL,
//! however much the log is asked to tell.

mod record;
mod window;

use reqwest::Method;
use rustix::process::Signal;
use url::Url;

use record::Record;

use super::seeing::alias_of;
use crate::support::{
    Browser, CLIENT_SECRET, Home, Page, Program, Wire, plain_client, start_sandbox,
};

/// A journey with everything that handles a secret, at a Patchbay that logs as it is told.
struct Journey {
    home: Home,
    wire: Wire,
    hubspot: String,
    record: Record,
}

impl Journey {
    async fn visit(&mut self, who: &mut Browser, place: &str) -> Page {
        let page = who.get_once(place).await;
        self.record
            .page(place.split('?').next().expect("a path"), &page);
        page
    }

    async fn submit(&mut self, who: &mut Browser, place: &str, fields: &[(&str, &str)]) -> Page {
        let page = who.post_once(place, fields).await;
        // This one leads to the provider, with the state.
        if !place.ends_with("/connect") {
            self.record.page(place, &page);
        }
        page
    }

    async fn sign_in(&mut self) -> Browser {
        let mut ada = self.home.browser();
        self.visit(&mut ada, "/sign-in").await;
        let fields = [("org_id", "acme"), ("user_id", "ada")];
        self.submit(&mut ada, "/sign-in", &fields).await;
        self.visit(&mut ada, "/connections").await;
        ada
    }

    /// Goes to the provider and allows; answers the address that leads back.
    async fn allow(&mut self, ada: &mut Browser) -> Url {
        let away = self.submit(ada, "/connections/hubspot/connect", &[]).await;
        let away = away.location().expect("to the provider");
        self.record.way_back(&away);
        let consent = ada.get(away.as_str()).await;
        let back = ada.answer_consent(&consent, "Allow", &[]).await;
        self.record.way_back(&back);
        // Deny leads back to a page as well, so the form's token is taken from ours again.
        self.visit(ada, "/connections").await;
        back
    }

    async fn load(&mut self, ada: &mut Browser) -> Page {
        self.submit(ada, "/connections/hubspot/load", &[]).await;
        ada.wait_for_load().await;
        let part = ada.get_part("/connections/hubspot/load").await;
        self.record.page("the progress", &part);
        self.visit(ada, "/connections/hubspot").await
    }

    /// A program asks for the access token. Only where it gets it, the answer may say it.
    async fn ask_for_credentials(&mut self, ada: &mut Browser, status: u16) {
        let place = "/integrations/hubspot/credentials";
        let request = ada.request(Method::POST, place);
        let request = request.form(&[("org_id", "acme"), ("user_id", "ada")]);
        let answer = ada.send(request).await;
        assert_eq!(answer.status, status);
        if status != 200 {
            self.record.page(place, &answer);
        }
    }

    async fn control(&self, name: &str, value: &str) {
        let url = format!("{}/_sandbox/controls", self.hubspot);
        let call = plain_client()
            .post(url)
            .header("accept", "application/json");
        let answer = call.form(&[(name, value)]).send().await;
        assert!(answer.expect("the sandbox").status().is_success(), "{name}");
    }

    /// Callbacks that are refused, each for another reason.
    async fn refusals(&mut self, ada: &mut Browser, used: &Url) {
        assert_eq!(self.visit(ada, used.as_str()).await.status, 400);
        let fresh = self.allow(ada).await;
        let mut stranger = self.home.browser();
        assert_eq!(self.visit(&mut stranger, fresh.as_str()).await.status, 403);
        let mut wrong = fresh.clone();
        wrong.query_pairs_mut().append_pair("state", "another");
        assert_eq!(self.visit(ada, wrong.as_str()).await.status, 400);
        let elsewhere = fresh
            .as_str()
            .replace("hubspot/oauth2callback", "nobody/oauth2callback");
        assert_eq!(self.visit(ada, &elsewhere).await.status, 404);
        let posted = self.submit(ada, fresh.as_str(), &[]).await;
        assert!(posted.status.is_client_error());

        let unlucky = self.allow(ada).await;
        self.control("client_secret_valid", "off").await;
        let page = self.visit(ada, unlucky.as_str()).await;
        assert!(!page.status.is_success() && !page.status.is_redirection());
        self.control("client_secret_valid", "on").await;
    }

    async fn walk(&mut self) {
        let mut ada = self.sign_in().await;
        let back = self.allow(&mut ada).await;
        assert_eq!(self.visit(&mut ada, back.as_str()).await.status, 303);
        self.visit(&mut ada, "/connections/hubspot").await;
        self.refusals(&mut ada, &back).await;

        assert_eq!(self.load(&mut ada).await.outcome("Contacts"), "done");
        self.ask_for_credentials(&mut ada, 200).await;
        self.control("rotate", "on").await;
        self.control("expire_tokens", "1").await;
        assert_eq!(self.load(&mut ada).await.outcome("Contacts"), "done");
        self.visit(&mut ada, "/connections/hubspot/items?q=example")
            .await;
        self.visit(&mut ada, "/connections/hubspot/items?sort=wrong")
            .await;
        self.visit(&mut ada, "/connections/hubspot/disconnect")
            .await;
        self.submit(&mut ada, "/connections/hubspot/disconnect", &[])
            .await;

        let back = self.allow(&mut ada).await;
        self.visit(&mut ada, back.as_str()).await;
        self.control("withdraw", "1").await;
        let page = self.load(&mut ada).await;
        assert_eq!(page.state(), "action_needed");
        self.ask_for_credentials(&mut ada, 401).await;
        self.visit(&mut ada, "/no/such/page").await;
        self.submit(&mut ada, "/sign-out", &[]).await;
        self.visit(&mut ada, "/connections/hubspot").await;
    }

    fn gather(&mut self, programs: [&Program; 2]) {
        for exchange in self.wire.exchanges() {
            for (name, value) in &exchange.form {
                match name.as_str() {
                    "code" => self.record.secret("code", value),
                    "code_verifier" => self.record.secret("verifier", value),
                    _ => {}
                }
            }
        }
        for token in self.wire.tokens() {
            self.record.secret("token", &token);
        }
        self.record.secret("client secret", CLIENT_SECRET);
        for line in self.home.data("keys.toml").lines() {
            if let Some((_, key)) = line.split_once(" = \"") {
                let key = key.trim_end_matches('"');
                self.record
                    .secret("key", key.rsplit(':').next().expect("a key"));
            }
        }
        let logs = programs.map(|program| ("the log".to_owned(), program.said()));
        self.record.said.extend(logs);
    }
}

async fn nothing_is_said(filter: &str, format: &str) {
    let mut home = Home::new();
    let sandbox = start_sandbox(&home.url()).await;
    let hubspot = sandbox.endpoints("hubspot").expect("HubSpot");
    let wire = Wire::open(Some(&hubspot.origin));
    home.use_sandbox(&sandbox);
    for (name, path) in [
        ("HUBSPOT_TOKEN_URL", "/oauth/2026-09/token"),
        ("HUBSPOT_REVOKE_URL", "/oauth/2026-09/token/revoke"),
        ("HUBSPOT_API_URL", ""),
    ] {
        home.set(name, &format!("{}{path}", wire.origin));
    }
    home.set("PATCHBAY_LOG", filter);
    home.set("PATCHBAY_LOG_FORMAT", format);
    let mut demo = home.serve().await;
    let record = Record::default();
    let mut journey = Journey {
        home,
        wire,
        hubspot: hubspot.origin.clone(),
        record,
    };
    journey.walk().await;
    let (mut window, back) = journey.allow_in_window().await;
    let page = journey.visit(&mut window, back.as_str()).await;
    assert_eq!(page.status, 200);
    let (mut window, back) = journey.allow_in_window().await;
    assert_eq!(demo.end(Signal::TERM).await.code(), Some(0));
    journey.home.set("PATCHBAY_AUTH", "local");
    let mut program = journey.home.serve().await;
    journey.confirm(&mut window, &back).await;
    assert_eq!(program.end(Signal::TERM).await.code(), Some(0));
    journey.gather([&demo, &program]);

    names_are_told_by_hashes_alone(&journey, &demo.said());
    // It did log, and there was something to keep quiet about.
    let record = &journey.record;
    let log = demo.said() + &program.said();
    assert!(log.contains("TRACE") && log.contains("used state"), "{log}");
    assert_eq!(format == "json", log.contains("\"level\":\"TRACE\""));
    assert!(record.count("code") >= 4 && record.count("state") >= 4);
    assert!(record.count("token") >= 6 && record.count("key") == 2);
    assert!(record.count("session") >= 2 && record.said.len() > 25);
    // Libraries write down heads and bodies when they may; what they wrote depends on chance.
    for library in ["actix_http::", "hyper", "h2::", "reqwest::", "rustls::"] {
        assert!(
            !log.contains(&format!("\"target\":\"{library}")),
            "{library} talks"
        );
        assert!(!log.contains(&format!(" {library}")), "{library} talks");
    }
    record.holds_nothing();
}

/// Lines of requests, loads and refreshes say whose they are, to whoever has the hashes, and nobody's name stands in any line.
fn names_are_told_by_hashes_alone(journey: &Journey, log: &str) {
    let ada = alias_of(&journey.home, "acme", "ada");
    for about in ["request", "load", "refresh"] {
        let named = |line: &&str| line.contains(&ada.org) && line.contains(&ada.user);
        let of = |line: &str| {
            line.contains(&format!("{about}{{")) || line.contains(&format!("\"name\":\"{about}\""))
        };
        let mut lines = log.lines().filter(named);
        assert!(lines.any(of), "no line of a {about} is hers: {log}");
    }
    for line in log.lines() {
        let mut words = line.split(|c: char| !c.is_alphanumeric());
        let name = words.find(|word| ["acme", "ada"].contains(word));
        assert_eq!(name, None, "{line}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_most_talkative_text_log_keeps_every_secret() {
    nothing_is_said("trace", "text").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn asking_libraries_by_name_to_tell_more_does_not_make_them() {
    let named = "trace,actix_http::h1=trace,actix_web::middleware=trace,h2::codec=trace,\
                 hyper::proto=trace,hyper_util::client=trace,redis::aio=trace,\
                 reqwest::connect=trace,rustls::conn=trace";
    nothing_is_said(named, "json").await;
}
