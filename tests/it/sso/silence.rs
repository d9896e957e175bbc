//! What must stay unsaid: no code, state, nonce, token or secret of a sign-in is in a log line or on a page.

use reqwest::Url;
use rustix::process::Signal;

use crate::support::{Browser, CLIENT_SECRET, Home, Issuer, Page, Place};

/// What is to be kept quiet, and all that was said.
#[derive(Default)]
struct Record {
    secrets: Vec<String>,
    said: Vec<String>,
}

impl Record {
    /// The parameters of an address that nobody else may learn.
    fn address(&mut self, address: &Url) {
        let secret = |name: &str| matches!(name, "code" | "state" | "nonce" | "code_challenge");
        let pairs = address.query_pairs();
        let secrets = pairs.filter(|(name, _)| secret(name));
        self.secrets
            .extend(secrets.map(|(_, value)| value.into_owned()));
    }

    fn page(&mut self, page: &Page) {
        self.said.push(page.text.clone());
    }
}

/// Begins and comes back; answers the address that leads back, to which nobody has gone yet.
async fn comes_back(browser: &mut Browser, login: &str, record: &mut Record) -> Url {
    browser.get("/sign-in").await;
    let away = browser.post_once("/sign-in/sso", &[]).await;
    let away = away.location().expect("to the issuer");
    record.address(&away);
    let form = browser.get(away.as_str()).await;
    let back = browser.prove(&form, login).await;
    record.address(&back);
    back
}

#[tokio::test(flavor = "multi_thread")]
async fn the_most_talkative_log_keeps_every_secret() {
    let mut issuer = Issuer::start().await;
    let mut home = Home::new();
    for (name, value) in issuer.settings() {
        home.set(name, value);
    }
    home.set("PATCHBAY_LOG", "trace");
    let mut program = home.serve().await;
    issuer.serve(&home.url(), "RS256", Place::Userinfo).await;

    let mut record = Record::default();
    for login in ["ada", "eve", "una", "lou"] {
        let mut browser = home.browser();
        let back = comes_back(&mut browser, login, &mut record).await;
        // The second time it is spent.
        for _ in 0..2 {
            record.page(&browser.get_once(back.as_str()).await);
        }
    }
    let stolen = comes_back(&mut home.browser(), "bob", &mut record).await;
    record.page(&home.browser().get_once(stolen.as_str()).await);
    issuer.stop().await;
    assert_eq!(program.end(Signal::TERM).await.code(), Some(0));

    let log = program.said();
    assert!(log.contains("TRACE") && log.contains("used state"), "{log}");
    assert!(record.secrets.len() >= 25, "{:?}", record.secrets);
    record.secrets.push(CLIENT_SECRET.to_owned());
    // Every signed token begins so.
    record.secrets.push("eyJ".to_owned());
    record.said.push(log);
    for said in &record.said {
        for secret in &record.secrets {
            assert!(!said.contains(secret.as_str()), "{secret} is said: {said}");
        }
    }
}
