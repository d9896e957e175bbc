//! What the browser itself complains about: errors on its console, and what the policy forbade.

use thirtyfour::BrowserLogEntry;

use crate::chromium::Chromium;
use crate::support::World;

impl Chromium {
    /// Errors and warnings since the last look, but for those about pages of other origins.
    pub async fn complaints(&self, home: &str) -> Vec<String> {
        let entries = self.driver.browser_log().await.expect("the browser's log");
        let ours = |entry: &BrowserLogEntry| {
            !entry.message.starts_with("http") || entry.message.starts_with(home)
        };
        let bad = |entry: &BrowserLogEntry| matches!(entry.level.as_str(), "SEVERE" | "WARNING");
        entries
            .into_iter()
            .filter(|entry| bad(entry) && ours(entry))
            .map(|entry| entry.message)
            .collect()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_watch_sees_a_script_error_and_a_forbidden_style() {
    let world = World::start().await;
    let ada = Chromium::open().await;
    ada.go(&world.url).await;
    assert_eq!(ada.complaints(&world.url).await, Vec::<String>::new());

    let _: Option<()> = ada.ask("console.error('a mistake of ours')", &[]).await;
    let inline = "document.body.setAttribute('style', 'color: red'); \
        document.body.insertAdjacentHTML('beforeend', '<p style=\"color: red\">red</p>')";
    let _: Option<()> = ada.ask(inline, &[]).await;
    let complaints = ada.complaints(&world.url).await.join("\n");
    assert!(complaints.contains("a mistake of ours"), "{complaints}");
    assert!(
        complaints.contains("Content Security Policy"),
        "{complaints}"
    );
}
