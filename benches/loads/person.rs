//! Somebody with a browser, who loads and looks as the page does.

use std::time::{Duration, Instant};

use jiff::Timestamp;
use patchbay::clock::Clock;
use reqwest::Method;
use serde_json::Value;

use crate::loaded::Loaded;
use crate::support::Page;
pub use crate::support::fleet::Person;

impl Person {
    /// Clicks 'Load items' and asks for the progress as often as the page does, to the end.
    pub async fn load(&mut self, provider: &str, streams: &[&str]) -> Loaded {
        let place = format!("/connections/{provider}/load");
        let fields: Vec<_> = streams.iter().map(|stream| ("stream", *stream)).collect();
        let (clicked, clicked_at) = (Instant::now(), Clock::system().now());
        let mut page = self.browser.post_part(&place, &fields).await;
        assert_eq!(page.status, 200, "{}", page.text);
        let (mut first_rows, mut refused) = (None, 0);
        let mut every = Duration::ZERO;
        loop {
            if first_rows.is_none() && page.count("#load tr[data-id]") > 0 {
                first_rows = Some(clicked.elapsed());
            }
            // The page stays as it is, and asks on, when an answer is a failure.
            match pause(&page) {
                _ if !page.status.is_success() => refused += 1,
                Some(pause) => every = pause,
                None => break,
            }
            tokio::time::sleep(every).await;
            page = self.browser.get_part(&place).await;
        }
        let report = self.report(provider).await.expect("a report");
        let ended: Timestamp = report["ended_at"]
            .as_str()
            .and_then(|at| at.parse().ok())
            .expect("it ended");
        Loaded {
            took: ended.duration_since(clicked_at).unsigned_abs(),
            first_rows,
            refused,
            report,
        }
    }

    /// The completeness report; `None` where there is none, or Patchbay does not answer.
    pub async fn report(&self, provider: &str) -> Option<Value> {
        let place = format!("/connections/{provider}/load.json");
        let answer = self
            .browser
            .request(Method::GET, &place)
            .send()
            .await
            .ok()?;
        let answer = answer.error_for_status().ok()?;
        answer.json().await.ok()
    }

    /// Asks for an item table as htmx does; answers how long it took to come whole, and the table.
    pub async fn table(&mut self, table: &str, query: &str) -> (Duration, Page) {
        let place = format!("{table}?{query}");
        let begun = Instant::now();
        let page = self.browser.get_part(&place).await;
        let took = begun.elapsed();
        assert_eq!(page.status, 200, "{place}: {}", page.text);
        (took, page)
    }

    /// The bytes of a table that htmx asks for: as they are, and as they go to a browser that takes gzip.
    pub async fn bytes(&self, table: &str, query: &str) -> (usize, usize) {
        let place = format!("{table}?{query}");
        let mut sizes = Vec::new();
        for encoding in ["identity", "gzip"] {
            let request = self.browser.request(Method::GET, &place);
            let request = request
                .header("HX-Request", "true")
                .header("HX-Request-Type", "partial")
                .header("Accept-Encoding", encoding);
            let answer = request.send().await.expect("an answer");
            sizes.push(answer.bytes().await.expect("a body").len());
        }
        (sizes[0], sizes[1])
    }
}

/// After how long the page asks again; `None` when it does not any more.
fn pause(page: &Page) -> Option<Duration> {
    let triggers = page.attributes("#load", "hx-trigger");
    let every = triggers.first()?.strip_prefix("every ")?;
    let (number, unit) = match every.strip_suffix("ms") {
        Some(number) => (number, 1),
        None => (every.strip_suffix('s')?, 1_000),
    };
    Some(Duration::from_millis(number.parse::<u64>().ok()? * unit))
}
