//! What the provider announces is followed, and what others use is reckoned with.

use super::*;

fn heard(requests: u32, used: u32, age: u64) -> Option<Heard> {
    Some(Heard {
        rate: Rate { requests, ..TEN },
        used,
        age: ms(age),
    })
}

fn following(unit: &Unit, heard: Option<Heard>) -> Part<'_> {
    Part {
        follows: true,
        heard,
        ..part(unit, TEN)
    }
}

/// How many requests are sent before one has to wait.
async fn left(bench: &Bench, part: Part<'_>) -> usize {
    let mut left = 0;
    while bench.wait(&[part]).await.is_zero() {
        left += 1;
    }
    left
}

#[tokio::test]
async fn the_announced_limit_counts_up_or_down_for_everybody_who_follows() {
    for announced in [3, 30] {
        let (bench, one) = (Bench::new(), unit("one"));
        bench.wait(&[following(&one, heard(announced, 0, 0))]).await;
        let left = left(&bench, following(&one, None)).await;
        assert_eq!(left + 1, announced as usize);
    }
    let (bench, one) = (Bench::new(), unit("one"));
    bench.wait(&[following(&one, heard(3, 0, 0))]).await;
    assert_eq!(left(&bench, part(&one, TEN)).await, 9, "it is not followed");
}

#[tokio::test]
async fn what_others_used_is_not_ours() {
    let (mut bench, one) = (Bench::new(), unit("one"));
    for _ in 0..3 {
        bench.wait(&[following(&one, None)]).await;
    }
    bench.now += 500;
    // Of seven requests within the window four are not in our log.
    bench.wait(&[following(&one, heard(10, 7, 100))]).await;
    // The same again is no news, and neither is less than we know of.
    bench.wait(&[following(&one, heard(10, 8, 0))]).await;
    bench.wait(&[following(&one, heard(10, 2, 0))]).await;
    assert_eq!(left(&bench, following(&one, None)).await, 0);
    bench.now += 9_900;
    // Those of others leave the window when they were heard of a window ago; our first three have left already, and
    // the one that had to wait is there.
    assert_eq!(left(&bench, following(&one, None)).await, 6);
}

#[tokio::test]
async fn what_was_sent_after_the_answer_is_not_taken_for_others() {
    let (mut bench, one) = (Bench::new(), unit("one"));
    bench.wait(&[following(&one, None)]).await;
    bench.now += 300;
    for _ in 0..5 {
        bench.wait(&[following(&one, None)]).await;
    }
    bench.wait(&[following(&one, heard(10, 6, 0))]).await;
    assert_eq!(left(&bench, following(&one, None)).await, 3);
}
