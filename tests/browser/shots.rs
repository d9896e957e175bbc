use serde_json::json;
use crate::chromium::Chromium;
use crate::narrow::emulate;
use crate::support::World;

async fn shoot(ada: &Chromium, name: &str) {
    for (scheme, width) in [("light", 390), ("dark", 390), ("light", 1280), ("dark", 1280)] {
        let h: u64 = if width == 390 { 1500 } else { 1000 };
        let size = json!({"width": width, "height": h, "deviceScaleFactor": 1, "mobile": false});
        emulate(ada, "Emulation.setDeviceMetricsOverride", size).await;
        let media = json!({"features": [{"name": "prefers-color-scheme", "value": scheme}]});
        emulate(ada, "Emulation.setEmulatedMedia", media).await;
        let png = ada.driver.screenshot_as_png().await.expect("png");
        std::fs::write(format!("/tmp/A2-shots/{name}-{width}-{scheme}.png"), png).expect("w");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn shots() {
    std::fs::create_dir_all("/tmp/A2-shots").expect("dir");
    let world = World::start().await;
    world.control(&[("contacts", "120"), ("search_delay_ms", "0")]).await;
    let ada = Chromium::open().await;
    ada.sign_in(&world.url).await;
    let a = |p: &str| format!("{}/connections/hubspot/contacts{p}", world.url);
    ada.go(a("")).await;
    shoot(&ada, "notconnected").await;
    ada.go(format!("{}/connections", world.url)).await;
    ada.connect().await;
    ada.go(a("")).await;
    shoot(&ada, "list").await;
    ada.click_on(".people li:nth-child(3) a").await;
    ada.wait_for("#contact.open").await;
    shoot(&ada, "open").await;
    let place = ada.place().await;
    crate::contacts::bob_changes(&world, &place, "phone", "+49 30 1234").await;
    crate::contacts::set(&ada, "Phone", "+1 555").await;
    ada.click("Save").await;
    ada.wait_for(".both").await;
    shoot(&ada, "conflict").await;
    ada.go(a("/new")).await;
    crate::contacts::set(&ada, "Email", "nix@nix").await;
    ada.click("Create contact").await;
    ada.wait_for(".error").await;
    shoot(&ada, "invalid").await;
    ada.go(format!("{}{place}/delete", world.url)).await;
    shoot(&ada, "delete").await;
    ada.go(format!("{}{place}", world.url)).await;
    world.control(&[("withdraw", "1"), ("expire_tokens", "1")]).await;
    ada.click("Save").await;
    ada.wait_for(".banner").await;
    shoot(&ada, "lost").await;
    ada.go(a("")).await;
    shoot(&ada, "lostlist").await;
}
