//! A form with mistakes comes back with what was entered, and says at each field what is wrong.

use super::{KEYS, filled, listed, send};
use crate::support::{Page, World};

/// The fields that are marked, by the ids of their errors.
fn faults(page: &Page) -> Vec<String> {
    page.attributes("form .error", "id")
}

#[tokio::test(flavor = "multi_thread")]
async fn each_mistake_is_told_at_its_field_and_the_rest_is_kept() {
    let world = World::start().await;
    let mut ada = world.person("acme", "ada").await;
    let long = "x".repeat(81);
    let both = ["items:read", "contacts:write"];
    for (name, scopes, expires, expected) in [
        ("", &both[..], "30d", &["name_error"][..]),
        ("   ", &[], "1y", &["name_error", "scope_error"]),
        (&long, &both, "never", &["name_error"]),
        ("a\u{85}b", &both, "never", &["name_error"]),
        ("sync", &[], "30d", &["scope_error"]),
        ("sync", &["items:read", "all"], "30d", &["scope_error"]),
        ("sync", &both, "10000d", &["expires_error"]),
        ("", &[], "", &["name_error", "scope_error", "expires_error"]),
    ] {
        let form = ada.get(KEYS).await;
        let page = send(&mut ada, &filled(&form, name, scopes, expires)).await;
        assert_eq!(page.status, 422, "{name:?} {scopes:?} {expires}");
        assert_eq!(faults(&page), expected, "{name:?} {scopes:?} {expires}");
        assert!(page.text_of("title").starts_with("Error: "));
        assert_eq!(page.value("#name").as_deref(), Some(name));
        let ticked = page.attributes("input[name=scope][checked]", "value");
        let known = scopes.iter().filter(|scope| **scope != "all");
        assert_eq!(ticked, known.copied().collect::<Vec<_>>());
        let chosen = page.attributes("#expires option[selected]", "value");
        let kept = ["30d", "1y", "never"].contains(&expires);
        assert_eq!(chosen, [if kept { expires } else { "90d" }]);
    }
    assert_eq!(listed(&ada.get(KEYS).await), [""; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_that_comes_back_can_be_mended_and_sent() {
    let world = World::start().await;
    let mut ada = world.person("acme", "ada").await;
    let form = ada.get(KEYS).await;
    let back = send(&mut ada, &filled(&form, "sync", &[], "30d")).await;
    let mended = filled(&back, "sync", &["loads:write"], "30d");
    assert_eq!(send(&mut ada, &mended).await.status, 200);
    assert_eq!(ada.get(KEYS).await.texts(".scopes code"), ["loads:write"]);
}
