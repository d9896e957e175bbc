//! The people, who go on clicking whatever dies.

use std::time::{Duration, Instant};

use rand::RngExt;
use rand::rngs::StdRng;
use reqwest::Method;
use tokio_util::sync::CancellationToken;
use url::Url;

use super::super::Browser;
use super::{PATIENCE, PROVIDER, Plan};

/// Somebody with a connection.
pub(super) struct Person {
    pub(super) browser: Browser,
    pub(super) homes: [Url; 2],
    pub(super) chance: StdRng,
}

impl Person {
    /// Clicks 'Load items' again and again, at either process. It may be dead, or a load may be running.
    pub(super) async fn load_until(mut self, stop: CancellationToken) -> Self {
        while !stop.is_cancelled() {
            let home = self.chance.random_range(0..2);
            self.browser.home = self.homes[home].clone();
            let fields = [("_csrf", self.browser.csrf()), ("stream", "bases")];
            let place = format!("/connections/{PROVIDER}/load");
            let click = self.browser.request(Method::POST, &place);
            let _ = click.form(&fields).send().await;
            let pause = Duration::from_millis(self.chance.random_range(200..1500));
            tokio::time::sleep(pause).await;
        }
        self
    }

    /// When all is quiet: whether the connection works. If not, it must say that its tokens were lost.
    pub(super) async fn ends(mut self, plan: Plan) -> bool {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let page = self.browser.load(PROVIDER, &["bases"]).await;
            match page.state().as_str() {
                "connected" if page.outcome("Bases") == "done" => return true,
                "action_needed" => {
                    let said = page.text_of("#load");
                    let why = "renewed tokens were lost on their way";
                    assert!(said.contains(why), "{said}: {plan:?}");
                    return false;
                }
                state => assert!(Instant::now() < deadline, "{state}: {plan:?}"),
            }
            tokio::time::sleep(Duration::from_millis(500)).await;
        }
    }
}
