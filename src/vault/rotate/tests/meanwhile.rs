//! What others do while a rotation runs, and rotations that are cut off.

use std::sync::atomic::{AtomicBool, Ordering};

use super::*;

const PEOPLE: usize = 200;

/// Writes what is there once more, one higher, as a replica whose ring is `ring`; tells how often it could.
async fn count_up(place: &Place, ring: &KeyRing, n: usize, done: &AtomicBool) -> u64 {
    let owner = owner(n);
    let binding = record::binding(&owner, PROVIDER);
    let mut written = 0;
    while !done.load(Ordering::Relaxed) || written == 0 {
        let found = place.held(n).await;
        let plain = ring.open(binding.as_ref(), &found.bytes).expect("it opens");
        let number: u64 = String::from_utf8(plain)
            .expect("text")
            .parse()
            .expect("a number");
        let next = (number + 1).to_string();
        let sealed = ring
            .seal(binding.as_ref(), next.as_bytes())
            .expect("sealed");
        written += u64::from(place.put(n, found.version, sealed.as_slice()).await);
    }
    written
}

#[tokio::test]
async fn no_write_of_a_replica_is_lost() {
    let place = Place::new();
    // One replica has the new key first, the other has it already and still seals with the old one.
    let rings = [ring(&["new", "old"]), ring(&["old", "new"])];
    for n in 0..4 {
        place.connect(&rings[1], n, b"0").await;
    }
    let done = AtomicBool::new(false);
    let writers = (0..8).map(|n| count_up(&place, &rings[n % 2], n / 2, &done));
    let rotations = async {
        for _ in 0..20 {
            let (total, _) = place.rotate(&rings[0], Mode::Rotate).await;
            assert_eq!(total.found(), 4);
        }
        done.store(true, Ordering::Relaxed);
    };
    let (written, ()) = tokio::join!(futures_util::future::join_all(writers), rotations);
    for n in 0..4 {
        let number = place.opened(&rings[0], n).await;
        let expected = written[n * 2] + written[n * 2 + 1];
        assert_eq!(String::from_utf8_lossy(&number), expected.to_string());
    }
}

#[tokio::test]
async fn one_that_is_cut_off_is_taken_up_again() {
    let place = Place::new();
    let (old, all) = (ring(&["old"]), ring(&["new", "old"]));
    for n in 0..PEOPLE {
        place.connect(&old, n, n.to_string().as_bytes()).await;
    }
    // It ends at an await, as a kill ends it anywhere.
    let mut seen = 0;
    let cut = tokio_util::sync::CancellationToken::new();
    let tell = |event: Event<'_>| {
        if let Event::Progress(figures) = event {
            seen = figures.found();
            if seen == PEOPLE as u64 / 2 {
                cut.cancel();
            }
        }
    };
    let rotation = rotate(&place.store, &all, &[&CONNECTIONS], Mode::Rotate, tell);
    assert!(cut.run_until_cancelled(rotation).await.is_none());
    assert!(seen < PEOPLE as u64, "it was at its end");

    let (total, unreadable) = place.rotate(&all, Mode::Rotate).await;
    assert!(unreadable.is_empty());
    assert_eq!(total.found(), PEOPLE as u64);
    assert!(total.new >= seen && total.old > 0, "{total:?}");
    let alone = ring(&["new"]);
    for n in 0..PEOPLE {
        assert_eq!(place.opened(&alone, n).await, n.to_string().as_bytes());
    }
}

#[tokio::test]
async fn two_at_once_do_no_harm() {
    let place = Place::new();
    let (old, all) = (ring(&["old"]), ring(&["new", "old"]));
    for n in 0..PEOPLE {
        place.connect(&old, n, b"text").await;
    }
    let both = tokio::join!(
        place.rotate(&all, Mode::Rotate),
        place.rotate(&all, Mode::Rotate)
    );
    for (total, unreadable) in [both.0, both.1] {
        assert_eq!((total.found(), unreadable.len()), (PEOPLE as u64, 0));
    }
    let (total, _) = place.rotate(&all, Mode::DryRun).await;
    assert_eq!(counts(&total), (0, PEOPLE as u64, 0));
}

#[tokio::test]
async fn a_redis_that_goes_away_ends_it_with_an_error() {
    let mut place = Place::new();
    place.connect(&ring(&["old"]), 1, b"text").await;
    place.redis.kill();
    let all = ring(&["new", "old"]);
    let rotation = rotate(&place.store, &all, &[&CONNECTIONS], Mode::Rotate, |_| {});
    assert!(matches!(rotation.await, Err(StoreError::Away(_))));
}
