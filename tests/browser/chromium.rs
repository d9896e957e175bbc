//! A person's browser: what they click, type and press, and what they see.

use std::fmt::Display;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tempfile::TempDir;
use thirtyfour::common::capabilities::chromium::ChromiumLikeCapabilities;
use thirtyfour::prelude::*;
use thirtyfour::{ChromeCapabilities, LoggingPrefsLogLevel};
use tokio::sync::{Semaphore, SemaphorePermit};

use crate::driver::{self, Driver};
use crate::support;

/// Browsers at once: more only slow each other. A test has one at a time: two that have one each would wait for one more for
/// ever.
static TURNS: Semaphore = Semaphore::const_new(2);
/// The longest that anything on a page is waited for.
const PATIENCE: Duration = Duration::from_secs(30);
/// How often it is looked for.
const LOOK_AGAIN: Duration = Duration::from_millis(50);
const FLAGS: [&str; 12] = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--window-size=1280,900",
    // Nothing but this machine.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1",
    "--lang=en",
];

/// A browser that was never used before. The session ends first, then its driver, then its files.
pub struct Chromium {
    pub driver: WebDriver,
    _program: Driver,
    _profile: TempDir,
    _turn: SemaphorePermit<'static>,
}

impl Chromium {
    pub async fn open() -> Self {
        Self::with(json!({})).await
    }

    /// One in which pages cannot run script.
    pub async fn without_script() -> Self {
        Self::with(json!({"profile.managed_default_content_settings.javascript": 2})).await
    }

    /// One with script, or without.
    pub async fn scripted(script: bool) -> Self {
        match script {
            true => Self::open().await,
            false => Self::without_script().await,
        }
    }

    async fn with(preferences: Value) -> Self {
        support::install_tls();
        let turn = TURNS.acquire().await.expect("a turn");
        let profile = TempDir::new().expect("a folder");
        let program = Driver::start();
        let mut wishes = ChromeCapabilities::new();
        let browser = driver::browser();
        wishes
            .set_binary(browser.to_str().expect("a plain path"))
            .expect("a wish");
        for flag in FLAGS {
            wishes.add_arg(flag).expect("a wish");
        }
        let folder = format!("--user-data-dir={}", profile.path().display());
        wishes.add_arg(&folder).expect("a wish");
        wishes
            .add_experimental_option("prefs", preferences)
            .expect("a wish");
        wishes
            .set_browser_log_level(LoggingPrefsLogLevel::All)
            .expect("a wish");
        let driver = WebDriver::new(program.url(), wishes)
            .await
            .unwrap_or_else(|error| panic!("{} does not start: {error}", browser.display()));
        Self {
            driver,
            _program: program,
            _profile: profile,
            _turn: turn,
        }
    }

    /// Types an address.
    pub async fn go(&self, url: impl Display) {
        self.driver.goto(url.to_string()).await.expect("a page");
    }

    /// Clicks the button or link whose text is this, or begins with it, as soon as there is one.
    pub async fn click(&self, label: &str) {
        self.click_at(&format!(
            "//*[self::button or self::a][starts-with(normalize-space(), \"{label}\")]"
        ))
        .await;
    }

    /// Clicks what is at an XPath, as soon as it can be clicked.
    pub async fn click_at(&self, place: &str) {
        self.click_by(By::XPath(place)).await;
    }

    /// Clicks the first element that matches, as soon as it can be clicked.
    pub async fn click_on(&self, selector: &str) {
        self.click_by(By::Css(selector)).await;
    }

    async fn click_by(&self, place: By) {
        self.wait(&format!("click {place:?}"), async || {
            let element = self.driver.find(place.clone()).await.ok()?;
            // An element that was just replaced, or is covered, could not be clicked by a person either.
            element.click().await.ok()
        })
        .await;
    }

    /// Puts the cursor into the field of this label.
    pub async fn click_field(&self, label: &str) {
        self.click_at(&format!("//*[@id={}]", for_label(label)))
            .await;
    }

    /// Types into the field of this label.
    pub async fn fill(&self, label: &str, text: &str) {
        self.click_field(label).await;
        self.press(text).await;
    }

    /// Presses keys, wherever the focus is.
    pub async fn press(&self, keys: impl Into<TypingData>) {
        let keys: TypingData = keys.into();
        let pressed = self.driver.action_chain().send_keys(keys);
        pressed.perform().await.expect("keys pressed");
    }

    /// Goes back in the history, as the browser's button does.
    pub async fn back(&self) {
        self.driver.back().await.expect("a page before");
    }

    /// Where it is: path and query.
    pub async fn place(&self) -> String {
        let url = self.url().await;
        match url.query() {
            Some(query) => format!("{}?{query}", url.path()),
            None => url.path().to_owned(),
        }
    }

    pub async fn url(&self) -> url::Url {
        self.driver.current_url().await.expect("an address")
    }

    /// What a person reads in the first element that matches, white space folded; empty where there is none.
    pub async fn text(&self, selector: &str) -> String {
        self.texts(selector)
            .await
            .into_iter()
            .next()
            .unwrap_or_default()
    }

    /// What a person reads in the elements that match.
    pub async fn texts(&self, selector: &str) -> Vec<String> {
        let texts = "return [...document.querySelectorAll(arguments[0])].map(it => it.innerText)";
        let found: Option<Vec<String>> = self.ask(texts, &[json!(selector)]).await;
        let folded = |text: String| text.split_whitespace().collect::<Vec<_>>().join(" ");
        found.unwrap_or_default().into_iter().map(folded).collect()
    }

    /// An attribute of the first element that matches.
    pub async fn attribute(&self, selector: &str, name: &str) -> Option<String> {
        let read =
            "return document.querySelector(arguments[0])?.getAttribute(arguments[1]) ?? null";
        self.ask(read, &[json!(selector), json!(name)]).await
    }

    /// How many elements match.
    pub async fn count(&self, selector: &str) -> usize {
        let count = "return document.querySelectorAll(arguments[0]).length";
        self.ask(count, &[json!(selector)]).await.unwrap_or(0)
    }

    /// Looks behind the page by the driver's own script, which works where the page's does not. `None` for
    /// null, and while the page is just being replaced.
    pub async fn ask<T: serde::de::DeserializeOwned>(
        &self,
        script: &str,
        arguments: &[Value],
    ) -> Option<T> {
        let answer = self.driver.execute(script, arguments.to_vec()).await.ok()?;
        let value = answer.json().clone();
        (!value.is_null()).then(|| serde_json::from_value(value).expect("what was asked for"))
    }

    /// Waits until `look` finds something, and answers that.
    pub async fn wait<T>(&self, what: &str, look: impl AsyncFn() -> Option<T>) -> T {
        let deadline = Instant::now() + PATIENCE;
        loop {
            if let Some(found) = look().await {
                return found;
            }
            if Instant::now() > deadline {
                let (place, mut page) = (self.place().await, self.text("body").await);
                page.truncate(page.floor_char_boundary(1500));
                panic!("waited in vain to see: {what}\nat {place}: {page}");
            }
            tokio::time::sleep(LOOK_AGAIN).await;
        }
    }

    /// Waits until something is so.
    pub async fn wait_until(&self, what: &str, is: impl AsyncFn() -> bool) {
        self.wait(what, async || is().await.then_some(())).await;
    }

    /// Waits for an element.
    pub async fn wait_for(&self, selector: &str) {
        self.wait_until(selector, async || self.count(selector).await > 0)
            .await;
    }

    /// Waits until the first element that matches shows a text.
    pub async fn wait_for_text(&self, selector: &str, text: &str) {
        let what = format!("'{text}' in {selector}");
        self.wait_until(&what, async || self.text(selector).await.contains(text))
            .await;
    }

    /// Waits until it is at an address that begins so.
    pub async fn wait_for_place(&self, start: &str) {
        let what = format!("an address {start}…");
        self.wait_until(&what, async || self.place().await.starts_with(start))
            .await;
    }
}

/// The id of the field that a label is for, as an XPath.
fn for_label(label: &str) -> String {
    format!("//label[normalize-space()=\"{label}\"]/@for")
}
