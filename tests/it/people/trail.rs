//! What the trail says of sign-ins and of members.

use crate::support::{Browser, World, people::PASSWORD};

const ADA: &str = "ada@example.com";
const BOB: &str = "bob@example.com";

/// What was done, by whom, about what and with what result, the newest first.
async fn told(browser: &mut Browser, query: &str) -> Vec<String> {
    let page = browser.get(&format!("/activity{query}")).await;
    let rows = page.texts("table.activity tbody tr");
    assert!(!rows.is_empty(), "{}", page.text);
    rows
}

fn has(rows: &[String], parts: &[&str]) -> bool {
    rows.iter()
        .any(|row| parts.iter().all(|part| row.contains(part)))
}

#[tokio::test(flavor = "multi_thread")]
async fn sign_ins_are_told_also_those_that_failed() {
    let world = World::with_accounts().await;
    world.add_person("acme", BOB, "member").await;
    let mut ada = world.member("acme", ADA, "admin").await;
    let mut bob = world.browser();
    bob.enter(BOB, "wrong").await;
    bob.enter(BOB, PASSWORD).await;
    bob.get("/settings/password").await;
    let new = "patient copper river dance";
    bob.post("/settings/password", &[("present", PASSWORD), ("new", new)])
        .await;
    bob.post("/sign-out", &[]).await;
    // A failed sign-in is noted beside its answer.
    for _ in 0..100 {
        if has(&told(&mut ada, "").await, &["failed", BOB]) {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    let rows = told(&mut ada, "?kind=sign_ins").await;
    for what in [
        "Sign-in failed",
        "Signed in",
        "Password changed",
        "Signed out",
    ] {
        assert!(has(&rows, &[what, BOB]), "{what}: {rows:#?}");
    }
    assert!(
        has(&rows, &["Sign-in failed", "Somebody", "127.0.0.1"]),
        "{rows:#?}"
    );
    let file = ada.get("/activity.csv").await.text;
    for secret in [PASSWORD, new, "wrong\""] {
        assert!(!file.contains(secret), "{file}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_happens_to_members_is_told() {
    let world = World::with_accounts().await;
    let mut ada = world.member("acme", ADA, "admin").await;
    ada.get("/settings/members").await;
    let fields = [("email", BOB), ("role", "member")];
    let page = ada.post("/settings/members/invitations", &fields).await;
    let link = page.text_of("#link");
    let mut bob = world.browser();
    bob.get(&link).await;
    let fields = [("email", BOB), ("password", PASSWORD)];
    let page = bob.post(&link, &fields).await;
    assert_eq!(page.url.path(), "/connections", "{}", page.text);
    ada.get("/settings/members").await;
    ada.post(
        "/settings/members/bob%40example.com/role",
        &[("role", "admin")],
    )
    .await;
    ada.post(
        "/settings/members/bob%40example.com/remove",
        &[("connections", "disconnect")],
    )
    .await;
    let rows = told(&mut ada, "?kind=members").await;
    for (what, who) in [
        ("Member added", "The operator"),
        ("Invitation made", ADA),
        ("Member joined", BOB),
        ("Role changed", ADA),
        ("Member removed", ADA),
    ] {
        assert!(has(&rows, &[what, who]), "{what}: {rows:#?}");
    }
    // The one who joined can be traced to the invitation, which is named in both lines.
    let invited = |row: &&String| row.contains("invitation ");
    let ids: Vec<&str> = rows
        .iter()
        .filter(invited)
        .filter_map(|row| row.split("invitation ").nth(1)?.split_whitespace().next())
        .collect();
    assert_eq!(ids.len(), 2, "{rows:#?}");
    assert_eq!(ids[0], ids[1], "{rows:#?}");
    let token = link.rsplit('/').next().expect("a token");
    assert!(!ada.get("/activity.csv").await.text.contains(token));
}
