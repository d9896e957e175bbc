//! A Patchbay that dies.

use std::time::{Duration, Instant};

use crate::scene::Scene;
use crate::survive::{Excuse, survive};

#[tokio::test(flavor = "multi_thread")]
async fn kill_9_of_a_replica() {
    survive(
        "kill -9 of a Patchbay",
        Scene::start().await,
        async |scene, round| {
            let died = Instant::now();
            scene.kill(round % 2).await;
            let dead = Instant::now();
            tokio::time::sleep(Duration::from_millis(500)).await;
            scene.revive(round % 2).await;
            Excuse {
                unheard: Some(died..dead),
                ..Excuse::default()
            }
        },
    )
    .await;
}
