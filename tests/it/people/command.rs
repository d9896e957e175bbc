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
