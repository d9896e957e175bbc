//! The way through every provider that there is, with script on a telephone, and without script.

use patchbay::providers::{Profile, Registry};

use crate::chromium::Chromium;
use crate::narrow::{assert_fits, telephone};
use crate::support::World;

const RANGE: &str = ".pager .range";
/// What stand-ins put into some names.
const MARKUP: &str = "<script>";
/// What names would have become if they were not text.
const ALIVE: &str = "#items td script, #items td img, #load td script, #load td img";
/// What asks again and again, with script and without.
const ASKS_AGAIN: &str = "[hx-trigger^=every], noscript meta[http-equiv=refresh]";

#[tokio::test(flavor = "multi_thread")]
async fn every_provider_is_connected_loaded_and_read_on_a_telephone() {
    let world = World::start().await;
    let ada = telephone().await;
    ada.sign_in(&world.url).await;
    for provider in Registry.all() {
        let way = Way::new(&world, &ada, provider.profile(), true);
        way.go_all_of_it().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_provider_is_connected_loaded_and_read_without_script() {
    let world = World::start().await;
    let ada = Chromium::without_script().await;
    ada.sign_in(&world.url).await;
    for provider in Registry.all() {
        let way = Way::new(&world, &ada, provider.profile(), false);
        way.go_all_of_it().await;
        let htmx: Option<bool> = ada.ask("return 'htmx' in window", &[]).await;
        assert_eq!(htmx, Some(false), "script runs");
    }
}

/// One person's way through one provider. All of it is done in the same manner with and without script.
struct Way<'a> {
    world: &'a World,
    ada: &'a Chromium,
    profile: &'static Profile,
    is_telephone: bool,
}

impl<'a> Way<'a> {
    fn new(
        world: &'a World,
        ada: &'a Chromium,
        profile: &'static Profile,
        is_telephone: bool,
    ) -> Self {
        Self {
            world,
            ada,
            profile,
            is_telephone,
        }
    }

    async fn go_all_of_it(&self) {
        self.connect().await;
        self.choose_all().await;
        self.load().await;
        let total = self.compare_counts().await;
        self.open_each_type().await;
        self.find_markup(&total).await;
        self.turn_to_the_end(&total).await;
        let complaints = self.ada.complaints(&self.world.url).await;
        assert_eq!(complaints, Vec::<String>::new(), "{}", self.profile.id);
    }

    async fn connect(&self) {
        let (ada, id) = (self.ada, self.profile.id);
        ada.go(format!("{}/connections", self.world.url)).await;
        let state = format!("#{id} [data-state]");
        let state = ada.attribute(&state, "data-state").await;
        assert_eq!(state.as_deref(), Some("not_connected"));
        self.assert_fits("the cards").await;
        let connect = format!("Connect {}", self.profile.name);
        assert!(ada.named("button").await.contains(&connect));
        ada.click(&connect).await;
        ada.wait_for("#allow").await;
        let consent = ada.url().await.origin().ascii_serialization();
        assert_eq!(consent, self.world.stand_in(id).consent_origin);
        ada.allow(id, &[]).await;
        let state = ada.attribute("#top [data-state]", "data-state").await;
        assert_eq!(state.as_deref(), Some("connected"));
        assert!(ada.text("main").await.contains("Connected as"));
        assert!(ada.text("#items").await.contains("Nothing has been loaded"));
        self.assert_fits("connected").await;
    }

    async fn choose_all(&self) {
        let ada = self.ada;
        assert_eq!(ada.offered().await.len(), self.profile.streams.len());
        ada.open_choice().await;
        let chosen = ada.chosen().await;
        for stream in self.profile.streams {
            assert_eq!(chosen.contains(&stream.id.to_owned()), stream.by_default);
            if !stream.by_default {
                ada.tick(stream.title).await;
            }
        }
        self.assert_fits("what to load").await;
    }

    async fn load(&self) {
        let (ada, id) = (self.ada, self.profile.id);
        self.world.control_of(id, &[("latency_ms", "700")]).await;
        ada.click("Load items").await;
        ada.wait_for_text("#load .headline", "Loading:").await;
        let streams = ada.texts("#load .streams li").await;
        assert_eq!(streams.len(), self.profile.streams.len());
        ada.wait_until("items that arrive, and more than before", async || {
            let now = ada.texts("#load .streams li").await;
            let arriving = ada.count("#load .arriving tr[data-id]").await;
            arriving > 0 && now.len() == streams.len() && now != streams
        })
        .await;
        self.assert_fits("a load that runs").await;
        self.world
            .control_of(id, &[("latency_ms", "0"), ("rate_limit", "off")])
            .await;
        ada.wait_for("#items tr[data-id]").await;
        assert!(ada.text("#load .headline").await.contains("Loaded"));
        assert_eq!(ada.count(ASKS_AGAIN).await, 0, "it goes on asking");
        assert_eq!(ada.chosen().await.len(), self.profile.streams.len());
        self.assert_fits("a load that has just ended").await;
    }

    /// Chips, report and pager tell the same number of items.
    async fn compare_counts(&self) -> String {
        let ada = self.ada;
        let counts = ada.texts(".chips .count").await;
        let (all, each) = counts.split_first().expect("chips");
        assert_eq!(each.iter().map(|it| count(it)).sum::<u64>(), count(all));
        let parts = ada.texts("#load .streams .title + .outcome + .count").await;
        let parts = parts.iter().map(|it| count(it.trim_end_matches(" items")));
        assert_eq!(parts.sum::<u64>(), count(all), "{}", self.profile.id);
        assert_eq!(ada.text(RANGE).await, range(1, all));
        all.clone()
    }

    async fn open_each_type(&self) {
        let ada = self.ada;
        let counts = ada.texts(".chips .count").await;
        for (nth, count) in counts.iter().enumerate().skip(1) {
            let chip = format!(".chips a:nth-child({})", nth + 1);
            ada.click_on(&chip).await;
            ada.wait_for(&format!("{chip}[aria-current]")).await;
            assert_eq!(ada.text(RANGE).await, range(1, count));
            let kinds = ada.texts("#items td.type").await;
            assert!(kinds.iter().all(|kind| *kind == kinds[0]), "{kinds:?}");
        }
        ada.click_on(".chips a:first-child").await;
        ada.wait_for(".chips a:first-child[aria-current]").await;
    }

    /// Names with markup are shown as they are written.
    async fn find_markup(&self, total: &str) {
        let ada = self.ada;
        ada.fill("Filter by text", MARKUP).await;
        ada.press(thirtyfour::Key::Enter + "").await;
        ada.wait_for_place(&format!("/connections/{}/items?q=", self.profile.id))
            .await;
        ada.wait_until("fewer rows", async || {
            let range = ada.text(RANGE).await;
            !range.is_empty() && !range.ends_with(&format!("of {total}"))
        })
        .await;
        let names = ada.texts("#items td.name").await;
        assert!(names.iter().any(|it| it.contains(MARKUP)), "{names:?}");
        assert_eq!(ada.count(ALIVE).await, 0);
        self.assert_fits("some items").await;
        ada.click("Clear").await;
        ada.wait_for_text(RANGE, &range(1, total)).await;
    }

    async fn turn_to_the_end(&self, total: &str) {
        let ada = self.ada;
        ada.click_on("#page-last").await;
        let last = (count(total) - 1) / 50 * 50 + 1;
        ada.wait_for_text(RANGE, &range(last, total)).await;
        assert_eq!(ada.count("#page-next, #page-last").await, 0);
        let rows = ada.count("#items tr[data-id]").await as u64;
        assert_eq!(rows, count(total) - last + 1);
        self.assert_fits("the last page").await;
    }

    async fn assert_fits(&self, page: &str) {
        if self.is_telephone {
            assert_fits(self.ada, &format!("{}: {page}", self.profile.id)).await;
        }
    }
}

/// A number as pages write it.
fn count(text: &str) -> u64 {
    let digits = text.replace(',', "");
    digits
        .parse()
        .unwrap_or_else(|_| panic!("'{text}' is no number"))
}

/// What the pager says of the page of fifty that begins with an item.
fn range(from: u64, total: &str) -> String {
    let parted = |number: u64| match number {
        1_000.. => format!("{},{:03}", number / 1_000, number % 1_000),
        _ => number.to_string(),
    };
    let to = count(total).min(from + 49);
    format!("{}-{} of {total}", parted(from), parted(to))
}
