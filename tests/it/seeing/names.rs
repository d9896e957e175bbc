//! What people are called in the log: an operator finds somebody's lines, and nobody else learns whose they are.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use patchbay::alias::{Alias, Names};

use crate::support::Home;

/// What somebody is called by the Patchbay with this data folder.
pub fn alias_of(home: &Home, org: &str, user: &str) -> Alias {
    let keys = home.data("keys.toml");
    let line = keys
        .lines()
        .find_map(|line| line.strip_prefix("session_key = \""));
    let key = line.expect("a session key").trim_end_matches('"');
    let key = STANDARD.decode(key).expect("base64");
    Names::new(&key).expect("names").of(org, user)
}

#[tokio::test]
async fn the_list_of_people_says_what_the_log_calls_them() {
    let mut home = Home::new();
    home.set("PATCHBAY_AUTH", "local");
    assert!(home.run(&["migrate"]).await.status.success());
    for email in ["ada@example.com", "bob@example.com"] {
        let add = ["user", "add", "--org", "acme", "--email", email];
        let added = home.run(&add).await;
        let said = String::from_utf8_lossy(&added.stderr);
        assert!(added.status.success(), "{said}");
    }
    let list = home.run(&["user", "list"]).await;
    let list = String::from_utf8_lossy(&list.stdout).into_owned();
    assert_eq!(list.lines().count(), 2, "{list}");
    for email in ["ada@example.com", "bob@example.com"] {
        let alias = alias_of(&home, "acme", email);
        let line = list.lines().find(|line| line.contains(email));
        let told = format!("\torg={} user={}", alias.org, alias.user);
        assert!(line.is_some_and(|line| line.ends_with(&told)), "{list}");
    }
}
