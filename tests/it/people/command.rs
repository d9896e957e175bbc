//! `patchbay user`: an operator makes accounts, sets passwords and lists people.

use crate::support::{World, people::PASSWORD};

const NEW: &str = "patient copper river dance";

#[tokio::test(flavor = "multi_thread")]
async fn accounts_are_made_and_listed() {
    let world = World::with_accounts().await;
    world.add_person("acme", "Ada@example.com", "admin").await;
    world.add_person("other", "bob@example.com", "member").await;
    let (done, list) = world.user_command(&["list"], "").await;
    assert!(done);
    let lines: Vec<Vec<&str>> = list
        .lines()
        .map(|line| line.split('\t').collect())
        .collect();
    assert_eq!(lines.len(), 2, "{list}");
    assert_eq!(
        lines[0][..4],
        ["acme", "ada@example.com", "admin", "password"]
    );
    assert_eq!(
        lines[1][..4],
        ["other", "bob@example.com", "member", "password"]
    );
    let (_, list) = world.user_command(&["list", "--org", "acme"], "").await;
    assert_eq!(list.lines().count(), 1);
    assert_eq!(world.browser().get("/setup").await.url.path(), "/sign-in");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_makes_no_sense_is_refused_with_all_that_is_wrong() {
    let world = World::with_accounts().await;
    let bad = [
        "add",
        "--org",
        " ",
        "--email",
        "ada",
        "--role",
        "king",
        "--password-stdin",
    ];
    let (done, said) = world.user_command(&bad, "short\n").await;
    assert!(!done);
    for part in [
        "--org is empty",
        "--email is not",
        "--role: 'king'",
        "shorter than 12",
    ] {
        assert!(said.contains(part), "{said}");
    }
    world.add_person("acme", "ada@example.com", "member").await;
    let again = [
        "add",
        "--org",
        "other",
        "--email",
        "ADA@example.com",
        "--password-stdin",
    ];
    let (done, said) = world.user_command(&again, PASSWORD).await;
    assert!(
        !done && said.contains("an account of this email already"),
        "{said}"
    );
    let (done, said) = world
        .user_command(
            &["passwd", "--email", "bob@example.com", "--password-stdin"],
            NEW,
        )
        .await;
    assert!(!done && said.contains("nobody has an account"), "{said}");
    let (done, said) = world
        .user_command(
            &["passwd", "--email", "ada@example.com", "--password-stdin"],
            "",
        )
        .await;
    assert!(
        !done && said.contains("no password on standard input"),
        "{said}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_role_is_changed_and_an_org_keeps_an_admin() {
    let world = World::with_accounts().await;
    let mut ada = world.member("acme", "ada@example.com", "admin").await;
    let mut bob = world.member("acme", "bob@example.com", "member").await;
    let role = async |email: &str, role: &str| {
        let arguments = ["role", "--email", email, "--role", role];
        world.user_command(&arguments, "").await
    };
    let (done, said) = role("ada@example.com", "member").await;
    assert!(!done && said.contains("the last admin"), "{said}");
    let (done, said) = role("Bob@Example.com", "admin").await;
    assert!(done, "{said}");
    assert_eq!(said, "bob@example.com is admin in acme from now on.\n");
    assert_eq!(bob.get("/settings/members").await.status, 200);
    let (done, said) = role("ada@example.com", "member").await;
    assert!(done, "{said}");
    assert_eq!(ada.get("/settings/members").await.status, 403);
    for (email, name, says) in [
        ("eve@example.com", "admin", "nobody has an account"),
        ("eve", "king", "--role: 'king'"),
    ] {
        let (done, said) = role(email, name).await;
        assert!(!done && said.contains(says), "{said}");
    }
    let trail = bob.get("/activity?kind=members").await;
    let rows = trail.texts("table.activity tbody tr");
    let told = |row: &&String| row.contains("Role changed") && row.contains("The operator");
    assert_eq!(rows.iter().filter(told).count(), 2, "{rows:#?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_password_that_was_forgotten_is_set_and_ends_their_sessions() {
    let world = World::with_accounts().await;
    let mut ada = world.member("acme", "ada@example.com", "member").await;
    let arguments = ["passwd", "--email", "ada@example.com", "--password-stdin"];
    let (done, said) = world.user_command(&arguments, &format!("{NEW}\r\n")).await;
    assert!(done, "{said}");
    assert!(!said.contains(NEW), "{said}");
    assert_eq!(ada.get("/connections").await.url.path(), "/sign-in");
    assert_eq!(ada.enter("ada@example.com", PASSWORD).await.status, 422);
    assert_eq!(
        ada.enter("ada@example.com", NEW).await.url.path(),
        "/connections"
    );
}
