//! The processes, and how they are killed.

use std::time::{Duration, Instant};

use patchbay::sandbox::{Endpoints, Sandbox};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use url::Url;

use super::super::{Home, Program, Redis, Wire, control, start_sandbox};
use super::person::Person;
use super::{LIFE, PATIENCE, PROVIDER, Plan, granted};

/// Two processes, and what is around them.
pub(super) struct Fleet {
    _redis: Redis,
    sandbox: Sandbox,
    pub(super) wire: Wire,
    homes: [Home; 2],
    programs: [Option<Program>; 2],
    chance: StdRng,
}

impl Fleet {
    pub(super) async fn start(plan: Plan) -> Self {
        let (redis, mut homes) = (Redis::start(), [Home::new(), Home::new()]);
        let sandbox = start_sandbox(&homes[0].url()).await;
        let stand_in = sandbox.endpoints(PROVIDER).expect("a stand-in");
        let token_url: Url = stand_in.token_url.parse().expect("a URL");
        let wire = Wire::open(Some(&token_url.origin().ascii_serialization()));
        let tapped = format!("{}{}", wire.origin, token_url.path());
        let prefix = PROVIDER.to_uppercase();
        for home in &mut homes {
            home.use_sandbox(&sandbox);
            home.use_redis(&redis.url());
            home.set(&format!("{prefix}_TOKEN_URL"), &tapped);
            home.set(&format!("{prefix}_RATE_LIMIT"), "off");
        }
        let life = LIFE.as_secs().to_string();
        control(
            stand_in,
            &[("small", "on"), ("quick", "on"), ("rate_limit", "off")],
        )
        .await;
        control(stand_in, &[("expires_in", &life)]).await;
        let programs = [Some(homes[0].serve().await), Some(homes[1].serve().await)];
        Self {
            _redis: redis,
            sandbox,
            wire,
            homes,
            programs,
            chance: StdRng::seed_from_u64(plan.seed),
        }
    }

    pub(super) fn stand_in(&self) -> &Endpoints {
        self.sandbox.endpoints(PROVIDER).expect("a stand-in")
    }

    /// Signed in and connected; from then on the provider takes its time.
    pub(super) async fn people(&mut self, plan: Plan) -> Vec<Person> {
        let mut people = Vec::new();
        for number in 0..plan.people {
            let mut browser = self.homes[0].browser();
            browser.sign_in("acme", &format!("person{number}")).await;
            let page = browser.connect(PROVIDER, &[]).await;
            assert_eq!(page.state(), "connected");
            people.push(Person {
                browser,
                homes: [0, 1].map(|one| self.homes[one].url().parse().expect("a URL")),
                chance: StdRng::seed_from_u64(self.chance.random()),
            });
        }
        let latency = plan.latency.as_millis().to_string();
        control(self.stand_in(), &[("latency_ms", &latency)]).await;
        people
    }

    /// Waits until the provider has granted so many refreshes.
    pub(super) async fn rotated(&self, number: usize, plan: Plan) {
        let deadline = Instant::now() + PATIENCE;
        while granted(&self.wire.refreshes()) < number {
            assert!(Instant::now() < deadline, "nothing rotates: {plan:?}");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// Kills a process at any moment of the next second, and starts it again; answers when it died.
    pub(super) async fn kill(&mut self) -> Instant {
        let moment = Duration::from_millis(self.chance.random_range(0..1000));
        tokio::time::sleep(moment).await;
        let victim = self.chance.random_range(0..2);
        if let Some(program) = self.programs[victim].take() {
            program.kill().await;
        }
        let died = Instant::now();
        self.programs[victim] = Some(self.homes[victim].serve().await);
        died
    }
}
