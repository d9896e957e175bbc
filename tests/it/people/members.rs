//! An admin and the members of their org: roles, removals, and the connections of others.

use patchbay::activity::By;
use patchbay::identity::Scope;
use reqwest::header::AUTHORIZATION;

use crate::support::{Browser, World, people::PASSWORD, plain_client};

const ADA: &str = "ada@example.com";
const BOB: &str = "bob@example.com";
const PLACE: &str = "/settings/members";

/// Acme with ada, its admin, and bob, a member; and other with eve, its admin.
async fn two_orgs() -> (World, Browser, Browser, Browser) {
    let world = World::with_accounts().await;
    let ada = world.member("acme", ADA, "admin").await;
    let bob = world.member("acme", BOB, "member").await;
    let eve = world.member("other", "eve@example.com", "admin").await;
    (world, ada, bob, eve)
}

/// Where something is done to somebody.
fn place(user: &str, what: &str) -> String {
    format!("{PLACE}/{}/{what}", user.replace('@', "%40"))
}

#[tokio::test(flavor = "multi_thread")]
async fn an_admin_sees_the_members_of_their_org_and_no_others() {
    let (_world, mut ada, mut bob, mut eve) = two_orgs().await;
    let page = ada.get(PLACE).await;
    assert_eq!(page.texts("#members td.name bdi"), [ADA, BOB]);
    assert_eq!(page.texts("#members td.role"), ["admin", "member"]);
    assert_eq!(page.texts("#members strong"), ["you"]);
    assert_eq!(
        eve.get(PLACE).await.texts("#members td.name bdi"),
        ["eve@example.com"]
    );

    let page = bob.get(PLACE).await;
    assert_eq!(page.status, 403);
    assert_eq!(page.text_of("h1"), "This is for admins");
    let settings = bob.get("/settings").await;
    assert!(
        !settings
            .attributes("nav.pages a", "href")
            .contains(&PLACE.to_owned())
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_role_counts_from_the_next_click_on() {
    let (_world, mut ada, mut bob, _) = two_orgs().await;
    ada.get(PLACE).await;
    let page = ada.post(&place(BOB, "role"), &[("role", "admin")]).await;
    assert_eq!(page.texts("#members td.role"), ["admin", "admin"]);
    assert_eq!(bob.get(PLACE).await.status, 200);
    // Bob takes it from ada, who has no such page any more.
    let page = bob.post(&place(ADA, "role"), &[("role", "member")]).await;
    assert_eq!(page.status, 200);
    assert_eq!(ada.get(PLACE).await.status, 403);
    let page = bob.get(PLACE).await;
    assert_eq!(page.count("#members tr:has(strong) form"), 0);
    let page = bob.post(&place(BOB, "role"), &[("role", "member")]).await;
    assert_eq!(page.status, 409);
    let title = "Your own role is not yours to change";
    assert_eq!(page.text_of("h1"), title);
    let removal = [("connections", "leave")];
    let page = bob.post(&place(BOB, "remove"), &removal).await;
    assert_eq!(page.status, 409);
    assert_eq!(page.text_of("h1"), "This is the last admin of your org");
    assert_eq!(
        bob.post(&place(ADA, "role"), &[("role", "king")])
            .await
            .status,
        422
    );
    assert_eq!(
        bob.get(PLACE).await.texts("#members td.role"),
        ["member", "admin"]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_removed_is_out_everywhere_at_once() {
    let (world, mut ada, mut bob, _) = two_orgs().await;
    bob.connect_hubspot().await;
    let (_, key) = world.key("acme", BOB, &[Scope::ItemsRead]).await;
    let ask = || {
        let request = plain_client().get(format!("{}/api/v1/connections", world.url));
        request
            .header(AUTHORIZATION, format!("Bearer {key}"))
            .send()
    };
    assert_eq!(ask().await.expect("an answer").status(), 200);

    let question = ada.get(&place(BOB, "remove")).await;
    assert!(question.text_of("section.narrow").contains("its API key"));
    assert_eq!(question.texts("ul.plain li .chip").len(), 1);
    let page = ada
        .post(&place(BOB, "remove"), &[("connections", "both")])
        .await;
    assert_eq!(page.status, 422);
    assert_eq!(bob.get("/connections").await.state(), "connected");

    ada.get(PLACE).await;
    let fields = [("connections", "disconnect")];
    let page = ada.post(&place(BOB, "remove"), &fields).await;
    assert_eq!(page.text_of(".banner strong"), "The member is removed");
    assert!(
        page.text_of(".banner")
            .contains("1 connection is disconnected")
    );
    assert_eq!(page.texts("#members td.name bdi"), [ADA]);
    assert_eq!(page.count("#org-connections"), 0);
    assert_eq!(world.calls("revoke").await, 1);
    assert_eq!(bob.get("/connections").await.url.path(), "/sign-in");
    assert_eq!(bob.enter(BOB, PASSWORD).await.status, 422);
    assert_eq!(ask().await.expect("an answer").status(), 401);
    assert_eq!(ada.post(&place(BOB, "remove"), &fields).await.status, 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_removed_member_leaves_is_seen_and_can_be_ended_later() {
    let (world, mut ada, mut bob, mut eve) = two_orgs().await;
    bob.connect_hubspot().await;
    ada.get(PLACE).await;
    ada.post(&place(BOB, "remove"), &[("connections", "leave")])
        .await;
    let page = ada.get(PLACE).await;
    assert_eq!(page.texts("#org-connections td.name bdi"), [BOB]);
    assert_eq!(page.texts("#org-connections td.name strong"), ["removed"]);
    assert_eq!(world.calls("revoke").await, 0);
    // Also where they begin anew in another org, which sees nothing of it.
    world.add_person("other", BOB, "member").await;
    assert_eq!(eve.get(PLACE).await.count("#org-connections"), 0);
    let end = ada
        .get(PLACE)
        .await
        .attributes("#org-connections a", "href");
    assert_eq!(eve.get(&end[0]).await.status, 404);
    assert_eq!(eve.post(&end[0], &[]).await.status, 404);
    let question = ada.get(&end[0]).await;
    assert_eq!(
        question.text_of("h1"),
        format!("Disconnect HubSpot of {BOB}?")
    );
    let page = ada.post(&end[0], &[]).await;
    assert_eq!(page.text_of(".banner strong"), "HubSpot is disconnected");
    assert_eq!(page.count("#org-connections"), 0);
    assert_eq!(world.calls("revoke").await, 1);
    assert_eq!(ada.post(&end[0], &[]).await.status, 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_removal_that_broke_off_is_taken_to_its_end() {
    let (world, mut ada, mut bob, mut eve) = two_orgs().await;
    bob.connect_hubspot().await;
    let (key, _) = world.key("acme", BOB, &[Scope::ItemsRead]).await;
    // The store goes away behind the first step of it.
    world
        .people()
        .remove(&key.owner, &By::operator())
        .await
        .expect("removed");
    assert_eq!(world.keys().of(&key.owner).await.expect("keys").len(), 1);
    let question = ada.get(&place(BOB, "remove")).await;
    assert!(question.text_of("section.narrow").contains("its API key"));
    let fields = [("connections", "disconnect")];
    eve.get(PLACE).await;
    assert_eq!(eve.post(&place(BOB, "remove"), &fields).await.status, 404);
    let page = ada.post(&place(BOB, "remove"), &fields).await;
    assert_eq!(page.text_of(".banner strong"), "The member is removed");
    assert_eq!(page.count("#org-connections"), 0);
    assert_eq!(world.calls("revoke").await, 1);
    assert_eq!(world.keys().of(&key.owner).await.expect("keys").len(), 0);
    assert_eq!(ada.post(&place(BOB, "remove"), &fields).await.status, 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_an_org_does_changes_nothing_for_the_programs_of_another() {
    let (world, _, _, mut eve) = two_orgs().await;
    let sync = "sync@example.com";
    let (_, key) = world.key("acme", sync, &[Scope::ItemsRead]).await;
    let program = world.program_with(key);
    program.get("/api/v1/items").await.is(200);
    world.add_person("other", sync, "member").await;
    program.get("/api/v1/items").await.is(200);
    eve.get(PLACE).await;
    let removal = place(sync, "remove");
    eve.post(&removal, &[("connections", "disconnect")]).await;
    program.get("/api/v1/items").await.is(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_an_id_without_an_account_has_connected_is_seen_and_can_be_ended() {
    let mut world = World::start().await;
    world
        .person("acme", "nightly-sync")
        .await
        .connect_hubspot()
        .await;
    world.set("PATCHBAY_AUTH", "local");
    world.restart().await;
    let mut ada = world.member("acme", ADA, "admin").await;
    let mut eve = world.member("other", "eve@example.com", "admin").await;
    let page = ada.get(PLACE).await;
    assert_eq!(page.texts("#org-connections td.name bdi"), ["nightly-sync"]);
    let remarks = page.texts("#org-connections td.name strong");
    assert_eq!(remarks, ["no account"]);
    assert_eq!(eve.get(PLACE).await.count("#org-connections"), 0);
    let end = page.attributes("#org-connections a", "href");
    assert_eq!(eve.get(&end[0]).await.status, 404);
    assert_eq!(eve.post(&end[0], &[]).await.status, 404);
    let question = ada.get(&end[0]).await;
    assert_eq!(
        question.text_of("h1"),
        "Disconnect HubSpot of nightly-sync?"
    );
    let page = ada.post(&end[0], &[]).await;
    assert_eq!(page.text_of(".banner strong"), "HubSpot is disconnected");
    assert_eq!(page.count("#org-connections"), 0);
    assert_eq!(world.calls("revoke").await, 1);
    let holders = world.redis.cli(&["EXISTS", "pb:holders:{acme}"]);
    assert_eq!(holders, "0");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_admin_sees_that_connections_exist_and_nothing_in_them() {
    let (world, mut ada, mut bob, _) = two_orgs().await;
    world
        .control(&[("contacts", "5"), ("companies", "3"), ("deals", "2")])
        .await;
    // The account goes by a name and an id that nothing else here has.
    let (id, name) = ("147000999", "example.org");
    bob.connect("hubspot", &[("account", id)]).await;
    let own = bob.load_hubspot().await;
    assert_eq!(own.ids().len(), 10);
    assert!(own.text.contains(name) && own.text.contains(id));
    let page = ada.get(PLACE).await;
    assert_eq!(page.texts("#org-connections td.name bdi"), [BOB]);
    assert_eq!(
        page.attributes("#org-connections .chip", "data-state"),
        ["connected"]
    );
    for inside in [name, id]
        .into_iter()
        .chain(own.ids().iter().map(|id| &id[..]))
    {
        assert!(!page.text.contains(inside), "{inside}: {}", page.text);
    }
    // Her own pages show her own.
    assert_eq!(ada.get("/connections").await.state(), "not_connected");
    assert_eq!(ada.get("/items").await.ids().len(), 0);
    ada.get(PLACE).await;
    let end = format!("{PLACE}/bob%40example.com/connections/hubspot/disconnect");
    ada.post(&end, &[]).await;
    assert_eq!(bob.get("/connections").await.state(), "not_connected");
    assert_eq!(bob.get("/connections/hubspot").await.ids().len(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_done_to_members_by_others_than_their_admins() {
    let (_world, mut ada, mut bob, mut eve) = two_orgs().await;
    bob.connect_hubspot().await;
    let end = format!("{PLACE}/bob%40example.com/connections/hubspot/disconnect");
    for (who, status) in [(&mut eve, 404), (&mut bob, 403)] {
        who.get("/settings/keys").await;
        let tries = [
            (place(ADA, "role"), ("role", "member")),
            (place(BOB, "role"), ("role", "admin")),
            (place(ADA, "remove"), ("connections", "disconnect")),
            (place(BOB, "remove"), ("connections", "disconnect")),
            (end.clone(), ("", "")),
        ];
        for (place, field) in tries {
            assert_eq!(who.post(&place, &[field]).await.status, status, "{place}");
        }
    }
    assert_eq!(
        ada.get(PLACE).await.texts("#members td.role"),
        ["admin", "member"]
    );
    assert_eq!(bob.get("/connections").await.state(), "connected");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_email_with_odd_characters_is_a_member_like_others() {
    let (world, mut ada, ..) = two_orgs().await;
    let odd = "a/b%2f.c?d#e+'f@example.com";
    world.add_person("acme", odd, "member").await;
    let page = ada.get(PLACE).await;
    assert!(page.texts("#members td.name bdi").contains(&odd.to_owned()));
    let row = format!("#members tr[data-id=\"{odd}\"]");
    let role = page.attributes(&format!("{row} form"), "action");
    ada.post(&role[0], &[("role", "admin")]).await;
    let remove = page.attributes(&format!("{row} a"), "href");
    let question = ada.get(&remove[0]).await;
    assert_eq!(question.text_of("h1 bdi"), odd);
    ada.post(&remove[0], &[("connections", "disconnect")]).await;
    assert_eq!(
        ada.get(PLACE).await.texts("#members td.name bdi"),
        [ADA, BOB]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_demo_has_no_members() {
    let world = World::start().await;
    let mut ada = world.person("acme", "ada").await;
    assert_eq!(ada.get(PLACE).await.status, 403);
}
