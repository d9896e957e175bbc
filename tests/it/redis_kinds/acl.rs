//! A user who may do no more than the documentation gives it.

use super::journey;
use crate::support::Redis;

/// The rule of `docs/redis.md`, in one line.
fn rule() -> Vec<String> {
    let text = include_str!("../../../docs/redis.md");
    let rule = text
        .lines()
        .find(|line| line.starts_with("user patchbay on "));
    let words = rule.expect("a rule").split(' ');
    words.map(str::to_owned).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_documented_user_suffices_for_a_whole_journey() {
    for cluster in [false, true] {
        let redis = Redis::of_kind(cluster);
        let rule = rule();
        let set = [&["ACL".to_owned(), "SETUSER".to_owned()][..], &rule[1..]].concat();
        let set: Vec<&str> = set.iter().map(String::as_str).collect();
        assert_eq!(redis.cli(&set), "OK");
        let url = redis.url().replace("://", "://patchbay:change-me@");
        let world = journey::goes_well(&[("REDIS_URL", &url)]).await;
        drop(world);
        // What it tried and may not is in the server's own list.
        let log = redis.cli(&["ACL", "LOG"]);
        assert!(!log.contains("patchbay"), "{log}");
    }
}
