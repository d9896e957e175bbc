//! What a key from the page opens: what was chosen, for as long as it is not revoked.

use jiff::SignedDuration;

use super::{KEYS, listed, make, revoke, secret, use_key};
use crate::support::World;

/// Keys are made in the demo, which lets anybody sign in, and asked for where there is another sign-in.
async fn as_configured(world: &mut World, auth: &str) {
    world.set("PATCHBAY_AUTH", auth);
    world.restart().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_opens_what_was_chosen_in_its_makers_name_until_it_is_revoked() {
    let mut world = World::start().await;
    let mut ada = world.person("acme", "ada").await;
    let able = secret(&make(&mut ada, "tokens", &["tokens:read"]).await);
    let unable = secret(&make(&mut ada, "items", &["items:read"]).await);

    as_configured(&mut world, "local").await;
    // There is no such connection, which only who is let in hears.
    assert_eq!(use_key(&world, &able, "ada").await, 400);
    assert_eq!(use_key(&world, &able, "bob").await, 403);
    assert_eq!(use_key(&world, &unable, "ada").await, 403);

    as_configured(&mut world, "demo").await;
    world.pass(SignedDuration::from_mins(2));
    let list = ada.get(KEYS).await;
    assert_eq!(list.texts("#api-keys td.name"), ["items", "tokens"]);
    let used = list.texts("#api-keys td.used");
    // Whom a scope keeps out has used the key all the same.
    assert_eq!(used, ["2 min ago"; 2]);
    let id = &listed(&list)[1];
    let question = ada.get(&revoke(id)).await;
    assert_eq!(question.texts("dl > dd")[1], used[1], "its last use");
    ada.post(&revoke(id), &[]).await;

    as_configured(&mut world, "local").await;
    assert_eq!(use_key(&world, &able, "ada").await, 401);
    assert_eq!(use_key(&world, &unable, "ada").await, 403);
}
