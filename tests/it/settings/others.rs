//! Nobody sees or touches another's keys, and nobody at all without a session and its token.

use reqwest::Method;

use super::{KEYS, filled, listed, make, revoke, send};
use crate::support::World;

#[tokio::test(flavor = "multi_thread")]
async fn the_keys_of_others_are_not_there() {
    let world = World::start().await;
    let mut ada = world.person("acme", "ada").await;
    make(&mut ada, "sync", &["items:read"]).await;
    let id = &listed(&ada.get(KEYS).await)[0];
    for (org, user) in [("acme", "bob"), ("other", "ada")] {
        let mut somebody = world.person(org, user).await;
        let list = somebody.get(KEYS).await;
        assert_eq!(list.count("#no-keys"), 1, "{user} of {org}");
        assert!(!list.text.contains(id.as_str()));
        for page in [
            somebody.get(&revoke(id)).await,
            somebody.post_once(&revoke(id), &[]).await,
        ] {
            assert_eq!(page.status, 404, "{user} of {org}");
            assert!(!page.text.contains("sync"));
        }
        // Nor does a form that takes the id get in its way.
        let mut fields = filled(&list, "mine", &["items:read"], "30d");
        fields.retain(|(name, _)| name != "id");
        fields.push(("id".to_owned(), id.clone()));
        assert_eq!(send(&mut somebody, &fields).await.status, 200);
        somebody.post(&revoke(id), &[]).await;
        assert_eq!(somebody.get(KEYS).await.count("#no-keys"), 1);
    }
    assert_eq!(listed(&ada.get(KEYS).await), [id.as_str()]);
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_session_or_its_token_nothing_is_made_or_revoked() {
    let world = World::start().await;
    let mut ada = world.person("acme", "ada").await;
    make(&mut ada, "sync", &["items:read"]).await;
    let list = ada.get(KEYS).await;
    let ids = listed(&list);
    let mut fields = filled(&list, "forged", &["items:read"], "30d");
    fields.retain(|(name, _)| name != "_csrf");
    assert_eq!(send(&mut ada, &fields).await.status, 403);
    let request = ada.request(Method::POST, &revoke(&ids[0]));
    let request = request.form(&[("none", "")]);
    assert_eq!(ada.send(request).await.status, 403);
    assert_eq!(listed(&ada.get(KEYS).await), ids);

    let mut nobody = world.browser();
    for place in ["/settings", KEYS, &revoke(&ids[0])] {
        assert_eq!(nobody.get(place).await.url.path(), "/sign-in", "{place}");
    }
}
