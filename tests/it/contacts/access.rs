//! Access that is missing, lost, or somebody else's.

use super::{LIST, connected, follow, id_of, make, small_world, submit, value};
use crate::support::{Browser, Page, World};

/// Answers the consent page that a form leads to; what comes back.
async fn reconnect(browser: &mut Browser, answer: Page, button: &str) -> Page {
    assert_eq!(answer.status, 303, "{}", answer.text);
    let consent = browser
        .get(answer.location().expect("a place").as_str())
        .await;
    let back = browser.answer_consent(&consent, button, &[]).await;
    browser.get(back.as_str()).await
}

/// Ada's contact, and access that HubSpot has withdrawn since.
async fn withdrawn(world: &World) -> (Browser, Page) {
    let mut ada = connected(world, "ada").await;
    let page = make(&mut ada, &[("firstname", "Grace"), ("phone", "1")]).await;
    world
        .control(&[("withdraw", "1"), ("expire_tokens", "1")])
        .await;
    (ada, page)
}

#[tokio::test]
async fn lost_access_leads_back_to_the_same_page_with_what_was_entered() {
    let world = small_world().await;
    let (mut ada, page) = withdrawn(&world).await;
    let typed = [
        ("phone", "2"),
        ("jobtitle", "<b>Admiral</b>"),
        ("new.name", "city"),
        ("new.value", "London"),
    ];
    let lost = submit(&mut ada, &page, "Save", &typed).await;
    assert_eq!(lost.status, 403);
    assert_eq!(value(&lost, "phone"), "2");
    assert_eq!(value(&lost, "more.city"), "London");
    assert!(lost.header("content-security-policy").contains("https:"));
    let sent = submit(&mut ada, &lost, "Reconnect", &[]).await;
    assert!(
        !sent
            .location()
            .expect("a place")
            .as_str()
            .contains("Admiral")
    );
    let drafts = world.redis.cli(&["KEYS", "pb:{acme.ada}:draft:*"]);
    assert_eq!(drafts.lines().count(), 1);
    let sealed = world.redis.cli(&["GET", drafts.trim()]);
    assert!(!sealed.contains("Admiral"), "a draft is sealed");

    let back = reconnect(&mut ada, sent, "allow").await;
    assert_eq!(back.url.path(), page.url.path());
    assert!(
        back.text.contains("Reconnected; save again"),
        "{}",
        back.text
    );
    assert_eq!(value(&back, "phone"), "2");
    assert_eq!(value(&back, "jobtitle"), "<b>Admiral</b>");
    assert_eq!(value(&back, "more.city"), "London");
    let answer = submit(&mut ada, &back, "Save", &[]).await;
    let saved = follow(&mut ada, answer).await;
    assert_eq!(
        (value(&saved, "phone"), value(&saved, "more.city")),
        ("2".into(), "London".into())
    );
    assert_eq!(saved.url.query(), Some("more=city"));
    assert_eq!(
        world.redis.cli(&["KEYS", "pb:{acme.ada}:draft:*"]).trim(),
        ""
    );
}

#[tokio::test]
async fn a_denial_leads_back_with_what_was_entered() {
    let world = small_world().await;
    let (mut ada, page) = withdrawn(&world).await;
    let lost = submit(&mut ada, &page, "Save", &[("phone", "2")]).await;
    let sent = submit(&mut ada, &lost, "Reconnect", &[]).await;
    let back = reconnect(&mut ada, sent, "deny").await;
    assert_eq!(back.url.path(), page.url.path());
    assert!(back.text.contains("You said no at HubSpot"));
    assert_eq!(value(&back, "phone"), "2");
    assert!(back.texts("main button").contains(&"Reconnect".to_owned()));
}

#[tokio::test]
async fn what_was_entered_outlives_a_reconnect_without_the_permission() {
    let world = small_world().await;
    let (mut ada, page) = withdrawn(&world).await;
    let lost = submit(&mut ada, &page, "Save", &[("phone", "2")]).await;
    let sent = submit(&mut ada, &lost, "Reconnect", &[]).await;
    let consent = follow(&mut ada, sent).await;
    let withheld = [("withhold_contacts_write", "1")];
    let back = ada.answer_consent(&consent, "allow", &withheld).await;
    let barred = ada.get(back.as_str()).await;
    assert_eq!(barred.status, 403);
    assert!(barred.text.contains("A permission is missing"));
    assert_eq!(value(&barred, "phone"), "2");
    let sent = submit(&mut ada, &barred, "Reconnect", &[]).await;
    let back = reconnect(&mut ada, sent, "allow").await;
    assert_eq!(value(&back, "phone"), "2");
    let answer = submit(&mut ada, &back, "Save", &[]).await;
    assert_eq!(value(&follow(&mut ada, answer).await, "phone"), "2");
}

#[tokio::test]
async fn a_draft_that_is_no_longer_kept_is_missed_aloud() {
    let world = small_world().await;
    let mut ada = connected(&world, "ada").await;
    let page = ada.get(&format!("{LIST}/new?draft=AAAA")).await;
    assert_eq!(page.status, 200);
    assert!(page.text_of("#contact .banner").contains("no longer kept"));
}

#[tokio::test]
async fn a_new_contact_survives_a_reconnect_too() {
    let world = small_world().await;
    let mut ada = connected(&world, "ada").await;
    let form = ada.get(&format!("{LIST}/new")).await;
    world
        .control(&[("withdraw", "1"), ("expire_tokens", "1")])
        .await;
    let lost = submit(&mut ada, &form, "Create contact", &[("firstname", "Grace")]).await;
    assert_eq!(lost.status, 403);
    let sent = submit(&mut ada, &lost, "Reconnect", &[]).await;
    let back = reconnect(&mut ada, sent, "allow").await;
    assert_eq!(back.url.path(), format!("{LIST}/new"));
    assert_eq!(value(&back, "firstname"), "Grace");
    let answer = submit(&mut ada, &back, "Create contact", &[]).await;
    assert_eq!(follow(&mut ada, answer).await.status, 200);
}

#[tokio::test]
async fn a_page_whose_access_is_lost_says_so_and_leads_back() {
    let world = small_world().await;
    let (mut ada, page) = withdrawn(&world).await;
    for place in [page.url.path().to_owned(), format!("{LIST}?page=2")] {
        let lost = ada.get(&place).await;
        assert_eq!(lost.status, 403);
        assert!(lost.text.contains("Reconnect to go on"));
    }
    let lost = ada.get(page.url.path()).await;
    let sent = submit(&mut ada, &lost, "Reconnect", &[]).await;
    let back = reconnect(&mut ada, sent, "allow").await;
    assert_eq!(
        (back.status.as_u16(), back.url.path()),
        (200, page.url.path())
    );
    assert_eq!(value(&back, "phone"), "1");
}

#[tokio::test]
async fn without_the_permission_to_write_contacts_can_still_be_read() {
    let world = small_world().await;
    let mut bob = connected(&world, "bob").await;
    let made = make(&mut bob, &[("firstname", "Grace"), ("phone", "1")]).await;
    let mut ada = world.person("acme", "ada").await;
    ada.connect("hubspot", &[("withhold_contacts_write", "1")])
        .await;
    let page = ada.get(made.url.path()).await;
    assert_eq!(page.status, 200);
    assert!(page.text_of("#contact").contains("A permission is missing"));
    assert!(page.texts("#contact dd").contains(&"1".to_owned()));
    assert_eq!(
        (page.count("form.contact"), page.count("a[href$='/new']")),
        (0, 0)
    );
    let place = made.url.path().to_owned();
    let refused = ada.post_once(&place, &[("phone", "2")]).await;
    assert_eq!(refused.status, 403);
    assert_eq!(ada.get(&format!("{place}/delete")).await.status, 403);
    assert_eq!(value(&bob.get(&place).await, "phone"), "1");

    let page = ada.get(&place).await;
    let sent = submit(&mut ada, &page, "Reconnect", &[]).await;
    let back = reconnect(&mut ada, sent, "allow").await;
    assert_eq!(back.url.path(), place);
    assert_eq!(back.count("form.contact"), 1);
}

#[tokio::test]
async fn nobody_reaches_a_contact_of_another_account() {
    let world = small_world().await;
    let mut ada = connected(&world, "ada").await;
    let hers = make(&mut ada, &[("firstname", "Grace")]).await;
    let place = hers.url.path().to_owned();
    let mut eve = world.person("evil", "eve").await;
    assert!(
        eve.get(&place)
            .await
            .text
            .contains("HubSpot is not connected")
    );
    eve.connect("hubspot", &[("account", "147000999")]).await;
    assert_eq!(eve.get(&place).await.status, 404);
    assert_eq!(
        eve.post_once(&place, &[("firstname", "Eve")]).await.status,
        404
    );
    eve.get("/connections").await;
    let deleted = eve.post_once(&format!("{place}/delete"), &[]).await;
    assert_eq!(deleted.status, 303);
    assert_eq!(ada.get(&place).await.status, 200);
    assert!(!id_of(&hers).is_empty());
}

#[tokio::test]
async fn a_draft_is_its_owners_alone() {
    let world = small_world().await;
    let (mut ada, page) = withdrawn(&world).await;
    let lost = submit(&mut ada, &page, "Save", &[("phone", "secret")]).await;
    submit(&mut ada, &lost, "Reconnect", &[]).await;
    let key = world.redis.cli(&["KEYS", "pb:{acme.ada}:draft:*"]);
    let id = key.trim().rsplit(':').next().expect("an id").to_owned();
    let mut bob = connected(&world, "bob").await;
    let shown = bob.get(&format!("{}?draft={id}", page.url.path())).await;
    assert_eq!(value(&shown, "phone"), "1");
    world
        .redis
        .cli(&["RENAME", key.trim(), &format!("pb:{{acme.bob}}:draft:{id}")]);
    let shown = bob.get(&format!("{}?draft={id}", page.url.path())).await;
    assert_eq!(value(&shown, "phone"), "1", "a moved draft was opened");
}
