//! Revoking a key: a question first, then at once.

use super::{KEYS, listed, make, revoke};
use crate::support::World;

#[tokio::test(flavor = "multi_thread")]
async fn who_revokes_a_key_is_asked_first_and_told_afterwards() {
    let world = World::start().await;
    let mut ada = world.person("acme", "ada").await;
    make(&mut ada, "sync", &["items:read"]).await;
    make(&mut ada, "other", &["items:read"]).await;
    let ids = listed(&ada.get(KEYS).await);
    let question = ada.get(&revoke(&ids[1])).await;
    assert_eq!(question.text_of("h1"), "Revoke the key sync?");
    assert_eq!(question.texts("dl > dt")[1], "Last used");
    assert_eq!(question.texts("dl > dd")[1], "never");
    assert_eq!(listed(&ada.get(KEYS).await), ids, "asking changes nothing");

    let (action, _) = question.form_with_button("Revoke");
    let list = ada.post(action.as_str(), &[]).await;
    assert_eq!((list.status.as_u16(), list.url.path()), (200, KEYS));
    let notice = list.text_of(".banner.ok");
    assert!(
        notice.contains("revoked") && notice.ends_with("sync"),
        "{notice}"
    );
    assert_eq!(listed(&list), ids[..1]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_is_gone_is_told_calmly() {
    let world = World::start().await;
    let mut ada = world.person("acme", "ada").await;
    make(&mut ada, "sync", &["items:read"]).await;
    let id = &listed(&ada.get(KEYS).await)[0];
    let place = revoke(id);
    ada.get(&place).await;
    ada.post(&place, &[]).await;
    for page in [ada.post_once(&place, &[]).await, ada.get(&place).await] {
        assert_eq!(page.status, 404);
        assert_eq!(page.text_of("h1"), "There is no such key");
        assert!(page.text.contains("it was revoked already"));
        assert_eq!(page.count(&format!(".failure a[href='{KEYS}']")), 1);
    }
}
