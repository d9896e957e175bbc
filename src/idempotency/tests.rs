//! Requests that are sent again, with a Redis of their own and a clock that is moved.

use jiff::SignedDuration;

use super::*;
use crate::clock::Entropy;
use crate::testing::{self, redis::Redis};
use crate::vault::NamedKey;

struct World {
    answers: Answers,
    clock: Clock,
    redis: Redis,
}

impl World {
    fn new() -> Self {
        let (redis, clock) = (Redis::start(), Clock::system());
        let key = NamedKey {
            id: "k1".to_owned(),
            secret: [7; 32],
        };
        let ring = KeyRing::new(vec![key], Entropy::system()).expect("a ring");
        let tasks = tokio::runtime::Handle::current();
        let store = testing::store(&redis);
        Self {
            answers: Answers::new(store, Arc::new(ring), clock.clone(), tasks),
            clock,
            redis,
        }
    }

    /// Sends a request whose work is this.
    async fn send(
        &self,
        user: &str,
        key: &str,
        request: &str,
        work: impl Future<Output = Result<Answer, &'static str>> + Send + 'static,
    ) -> Done<&'static str> {
        let owner = Owner {
            org: "acme".to_owned(),
            user: user.to_owned(),
        };
        let request = [request.as_bytes()];
        let done = self.answers.once(&owner, key, &request, work).await;
        done.expect("a store that answers")
    }

    /// The same, where nothing may be done.
    async fn again(&self, user: &str, key: &str, request: &str) -> Done<&'static str> {
        self.send(user, key, request, async { panic!("it is done twice") })
            .await
    }
}

fn answer() -> Answer {
    Answer {
        status: 201,
        headers: vec![("location".to_owned(), "/here".to_owned())],
        body: r#"{"id":"51"}"#.to_owned(),
    }
}

#[tokio::test]
async fn who_sends_it_again_hears_what_came_of_it() {
    let world = World::new();
    let done = world.send("ada", "k", "make", async { Ok(answer()) }).await;
    assert!(
        matches!(done, Done::Answered { before: false, .. }),
        "{done:?}"
    );
    let Done::Answered {
        answer: again,
        before: true,
    } = world.again("ada", "k", "make").await
    else {
        panic!("it was done");
    };
    assert_eq!(again, answer());
    let other = world.again("ada", "k", "another").await;
    assert!(matches!(other, Done::Other), "{other:?}");
    // Somebody else's key of the same name, and another key.
    for (user, key) in [("bob", "k"), ("ada", "k2")] {
        let done = world.send(user, key, "make", async { Ok(answer()) }).await;
        assert!(
            matches!(done, Done::Answered { before: false, .. }),
            "{done:?}"
        );
    }
}

#[tokio::test]
async fn answers_are_sealed_and_found_for_a_rotation_of_keys() {
    let world = World::new();
    world.send("ada", "k", "make", async { Ok(answer()) }).await;
    let names = world.redis.cli(&["KEYS", ANSWERED.glob]);
    assert_eq!(names.lines().count(), 1, "{names}");
    for name in names.lines() {
        assert!(!world.redis.cli(&["GET", name]).contains("location"));
        assert!((ANSWERED.record)(name).is_some(), "{name}");
        let place = keys::answered(
            &keys::parse_owned(name).expect("a name").owner,
            &digest(&[b"k"]),
        );
        assert_eq!(
            place.as_str(),
            name,
            "the name says what the record is bound to"
        );
    }
}

#[tokio::test]
async fn what_was_not_done_can_be_sent_again_at_once_and_mended() {
    let world = World::new();
    let failed = world.send("ada", "k", "make", async { Err("no") }).await;
    assert!(matches!(failed, Done::Failed("no")), "{failed:?}");
    let done = world
        .send("ada", "k", "make, mended", async { Ok(answer()) })
        .await;
    assert!(
        matches!(done, Done::Answered { before: false, .. }),
        "{done:?}"
    );
}

#[tokio::test]
async fn a_request_is_done_to_its_end_though_whoever_asked_went_away() {
    let world = World::new();
    let (go, wait) = oneshot::channel();
    let work = async move {
        let _ = wait.await;
        Ok(answer())
    };
    let asked = tokio::time::timeout(
        Duration::from_millis(300),
        world.send("ada", "k", "make", work),
    );
    assert!(asked.await.is_err(), "it waits");
    let meanwhile = world.again("ada", "k", "make").await;
    assert!(matches!(meanwhile, Done::UnderWay), "{meanwhile:?}");
    go.send(()).expect("it goes on");
    world.answers.shut_down().await;
    let done = world.again("ada", "k", "make").await;
    assert!(
        matches!(done, Done::Answered { before: true, .. }),
        "{done:?}"
    );
}

#[tokio::test]
async fn a_request_whose_process_died_is_taken_over() {
    let world = World::new();
    let work = std::future::pending();
    let asked = tokio::time::timeout(
        Duration::from_millis(300),
        world.send("ada", "k", "make", work),
    );
    assert!(asked.await.is_err(), "it never ends");
    world
        .clock
        .shift(SignedDuration::from_secs(DEAD_AFTER - 20));
    let early = world.again("ada", "k", "make").await;
    assert!(matches!(early, Done::UnderWay), "{early:?}");
    world.clock.shift(SignedDuration::from_secs(20));
    let done = world.send("ada", "k", "make", async { Ok(answer()) }).await;
    assert!(
        matches!(done, Done::Answered { before: false, .. }),
        "{done:?}"
    );
}
