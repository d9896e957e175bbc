//! Somebody at work.

use std::time::{Duration, Instant};

use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use reqwest::{Method, RequestBuilder};
use tokio_util::sync::CancellationToken;

use crate::diary::Diary;
use crate::support::Page;
use crate::support::fleet::Person;

/// How long somebody looks at a page, in milliseconds.
const LOOK: std::ops::Range<u64> = 1_000..6_000;
/// The longest that an answer may take.
const ANSWER: Duration = Duration::from_secs(60);
const PROVIDERS: [&str; 3] = ["hubspot", "notion", "airtable"];
/// The stand-ins' further accounts, of which there are a hundred, begin here; each person has one of their own where the
/// provider has several.
const FIRST_ACCOUNT: usize = 148_000_000;

/// A person, their provider, and what came of their day.
pub struct Worker {
    person: Person,
    provider: &'static str,
    account: String,
    name: String,
    chance: StdRng,
    diary: Diary,
}

impl Worker {
    /// Signed in by now; connects and loads.
    pub async fn arrive(mut person: Person, number: usize) -> Self {
        let provider = PROVIDERS[number % PROVIDERS.len()];
        let account = (FIRST_ACCOUNT + number / PROVIDERS.len()).to_string();
        person
            .connect(provider, &account_of(provider, &account))
            .await;
        let page = person.browser.load(provider, &[]).await;
        assert_eq!(page.state(), "connected");
        Self {
            person,
            provider,
            account,
            name: format!("person{number}"),
            chance: StdRng::seed_from_u64(number.try_into().expect("small")),
            diary: Diary::default(),
        }
    }

    /// Clicks and looks, now at one Patchbay and now at the other.
    pub async fn work_until(mut self, stop: CancellationToken) -> Diary {
        while !stop.is_cancelled() {
            let look = Duration::from_millis(self.chance.random_range(LOOK));
            tokio::select! {
                () = tokio::time::sleep(look) => {}
                () = stop.cancelled() => break,
            }
            let home = self.chance.random_range(0..2);
            self.person.turn_to(home);
            self.click().await;
        }
        self.diary
    }

    async fn click(&mut self) {
        let provider = self.provider;
        match self.chance.random_range(0..20) {
            0..5 => self.look("connections", "/connections").await,
            5..9 => {
                let page = format!("/connections/{provider}");
                self.look("a connection", &page).await;
            }
            9..12 => {
                let sort = ["name", "type", "modified"][self.chance.random_range(0..3)];
                let table =
                    format!("/connections/{provider}/items?sort={sort}&dir=desc&per_page=100");
                self.look("a sorted table", &table).await;
            }
            12..14 => self.look("all items, filtered", "/items?q=an").await,
            14..15 => self.look("activity", "/activity").await,
            15..16 => {
                let export = format!("/connections/{provider}/items.csv");
                self.look("an export", &export).await;
            }
            16..18 => self.load().await,
            _ => self.ask_for_a_token().await,
        }
    }

    async fn look(&mut self, what: &'static str, place: &str) {
        let request = self.person.browser.request(Method::GET, place);
        let Some(page) = self.send(what, request).await else {
            return;
        };
        if page.status != 200 {
            self.diary.wrong(format!("{what}: {}", page.status));
        } else if what == "a connection" {
            self.see_how_it_is(&page).await;
        }
    }

    async fn load(&mut self) {
        let place = format!("/connections/{}", self.provider);
        let page = self.person.browser.get(&place).await;
        let fields = [("_csrf", self.person.browser.csrf())];
        let load = format!("{place}/load");
        let click = self
            .person
            .browser
            .request(Method::POST, &load)
            .form(&fields);
        let Some(answer) = self.send("load", click).await else {
            return;
        };
        if answer.status != 303 {
            self.diary
                .wrong(format!("load: {} of {}", answer.status, page.state()));
        }
    }

    async fn ask_for_a_token(&mut self) {
        let place = format!("/integrations/{}/credentials", self.provider);
        let fields = [("user_id", self.name.as_str()), ("org_id", "acme")];
        let request = self.person.browser.request(Method::POST, &place);
        let Some(answer) = self.send("a token", request.form(&fields)).await else {
            return;
        };
        match answer.status.as_u16() {
            200 => {}
            // The provider failed at the refresh, or the tokens died with a lost answer.
            status @ (401 | 502) => self.diary.injected(format!("a token: {status}")),
            status => self
                .diary
                .wrong(format!("a token: {status}: {}", answer.text)),
        }
    }

    /// A connection whose tokens died with an answer that the provider cut off is made anew.
    async fn see_how_it_is(&mut self, page: &Page) {
        match page.state().as_str() {
            "connected" => {}
            "retrying" => self.diary.injected("retrying"),
            "action_needed" if page.text.contains("lost on their way") => {
                self.diary.injected("tokens that were lost on their way");
                self.connect_again().await;
            }
            state => {
                let said = page.text_of("#top");
                self.diary.wrong(format!("a connection: {state}: {said}"));
            }
        }
        let load = page.text_of("#load");
        if load.contains("a fault of Patchbay's own") {
            self.diary.wrong(format!("a load: {load}"));
        } else if load.contains("Loaded in part") || load.contains("Nothing could be loaded") {
            self.diary.injected("a load that is not whole");
        }
    }

    /// The provider may fail at this too; then it is tried at the next look.
    async fn connect_again(&mut self) {
        self.person.turn_to(0);
        let browser = &mut self.person.browser;
        let fields = account_of(self.provider, &self.account);
        let consent = browser.to_consent_of(self.provider).await;
        let back = browser.answer_consent(&consent, "allow", &fields).await;
        let page = browser.get(back.as_str()).await;
        match page.status.as_u16() {
            200 => {}
            502 => self.diary.injected("connecting again: 502"),
            status => self
                .diary
                .wrong(format!("connecting again: {status}: {}", page.text)),
        }
    }

    async fn send(&mut self, what: &'static str, request: RequestBuilder) -> Option<Page> {
        let asked = Instant::now();
        match whole(request).await {
            Ok(page) => {
                self.diary.did(what, asked.elapsed());
                Some(page)
            }
            Err(error) => {
                self.diary.wrong(format!("{what}: {error}"));
                None
            }
        }
    }
}

fn account_of<'a>(provider: &str, account: &'a str) -> Vec<(&'static str, &'a str)> {
    match provider {
        "hubspot" => vec![("account", account)],
        _ => Vec::new(),
    }
}

async fn whole(request: RequestBuilder) -> reqwest::Result<Page> {
    let answer = request.timeout(ANSWER).send().await?;
    let (status, headers, url) = (
        answer.status(),
        answer.headers().clone(),
        answer.url().clone(),
    );
    let text = answer.text().await?;
    Ok(Page {
        status,
        headers,
        url,
        text,
    })
}
