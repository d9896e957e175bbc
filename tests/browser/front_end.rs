//! A front end of the kind that spoke to earlier back ends: a page of another origin, which opens a window, waits until
//! it is closed, and asks for credentials.

use std::net::{Ipv4Addr, TcpListener};
use std::time::Duration;

use actix_web::{App, HttpResponse, HttpServer, web};
use thirtyfour::WindowHandle;
use tokio::task::JoinHandle;

use crate::accessible::{assert_legible, assert_sound};
use crate::chromium::Chromium;
use crate::narrow::{assert_fits, narrow};
use crate::support::World;

const PAGE: &str = include_str!("front_end.html");
const MISSING: &str = "No HubSpot credentials found for org=acme, user=ada";
/// On the consent page of HubSpot's stand-in.
const OTHER: &str = "#account option[value=\"147000999\"]";
/// Longer than the window that closes itself stays.
const A_WHILE: Duration = Duration::from_secs(3);

/// A server of the front end. Ends with the test.
struct FrontEnd {
    origin: String,
    task: JoinHandle<std::io::Result<()>>,
}

impl FrontEnd {
    fn start(host: &str) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
        let port = listener.local_addr().expect("an address").port();
        let page = || async { HttpResponse::Ok().content_type("text/html").body(PAGE) };
        let server = HttpServer::new(move || App::new().route("/", web::get().to(page)))
            .workers(1)
            .disable_signals()
            .listen(listener)
            .expect("a server");
        Self {
            origin: format!("http://{host}:{port}"),
            task: tokio::spawn(server.run()),
        }
    }
}

impl Drop for FrontEnd {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// A Patchbay that knows the front end, and ada in front of it.
struct Scene {
    world: World,
    ada: Chromium,
    /// The front end's own window.
    own: WindowHandle,
    _front_end: FrontEnd,
}

impl Scene {
    async fn set(host: &str) -> Self {
        let front_end = FrontEnd::start(host);
        let world = World::with(&[("PATCHBAY_CORS_ORIGINS", &front_end.origin)]).await;
        let ada = Chromium::open().await;
        ada.go(format!("{}/?patchbay={}", front_end.origin, world.url))
            .await;
        let own = ada.driver.window().await.expect("a window");
        // It asks for credentials at once, and can read why there are none; the browser complains of that.
        ada.wait_for_text("#result", MISSING).await;
        ada.complaints(&world.url).await;
        Self {
            world,
            ada,
            own,
            _front_end: front_end,
        }
    }

    /// Clicks Connect, and looks into the window that opens: HubSpot's consent page.
    async fn open_window(&self) {
        self.ada.click("Connect").await;
        let other = self.ada.wait("a window that opens", async || {
            let all = self.ada.driver.windows().await.ok()?;
            all.into_iter().find(|window| *window != self.own)
        });
        self.look_into(other.await).await;
        self.ada.wait_for("#allow").await;
    }

    async fn look_into(&self, window: WindowHandle) {
        let looked = self.ada.driver.switch_to_window(window).await;
        looked.expect("a window that is open");
    }

    async fn open_windows(&self) -> usize {
        self.ada.driver.windows().await.expect("windows").len()
    }

    /// Waits until the window has closed itself, and looks at the front end again.
    async fn wait_until_closed(&self) {
        self.ada
            .wait("the window close itself", async || {
                (self.open_windows().await == 1).then_some(())
            })
            .await;
        self.look_into(self.own.clone()).await;
    }

    async fn result(&self, text: &str) {
        self.ada.wait_for_text("#result", text).await;
    }

    /// The window is still there after a while, and the front end still waits.
    async fn assert_stays(&self) {
        tokio::time::sleep(A_WHILE).await;
        assert_eq!(self.open_windows().await, 2);
        let window = self.ada.driver.window().await.expect("a window");
        self.look_into(self.own.clone()).await;
        assert_eq!(self.ada.text("#result").await, "");
        let looks: usize = self.ada.text("#looks").await.parse().expect("a number");
        assert!(looks >= 3, "it looked {looks} times");
        self.look_into(window).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_front_end_connects_by_a_window_that_closes_itself() {
    let scene = Scene::set("localhost").await;
    scene.open_window().await;
    scene.assert_stays().await;
    scene.ada.click_on("#allow").await;
    scene.wait_until_closed().await;
    scene.result("active for ada of acme").await;

    let count = [("contacts", "120"), ("companies", "40"), ("deals", "30")];
    scene.world.control(&count).await;
    scene.ada.click("Load data").await;
    scene.result("190 and 190 items, whole: true").await;
    assert_eq!(
        scene.world.calls("list_contacts").await,
        2,
        "one load: two pages"
    );
    scene.ada.click("Work on a contact").await;
    scene.result("Grace, Engineer; ").await;
    let result = scene.ada.text("#result").await;
    assert!(result.contains("There is no such contact"), "{result}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_window_closes_after_a_denial_too() {
    let scene = Scene::set("127.0.0.1").await;
    scene.open_window().await;
    scene.ada.click("Deny").await;
    scene.wait_until_closed().await;
    scene.result(MISSING).await;
    assert_eq!(scene.world.calls("token").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_went_wrong_can_be_read_until_the_person_closes_it() {
    let scene = Scene::set("localhost").await;
    scene.open_window().await;
    scene.world.control(&[("client_secret_valid", "off")]).await;
    scene.ada.click_on("#allow").await;
    scene
        .ada
        .wait_for_text("h1", "HubSpot does not accept this Patchbay")
        .await;
    scene.assert_stays().await;
    assert_sound(&scene.ada, "a refusal in a window").await;
    scene
        .ada
        .driver
        .close_window()
        .await
        .expect("a closed window");
    scene.look_into(scene.own.clone()).await;
    scene.result(MISSING).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn another_account_is_asked_about_in_the_window() {
    let scene = Scene::set("127.0.0.1").await;
    scene
        .world
        .person("acme", "ada")
        .await
        .connect_hubspot()
        .await;
    scene.open_window().await;
    scene.ada.click_on(OTHER).await;
    scene.ada.click_on("#allow").await;
    scene
        .ada
        .wait_for_text("h1", "You came back as another account")
        .await;
    scene.assert_stays().await;
    assert_sound(&scene.ada, "the question in a window").await;
    assert_eq!(
        scene.ada.complaints(&scene.world.url).await,
        Vec::<String>::new()
    );
    scene.ada.click("Replace with example.org").await;
    scene.wait_until_closed().await;
    scene.result("active for ada of acme").await;
    let mut ada = scene.world.person("acme", "ada").await;
    let page = ada.get("/connections/hubspot").await;
    assert_eq!(page.text_of(".head .account"), "example.org");
}

#[tokio::test(flavor = "multi_thread")]
async fn outside_of_the_demo_one_click_confirms_however_often_it_is_clicked() {
    let mut scene = Scene::set("localhost").await;
    scene.open_window().await;
    scene.world.set("PATCHBAY_AUTH", "local");
    scene.world.restart().await;
    scene.ada.click_on("#allow").await;
    scene.ada.wait_for_text("h1", "Let ada of acme use").await;
    scene.assert_stays().await;
    let url = scene.ada.url().await;
    assert!(url.path().starts_with("/integrations/hubspot/confirm/"));
    assert_eq!(url.query(), None);
    assert_sound(&scene.ada, "the question whether to connect").await;
    assert_eq!(
        scene.ada.complaints(&scene.world.url).await,
        Vec::<String>::new()
    );
    let twice = "const button = document.querySelector('button[value=connect]'); button.click(); setTimeout(() => button.click(), 100)";
    scene.world.control(&[("latency_ms", "500")]).await;
    let _: Option<()> = scene.ada.ask(twice, &[]).await;
    scene.wait_until_closed().await;
    assert_eq!(scene.world.calls("token").await, 1);
    scene.world.set("PATCHBAY_AUTH", "demo");
    scene.world.restart().await;
    let mut ada = scene.world.person("acme", "ada").await;
    let page = ada.get("/connections/hubspot").await;
    assert_eq!(page.state(), "connected");
}

/// Goes in the browser's own tab to where a program would open a window.
async fn in_a_tab(world: &World, ada: &Chromium) {
    let program = world.browser();
    let place = "/integrations/hubspot/authorize";
    let fields = [("user_id", "ada"), ("org_id", "acme")];
    let request = program.request(reqwest::Method::POST, place).form(&fields);
    let address: String = request
        .send()
        .await
        .expect("an answer")
        .json()
        .await
        .expect("an address");
    ada.go(address).await;
    ada.wait_for("#allow").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tab_that_a_person_opened_stays() {
    let world = World::start().await;
    for script in [true, false] {
        let ada = Chromium::scripted(script).await;
        in_a_tab(&world, &ada).await;
        ada.click_on("#allow").await;
        ada.wait_for_text("h1", "Connected as example.com").await;
        tokio::time::sleep(A_WHILE).await;
        assert!(
            ada.text("main")
                .await
                .contains("You can close this window.")
        );
        // A try to close it would be complained about.
        assert_eq!(ada.complaints(&world.url).await, Vec::<String>::new());
        assert_sound(&ada, "the end of a window").await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_pages_of_a_window_are_legible_everywhere() {
    let mut world = World::start().await;
    let ada = Chromium::open().await;
    in_a_tab(&world, &ada).await;
    world.set("PATCHBAY_AUTH", "local");
    world.restart().await;
    ada.click_on("#allow").await;
    ada.wait_for_text("h1", "Let ada of acme use").await;
    assert_legible(&ada).await;
    let long =
        "document.querySelectorAll('bdi').forEach(it => { it.textContent = 'w'.repeat(128) })";
    narrow(&ada).await;
    let _: Option<()> = ada.ask(long, &[]).await;
    assert_fits(&ada, "the question whether to connect").await;
    ada.click("Connect HubSpot").await;
    ada.wait_for_text("h1", "Connected as").await;
    assert_legible(&ada).await;
    narrow(&ada).await;
    let _: Option<()> = ada.ask(long, &[]).await;
    assert_fits(&ada, "the end of a window").await;
}
