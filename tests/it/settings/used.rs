//! What a key from the page opens: what was chosen, for as long as it is not revoked.

use jiff::SignedDuration;

use super::{KEYS, listed, make, revoke, secret, use_key};
use crate::support::World;

const ADA: &str = "ada@example.com";

#[tokio::test(flavor = "multi_thread")]
async fn a_key_opens_what_was_chosen_in_its_makers_name_until_it_is_revoked() {
    let world = World::with_accounts().await;
    let mut ada = world.member("acme", ADA, "member").await;
    let able = secret(&make(&mut ada, "tokens", &["tokens:read"]).await);
    let unable = secret(&make(&mut ada, "items", &["items:read"]).await);

    // There is no such connection, which only who is let in hears.
    assert_eq!(use_key(&world, &able, ADA).await, 400);
    assert_eq!(use_key(&world, &able, "bob").await, 403);
    assert_eq!(use_key(&world, &unable, ADA).await, 403);

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

    assert_eq!(use_key(&world, &able, ADA).await, 401);
    assert_eq!(use_key(&world, &unable, ADA).await, 403);
}
