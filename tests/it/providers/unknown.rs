//! A provider that nobody has heard of.

use reqwest::Method;

use crate::support::World;

#[tokio::test(flavor = "multi_thread")]
async fn every_place_of_an_unknown_provider_is_404() {
    let world = World::start().await;
    let mut ada = world.person("acme", "ada").await;
    for id in ["nobody", "%00", "a b", "..%2fconnections"] {
        for rest in [
            "",
            "/load",
            "/items",
            "/items?page=2",
            "/account",
            "/disconnect",
        ] {
            let place = format!("/connections/{id}{rest}");
            assert_eq!(ada.get(&place).await.status, 404, "GET {place}");
            assert_eq!(ada.get_part(&place).await.status, 404, "part {place}");
        }
        ada.get("/connections").await;
        for rest in [
            "/connect",
            "/load",
            "/check",
            "/refresh",
            "/account",
            "/disconnect",
        ] {
            let place = format!("/connections/{id}{rest}");
            assert_eq!(ada.post(&place, &[]).await.status, 404, "POST {place}");
            ada.get("/connections").await;
        }
        let back = format!("/integrations/{id}/oauth2callback?code=x&state=y");
        let answer = ada.send(ada.request(Method::GET, &back)).await;
        assert_eq!(answer.status, 404, "{back}");
    }
}
