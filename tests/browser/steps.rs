//! What a person does in several clicks: sign in, connect, choose, load.

use patchbay::providers::Registry;
use serde_json::json;

use crate::chromium::Chromium;

/// The streams that the form offers, or those among them that are ticked.
const STREAMS: &str = "return [...document.querySelectorAll(arguments[0])].map(it => it.value)";
const OFFERED: &str = "#choose input[type=checkbox]";

impl Chromium {
    /// Signs in by the form, as `ada` of `acme`.
    pub async fn sign_in(&self, home: &str) {
        self.go(home).await;
        self.fill("User", "ada").await;
        self.fill("Org", "acme").await;
        self.click("Sign in").await;
        self.wait_for_place("/connections").await;
    }

    /// Connects HubSpot: Connect, Allow, and back on the connection's page.
    pub async fn connect(&self) {
        self.connect_to("hubspot", &[]).await;
    }

    /// Connects a provider: Connect, some clicks (CSS) on its consent page, Allow, and back on the connection's page.
    pub async fn connect_to(&self, id: &str, clicks: &[&str]) {
        let provider = Registry.get(id).expect("a provider");
        self.click(&format!("Connect {}", provider.profile().name))
            .await;
        self.allow(id, clicks).await;
    }

    /// On a provider's consent page: some clicks (CSS), Allow, and back on the connection's page.
    pub async fn allow(&self, id: &str, clicks: &[&str]) {
        self.wait_for("#allow").await;
        for place in clicks {
            self.click_on(place).await;
        }
        self.click_on("#allow").await;
        self.wait_for_place(&format!("/connections/{id}")).await;
    }

    /// Clicks 'Load items' and waits until the table is there.
    pub async fn load(&self) {
        self.click("Load items").await;
        self.wait_for_text("#load .headline", "Loaded").await;
        self.wait_for("#items tr[data-id]").await;
    }

    /// Clicks 'Load items' where a load has ended before, and waits until the new one has.
    pub async fn load_anew(&self) {
        let begun = async || self.attribute("#load .headline time", "datetime").await;
        let before = begun().await;
        self.click("Load items").await;
        self.wait_until("a new load that has ended", async || {
            let (now, headline) = (begun().await, self.text("#load .headline").await);
            now.is_some() && now != before && headline.contains("Loaded")
        })
        .await;
    }

    /// Opens 'What to load'.
    pub async fn open_choice(&self) {
        self.click_on("#choose summary").await;
        self.wait_for("#choose[open]").await;
    }

    /// Ticks the stream of this title, or takes its tick away.
    pub async fn tick(&self, title: &str) {
        self.click_at(&format!(
            "//details[@id=\"choose\"]//label[starts-with(normalize-space(), \"{title}\")]"
        ))
        .await;
    }

    /// The ids of the streams that the form offers; `on` for one that cannot be chosen.
    pub async fn offered(&self) -> Vec<String> {
        self.ask(STREAMS, &[json!(OFFERED)])
            .await
            .unwrap_or_default()
    }

    /// The ids of the streams that are ticked.
    pub async fn chosen(&self) -> Vec<String> {
        let ticked = format!("{OFFERED}:checked");
        self.ask(STREAMS, &[json!(ticked)])
            .await
            .unwrap_or_default()
    }
}
