//! Somebody who goes on clicking whatever happens, and keeps a diary.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use reqwest::{Method, RequestBuilder};
use tokio_util::sync::CancellationToken;
use url::Url;

use crate::scene::{ITEMS, PROVIDER};
use crate::support::{Browser, Home, Page};

/// What is loaded.
const STREAMS: [&str; 3] = ["bases", "tables", "records"];
/// The longest that an answer may take; what is slower is no answer.
const ANSWER: Duration = Duration::from_secs(10);
/// Longest wait for a connection at the end: a dead process's lock and its load's lease must run out.
const PATIENCE: Duration = Duration::from_secs(90);

/// Somebody with a connection.
pub struct Person {
    browser: Browser,
    homes: Vec<Url>,
    name: String,
    chance: StdRng,
    diary: Vec<Note>,
}

/// What came of a click.
#[derive(Clone, Debug)]
pub struct Note {
    pub asked: Instant,
    pub answered: Instant,
    pub what: &'static str,
    pub came: Came,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Came {
    /// What was to be expected.
    Well,
    /// An answer that says that it does not work just now, by its status.
    Told(u16),
    /// The connection broke, or nothing came for long.
    Nothing,
    /// What must never come, in words.
    Wrong(String),
}

impl Person {
    /// Somebody who has signed in, connected and loaded.
    pub async fn connected(home: &Home, homes: Vec<Url>, name: &str) -> Self {
        let mut browser = home.browser();
        browser.sign_in("acme", name).await;
        let page = browser.connect(PROVIDER, &[]).await;
        assert_eq!(page.state(), "connected");
        let page = browser.load(PROVIDER, &STREAMS).await;
        assert_eq!(page.chip("All"), ITEMS);
        Self {
            browser,
            homes,
            name: name.to_owned(),
            chance: StdRng::seed_from_u64(name.bytes().map(u64::from).sum()),
            diary: Vec::new(),
        }
    }

    /// Loads, looks and asks for tokens, now at one Patchbay and now at the other.
    pub async fn work_until(mut self, stop: CancellationToken) -> Self {
        while !stop.is_cancelled() {
            let home = self.chance.random_range(0..self.homes.len());
            self.browser.home = self.homes[home].clone();
            let asked = Instant::now();
            let (what, came) = match self.chance.random_range(0..4) {
                0 => ("load", self.load().await),
                1 => ("token", self.ask_for_a_token().await),
                2 => ("export", self.export().await),
                _ => ("page", self.look().await),
            };
            self.diary.push(Note {
                asked,
                answered: Instant::now(),
                what,
                came,
            });
            let pause = Duration::from_millis(self.chance.random_range(100..600));
            tokio::time::sleep(pause).await;
        }
        self
    }

    /// What came of the clicks so far.
    pub fn diary(&self) -> &[Note] {
        &self.diary
    }

    async fn load(&mut self) -> Came {
        let place = format!("/connections/{PROVIDER}/load");
        let mut fields = vec![("_csrf", self.browser.csrf())];
        fields.extend(STREAMS.map(|stream| ("stream", stream)));
        let click = self.browser.request(Method::POST, &place).form(&fields);
        match send(click).await {
            Some((303, _)) => Came::Well,
            other => told(other),
        }
    }

    /// The page has all items or says why it has none; it never shows a part of them.
    async fn look(&mut self) -> Came {
        let place = format!("/connections/{PROVIDER}");
        let page = match send(self.browser.request(Method::GET, &place)).await {
            Some((200, page)) => page,
            other => return told(other),
        };
        let state = page.state();
        match (page.chip("All").as_str(), state.as_str()) {
            (ITEMS, "connected" | "retrying" | "action_needed") => Came::Well,
            (items, state) => Came::Wrong(format!("{items} items, {state}")),
        }
    }

    async fn export(&mut self) -> Came {
        let place = format!("/connections/{PROVIDER}/items.ndjson");
        match send(self.browser.request(Method::GET, &place)).await {
            Some((200, page)) => match ids(&page.text) {
                Ok(ids) if ids.len().to_string() == ITEMS => Came::Well,
                Ok(ids) => Came::Wrong(format!("{} items", ids.len())),
                Err(line) => Came::Wrong(format!("an item twice, or none: {line}")),
            },
            other => told(other),
        }
    }

    async fn ask_for_a_token(&mut self) -> Came {
        let place = format!("/integrations/{PROVIDER}/credentials");
        let fields = [("user_id", self.name.as_str()), ("org_id", "acme")];
        let request = self.browser.request(Method::POST, &place).form(&fields);
        match send(request).await {
            Some((200, page)) if page.text.contains("\"access_token\"") => Came::Well,
            // It must be reconnected, which is looked into at the end.
            Some((401, _)) => Came::Well,
            other => told(other),
        }
    }

    /// When all is quiet: whether the connection works at every Patchbay. If not, it must say that its tokens were lost.
    pub async fn works(&mut self) -> bool {
        for home in self.homes.clone() {
            self.browser.home = home;
            if !self.works_here().await {
                return false;
            }
        }
        true
    }

    async fn works_here(&mut self) -> bool {
        let deadline = Instant::now() + PATIENCE;
        // One that was begun before, and was taken up by another process.
        self.browser.wait_for_load_of(PROVIDER).await;
        loop {
            let page = self.browser.load(PROVIDER, &STREAMS).await;
            match page.state().as_str() {
                "connected" if page.outcome("Records") == "done" => {
                    assert_eq!(page.chip("All"), ITEMS, "{}", self.name);
                    return true;
                }
                "action_needed" => {
                    let said = page.text_of("#load");
                    let why = "renewed tokens were lost on their way";
                    assert!(said.contains(why), "{}: {said}", self.name);
                    return false;
                }
                state => assert!(Instant::now() < deadline, "{}: {state}", self.name),
            }
            tokio::time::sleep(Duration::from_millis(300)).await;
        }
    }
}

/// The items of an export, each once; otherwise the line that is wrong.
fn ids(export: &str) -> Result<BTreeSet<String>, &str> {
    let mut ids = BTreeSet::new();
    for line in export.lines() {
        let item: serde_json::Value = serde_json::from_str(line).map_err(|_| line)?;
        let id = format!("{} {}", item["type"], item["id"]);
        if item["id"].is_null() || !ids.insert(id) {
            return Err(line);
        }
    }
    Ok(ids)
}

/// The answer to a request, whole; nothing where none came.
async fn send(request: RequestBuilder) -> Option<(u16, Page)> {
    let answer = request.timeout(ANSWER).send().await.ok()?;
    let (status, headers) = (answer.status(), answer.headers().clone());
    let url = answer.url().clone();
    let text = answer.text().await.ok()?;
    let page = Page {
        status,
        headers,
        url,
        text,
    };
    Some((status.as_u16(), page))
}

/// What is not as usual: busy or away is told as such, and nothing else happens to anybody.
fn told(answer: Option<(u16, Page)>) -> Came {
    match answer {
        None => Came::Nothing,
        Some((status @ (429 | 502..=504), _)) => Came::Told(status),
        Some((status, page)) => Came::Wrong(format!("{status}: {}", page.text)),
    }
}
