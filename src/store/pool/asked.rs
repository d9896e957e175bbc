//! A question whose answer many need at the same time: who waits shares it.

use std::time::Duration;

use redis::{RedisError, RedisResult};
use tokio::sync::Mutex;
use tokio::time::Instant;

/// For so long an answer counts.
const COUNTS: Duration = Duration::from_millis(250);
/// Where none came, it is asked again after so long.
const ASK_AGAIN: Duration = Duration::from_secs(2);

/// Which answer will do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Want {
    /// The last one, while it counts.
    Known,
    /// One to a question that began later than it was wanted.
    New,
}

/// A question that is asked again and again, one at a time.
pub(super) struct Asked<T>(Mutex<Last<T>>);

/// No answer came to the last question.
#[derive(Clone, Debug)]
pub(super) struct Silence<T> {
    /// Why not.
    pub(super) error: RedisError,
    /// The last answer that there was.
    pub(super) before: Option<T>,
}

/// What came of the last question that ended.
struct Last<T> {
    begun: Option<Instant>,
    /// For so long the answer counts.
    until: Instant,
    answer: Option<T>,
    error: Option<RedisError>,
}

impl<T: Clone> Asked<T> {
    pub(super) fn new() -> Self {
        Self(Mutex::new(Last {
            begun: None,
            until: Instant::now(),
            answer: None,
            error: None,
        }))
    }

    /// What comes of the question. Whoever waits while it is asked may not take that answer for a new one, but they all
    /// share the next: it began after they came.
    pub(super) async fn answer(
        &self,
        want: Want,
        question: impl Future<Output = RedisResult<T>>,
    ) -> Result<T, Silence<T>> {
        let came = Instant::now();
        let mut last = self.0.lock().await;
        let counts = want == Want::Known && Instant::now() < last.until;
        if let Some(answer) = last.answer.as_ref().filter(|_| counts) {
            return Ok(answer.clone());
        }
        if last.begun.is_none_or(|begun| begun < came) {
            let begun = Instant::now();
            let answer = question.await;
            last.take(begun, answer);
        }
        last.outcome()
    }

    /// What was said last does not count any more.
    pub(super) async fn forget(&self) {
        self.0.lock().await.until = Instant::now();
    }
}

impl<T: Clone> Last<T> {
    fn take(&mut self, begun: Instant, answer: RedisResult<T>) {
        self.begun = Some(begun);
        match answer {
            Ok(answer) => {
                self.until = Instant::now() + COUNTS;
                self.answer = Some(answer);
                self.error = None;
            }
            Err(error) => {
                self.until = Instant::now() + ASK_AGAIN;
                self.error = Some(error);
            }
        }
    }

    fn outcome(&self) -> Result<T, Silence<T>> {
        match (&self.error, &self.answer) {
            (None, Some(answer)) => Ok(answer.clone()),
            (error, before) => Err(Silence {
                error: error.clone().unwrap_or_else(super::gone),
                before: before.clone(),
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use futures_util::future::join_all;

    use super::*;

    /// How long a question takes.
    const TAKES: Duration = Duration::from_millis(30);

    struct Bench {
        asked: Asked<u32>,
        count: AtomicU32,
    }

    impl Bench {
        fn new() -> Self {
            Self {
                asked: Asked::new(),
                count: AtomicU32::new(0),
            }
        }

        /// The number of the question that was answered.
        async fn number(&self, want: Want) -> u32 {
            let question = async {
                tokio::time::sleep(TAKES).await;
                Ok(self.count.fetch_add(1, Ordering::Relaxed) + 1)
            };
            self.asked.answer(want, question).await.expect("an answer")
        }

        async fn fails(&self, want: Want) -> Option<u32> {
            let question = async {
                tokio::time::sleep(TAKES).await;
                self.count.fetch_add(1, Ordering::Relaxed);
                Err(super::super::gone())
            };
            let silence = self.asked.answer(want, question).await;
            silence.expect_err("no answer").before
        }
    }

    async fn pass(time: Duration) {
        tokio::time::sleep(time).await;
    }

    #[tokio::test(start_paused = true)]
    async fn who_waits_shares_the_next_question_and_never_takes_one_that_began_before() {
        let bench = Bench::new();
        let late = async |want| {
            pass(TAKES / 2).await;
            join_all((0..16).map(|_| bench.number(want))).await
        };
        let (first, others) = tokio::join!(bench.number(Want::New), late(Want::New));
        assert_eq!((first, others), (1, vec![2; 16]));
        // Where the last answer will do, that of the question that is under way does too.
        pass(COUNTS).await;
        let (first, others) = tokio::join!(bench.number(Want::Known), late(Want::Known));
        assert_eq!((first, others), (3, vec![3; 16]));
        assert_eq!(bench.number(Want::New).await, 4);
        bench.asked.forget().await;
        assert_eq!(bench.number(Want::Known).await, 5);
    }

    #[tokio::test(start_paused = true)]
    async fn who_waits_shares_a_failure_too() {
        let bench = Bench::new();
        assert_eq!(bench.number(Want::Known).await, 1);
        pass(TAKES).await;
        let all = join_all((0..16).map(|_| bench.fails(Want::New))).await;
        assert_eq!(all, [Some(1); 16]);
        // One was first, and the others came before it began.
        assert_eq!(bench.count.load(Ordering::Relaxed), 2);
        // For a while the answer of before is good enough for who wants no new one.
        assert_eq!(bench.number(Want::Known).await, 1);
        pass(ASK_AGAIN).await;
        assert_eq!(bench.number(Want::Known).await, 3);
    }
}
