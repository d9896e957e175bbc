//! Making a key: it is shown on one page, and nowhere again.

use jiff::{SignedDuration, Timestamp};

use super::{KEYS, filled, listed, make, secret, send};
use crate::support::World;

#[tokio::test(flavor = "multi_thread")]
async fn who_has_no_key_is_told_how_a_program_would_use_one() {
    let world = World::start().await;
    let mut ada = world.person("acme", "ada").await;
    let led = ada.get_once("/settings").await;
    assert_eq!((led.status.as_u16(), led.header("location")), (303, KEYS));
    let page = ada.get("/settings").await;
    assert_eq!(page.url.path(), KEYS);
    assert_eq!(page.text_of("nav [aria-current]"), "Settings");
    let example = page.text_of("#no-keys pre");
    let address = format!("{}/api/v1/connections", world.url);
    assert!(example.contains(&address), "{example}");
    assert!(example.contains("Bearer $PATCHBAY_KEY"), "{example}");
    assert_eq!(page.count("a[href='/docs']"), 1);

    // Nothing is allowed that nobody chose, and the key does not live for ever by itself.
    assert_eq!(page.count("input[name=scope]"), 6);
    assert_eq!(page.count("input[name=scope][checked]"), 0);
    let (_, fields) = page.form_with_button("Make key");
    assert!(fields.contains(&("expires".to_owned(), "90d".to_owned())));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_is_seen_once_and_only_by_who_makes_it() {
    let world = World::start().await;
    let mut ada = world.person("acme", "ada").await;
    let page = make(&mut ada, "Nightly <sync>", &["tokens:read", "items:read"]).await;
    let key = secret(&page);
    assert_eq!(page.header("cache-control"), "no-store");
    assert!(page.text.contains("it is not shown again"));
    assert_eq!(page.texts(".scopes code"), ["items:read", "tokens:read"]);
    assert_eq!(page.text.matches(&key).count(), 1);

    let list = ada.get(KEYS).await;
    assert_eq!(listed(&list).len(), 1);
    assert_eq!(list.text_of("#api-keys td.name"), "Nightly <sync>");
    let beginning = list.text_of("#api-keys td.begins");
    assert!(key.starts_with(beginning.trim_end_matches('…')));
    assert!(beginning.len() < 15, "{beginning}");
    assert_eq!(list.texts(".scopes code"), ["items:read", "tokens:read"]);
    assert_eq!(list.text_of("#api-keys td.used"), "never");
    let end = list.attributes("#api-keys td.expires time", "datetime");
    let end: Timestamp = end[0].parse().expect("RFC 3339");
    let days = world.clock.now().duration_until(end).as_hours();
    assert!((90 * 24 - 1..=90 * 24).contains(&days), "{days} hours");

    for page in [list, ada.get("/activity").await] {
        assert!(!page.text.contains(&key), "{} shows it", page.url);
    }
    assert!(!world.redis.dump().contains(&key));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_that_is_sent_twice_makes_one_key_and_says_what_to_do() {
    let world = World::start().await;
    let mut ada = world.person("acme", "ada").await;
    let form = ada.get(KEYS).await;
    let fields = filled(&form, "sync", &["items:read"], "never");
    let key = secret(&send(&mut ada, &fields).await);
    let again = send(&mut ada, &fields).await;
    assert_eq!(again.status, 409);
    assert!(again.text_of("h1").contains("made its key already"));
    assert!(!again.text.contains(&key));
    let list = ada.get(KEYS).await;
    let ids = listed(&list);
    assert_eq!(ids.len(), 1);
    assert_eq!(list.text_of("#api-keys td.expires"), "never");
    let way_out = format!("a[href='{}']", super::revoke(&ids[0]));
    assert_eq!(again.count(&way_out), 1);

    // The form of another page makes another.
    make(&mut ada, "sync", &["items:read"]).await;
    assert_eq!(listed(&ada.get(KEYS).await).len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_has_expired_stays_in_the_list_and_is_marked_in_words() {
    let world = World::start().await;
    let mut ada = world.person("acme", "ada").await;
    make(&mut ada, "sync", &["items:read"]).await;
    world.pass(SignedDuration::from_hours(91 * 24));
    ada.sign_in("acme", "ada").await;
    let list = ada.get(KEYS).await;
    let expires = list.text_of("#api-keys td.expires");
    assert!(expires.contains("Expired"), "{expires}");
    let question = ada.get(&super::revoke(&listed(&list)[0])).await;
    assert!(question.text_of("main").contains("has expired"));
}
