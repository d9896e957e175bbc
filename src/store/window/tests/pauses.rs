//! Pauses hold for everybody, and slow a unit down for a while.

use super::*;

/// How many requests are sent at once.
async fn at_once(bench: &Bench, one: &Unit, rate: Rate) -> usize {
    let mut sent = 0;
    while bench.wait(&[part(one, rate)]).await.is_zero() {
        sent += 1;
    }
    sent
}

#[tokio::test]
async fn a_pause_holds_even_without_a_limit_and_is_never_shortened() {
    let (bench, one) = (Bench::new(), unit("one"));
    bench.pause(&one, ms(7_000), ms(0)).await;
    bench.pause(&one, ms(3_000), ms(0)).await;
    let unlimited = Part {
        rate: None,
        ..part(&one, TEN)
    };
    let expected = Turn::In {
        wait: ms(7_000),
        paused: true,
    };
    assert_eq!(bench.ask(queued("a"), &[unlimited]).await, expected);
    assert_eq!(bench.ask(queued("b"), &[part(&one, TEN)]).await, expected);
    let other = unit("other");
    assert_eq!(bench.wait(&[part(&other, TEN)]).await, ms(0));
}

#[tokio::test]
async fn a_pause_that_nobody_waits_for_is_told_and_takes_no_place() {
    let (bench, one) = (Bench::new(), unit("one"));
    bench.pause(&one, ms(61_000), ms(0)).await;
    for id in ["a", "b"] {
        let turn = bench.ask(queued(id), &[part(&one, TEN)]).await;
        assert_eq!(turn, Turn::Paused(ms(61_000)));
    }
    let turn = bench.ask(person("c", ms(5_000)), &[part(&one, TEN)]).await;
    assert_eq!(turn, Turn::Late(ms(61_000)));
}

#[tokio::test]
async fn who_waited_looks_again_and_queues_anew_if_a_pause_began() {
    let (mut bench, one) = (Bench::new(), unit("one"));
    let single = Rate { requests: 1, ..TEN };
    for id in ["first", "second", "third"] {
        bench.ask(queued(id), &[part(&one, single)]).await;
    }
    bench.now += 10_000;
    let go = Turn::In {
        wait: ms(0),
        paused: false,
    };
    assert_eq!(bench.ask(again("second"), &[part(&one, single)]).await, go);
    bench.pause(&one, ms(15_000), ms(0)).await;
    bench.now += 10_000;
    let held = Turn::In {
        wait: ms(5_000),
        paused: true,
    };
    assert_eq!(bench.ask(again("third"), &[part(&one, single)]).await, held);
    bench.now += 5_000;
    assert_eq!(bench.ask(again("third"), &[part(&one, single)]).await, go);
}

#[tokio::test]
async fn who_comes_long_after_its_moment_queues_anew() {
    let (mut bench, one) = (Bench::new(), unit("one"));
    let single = Rate { requests: 1, ..TEN };
    bench.wait(&[part(&one, single)]).await;
    bench.ask(queued("asleep"), &[part(&one, single)]).await;
    bench.now += 19_000;
    bench.wait(&[part(&one, single)]).await;
    let turn = bench.ask(again("asleep"), &[part(&one, single)]).await;
    // The place that it had is free again, and the other has the one after that.
    assert!(
        matches!(turn, Turn::In { wait, .. } if wait == ms(11_000)),
        "{turn:?}"
    );
}

#[tokio::test]
async fn after_a_pause_the_allowance_is_halved_and_at_the_next_one_once_more() {
    let (mut bench, one) = (Bench::new(), unit("one"));
    for (age, allowed) in [(0, 5), (0, 2), (0, 2)] {
        bench.now += 20_000;
        bench.pause(&one, ms(0), ms(age)).await;
        // Others of the same burst, sent before.
        bench.pause(&one, ms(0), ms(9_000)).await;
        assert_eq!(at_once(&bench, &one, TEN).await, allowed);
    }
    bench.now += 80_000;
    assert_eq!(at_once(&bench, &one, TEN).await, 10);
}

#[tokio::test]
async fn at_least_one_request_is_left() {
    let (bench, one) = (Bench::new(), unit("one"));
    bench.pause(&one, ms(0), ms(0)).await;
    let single = Rate { requests: 1, ..TEN };
    assert_eq!(at_once(&bench, &one, single).await, 1);
}
