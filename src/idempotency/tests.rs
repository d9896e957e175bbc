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

    async fn begin(&self, user: &str, key: &str, request: &str) -> Begun {
        let owner = Owner {
            org: "acme".to_owned(),
            user: user.to_owned(),
        };
        let request = [request.as_bytes()];
        let begun = self.answers.begin(&owner, key, &request).await;
        begun.expect("an answer")
    }

    async fn first(&self, user: &str, key: &str, request: &str) -> Box<Ticket> {
        match self.begin(user, key, request).await {
            Begun::First(ticket) => ticket,
            _ => panic!("somebody was first"),
        }
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
    let ticket = world.first("ada", "k", "make").await;
    assert!(matches!(
        world.begin("ada", "k", "make").await,
        Begun::UnderWay
    ));
    ticket.settle(&answer()).await;
    let Begun::Answered(again) = world.begin("ada", "k", "make").await else {
        panic!("it was done");
    };
    assert_eq!(again, answer());
    assert!(matches!(
        world.begin("ada", "k", "another").await,
        Begun::Other
    ));
    // Somebody else's key of the same name, and another key.
    let _of_bob = world.first("bob", "k", "make").await;
    let _other = world.first("ada", "k2", "make").await;
    for name in world.redis.cli(&["KEYS", "pb:*"]).lines() {
        assert!(
            !world.redis.cli(&["GET", name]).contains("location"),
            "it is sealed"
        );
    }
}

#[tokio::test]
async fn what_was_not_done_can_be_sent_again() {
    let world = World::new();
    drop(world.first("ada", "k", "make").await);
    for _ in 0..200 {
        if let Begun::First(ticket) = world.begin("ada", "k", "make, mended").await {
            ticket.settle(&answer()).await;
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("the key was not given free");
}

#[tokio::test]
async fn a_request_whose_process_died_is_taken_over() {
    let world = World::new();
    let mut dead = world.first("ada", "k", "make").await;
    dead.settled = true;
    drop(dead);
    world.clock.shift(SignedDuration::from_secs(DEAD_AFTER - 1));
    assert!(matches!(
        world.begin("ada", "k", "make").await,
        Begun::UnderWay
    ));
    world.clock.shift(SignedDuration::from_secs(1));
    let ticket = world.first("ada", "k", "make").await;
    assert!(matches!(
        world.begin("ada", "k", "make").await,
        Begun::UnderWay
    ));
    ticket.settle(&answer()).await;
}
