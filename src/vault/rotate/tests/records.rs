//! What becomes of the records: those of older keys, of the first one, of lost ones, and damaged ones.

use super::*;
use crate::store::Touch;

async fn every_older_record_is_sealed_anew(redis: Redis) {
    let place = Place::of(redis);
    let [old, older] = ["old", "elder"].map(|id| ring(&[id]));
    for n in 0..20 {
        let ring = if n % 2 == 0 { &old } else { &older };
        place.connect(ring, n, n.to_string().as_bytes()).await;
    }
    place.string(&old, "lasting", None).await;
    place
        .string(&older, "passing", Some(Duration::from_secs(1000)))
        .await;

    let all = ring(&["new", "old", "elder"]);
    let (total, unreadable) = place.rotate(&all, Mode::Rotate).await;
    assert_eq!((counts(&total), unreadable.len()), ((22, 0, 0), 0));
    let alone = ring(&["new"]);
    for n in 0..20 {
        assert_eq!(place.opened(&alone, n).await, n.to_string().as_bytes());
    }
    let ttl = |hash| place.redis.cli(&["TTL", keys::pending(hash).as_str()]);
    assert_eq!(ttl("lasting"), "-1");
    assert!((900..=1000).contains(&ttl("passing").parse().expect("a number")));

    let before = place.redis.dump();
    let (total, _) = place.rotate(&all, Mode::Rotate).await;
    assert_eq!(counts(&total), (0, 22, 0));
    assert_eq!(place.redis.dump(), before, "what is new is left alone");
}

#[tokio::test]
async fn every_older_record_of_a_server_is_sealed_anew() {
    every_older_record_is_sealed_anew(Redis::of_kind(false)).await;
}

#[tokio::test]
async fn every_older_record_of_a_cluster_is_sealed_anew() {
    every_older_record_is_sealed_anew(Redis::of_kind(true)).await;
}

#[tokio::test]
async fn when_a_connection_was_used_is_not_forgotten() {
    let place = Place::new();
    place.connect(&ring(&["old"]), 1, b"one").await;
    let touched = place
        .store
        .touch_versioned(&connection(1), Touch::Used, 1_234_567)
        .await;
    touched.expect("noted");
    place.rotate(&ring(&["new", "old"]), Mode::Rotate).await;
    assert_eq!(place.held(1).await.used_ms, Some(1_234_567));
}

#[tokio::test]
async fn a_mark_in_a_records_place_is_no_record() {
    let place = Place::new();
    let key = keys::pending("spent");
    place.store.set(&key, SPENT, None).await.expect("written");
    let (total, _) = place.rotate(&ring(&["new"]), Mode::Rotate).await;
    assert_eq!(total, Total::default());
}

#[tokio::test]
async fn a_dry_run_changes_nothing_and_tells_which_keys_are_needed() {
    let place = Place::new();
    for (n, id) in ["new", "old", "old", "elder", "lost"].iter().enumerate() {
        place.connect(&ring(&[id]), n, b"text").await;
    }
    let before = place.redis.dump();
    let all = ring(&["new", "old", "elder", "idle"]);
    let (total, unreadable) = place.rotate(&all, Mode::DryRun).await;
    assert_eq!(place.redis.dump(), before);
    assert_eq!(counts(&total), (3, 1, 1));
    assert_eq!(Vec::from_iter(&total.needed), ["elder", "old"]);
    assert_eq!(Vec::from_iter(&total.missing), ["lost"]);
    let said = "pb:{acme.user%204}:connection:provider cannot be opened: its key 'lost' is not in the key ring";
    assert_eq!(unreadable, [said]);
}

#[tokio::test]
async fn what_cannot_be_opened_is_told_apart_and_left_as_it_is() {
    let place = Place::new();
    let old = ring(&["old"]);
    for n in 0..6 {
        place.connect(&old, n, b"text").await;
    }
    place.connect(&ring(&["lost"]), 6, b"text").await;
    place.string(&old, "good", None).await;
    // Two that are swapped, a short one, a flipped bit, nothing, and a key that holds something else.
    let (one, other) = (place.held(0).await.bytes, place.held(1).await.bytes);
    place.spoil(0, &other).await;
    place.spoil(1, &one).await;
    let whole = place.held(2).await.bytes;
    place.spoil(2, &whole[..whole.len() - 1]).await;
    let mut flipped = place.held(3).await.bytes;
    *flipped.last_mut().expect("a byte") ^= 1;
    place.spoil(3, &flipped).await;
    place.spoil(4, b"").await;
    let record = |n| connection(n).to_string();
    place.redis.cli(&["DEL", &record(5)]);
    place.redis.cli(&["SET", &record(5), "no hash"]);

    let connections = || {
        let lie = |n| match n {
            5 => place.redis.cli(&["GET", &record(n)]),
            n => place.redis.cli(&["HGETALL", &record(n)]),
        };
        (0..7).map(lie).collect::<Vec<_>>()
    };
    let before = connections();
    let all = ring(&["new", "old"]);
    for mode in [Mode::DryRun, Mode::Rotate] {
        let (total, unreadable) = place.rotate(&all, mode).await;
        assert_eq!(counts(&total), (1, 0, 7), "{unreadable:?}");
        for (n, said) in unreadable.iter().enumerate() {
            let why = match n {
                6 => "its key 'lost' is not in the key ring",
                _ => "it is damaged or belongs elsewhere",
            };
            assert_eq!(*said, format!("{} cannot be opened: {why}", record(n)));
        }
    }
    assert_eq!(connections(), before);
    assert_eq!(place.held(3).await.bytes, flipped);
}

#[tokio::test]
async fn only_a_dry_run_opens_what_is_new_and_finds_it_damaged() {
    let place = Place::new();
    let new = ring(&["new"]);
    place.connect(&new, 1, b"text").await;
    let mut flipped = place.held(1).await.bytes;
    *flipped.last_mut().expect("a byte") ^= 1;
    place.spoil(1, &flipped).await;
    assert_eq!(counts(&place.rotate(&new, Mode::Rotate).await.0), (0, 1, 0));
    assert_eq!(counts(&place.rotate(&new, Mode::DryRun).await.0), (0, 0, 1));
}

#[tokio::test]
async fn a_name_that_is_none_of_ours_is_passed_over() {
    let place = Place::new();
    for name in [
        "pb:{acme}:connection:x",
        "pb:{a.%61}:connection:x",
        "pb:pending:odd",
    ] {
        place.redis.cli(&["SET", name, "what"]);
    }
    let (total, _) = place.rotate(&ring(&["new"]), Mode::Rotate).await;
    assert_eq!(total, Total::default());
}
