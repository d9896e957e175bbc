//! Several replicas behind a balancer that knows nobody: no request has to go where the one before it went, and a replica
//! that leaves is missed by nobody.

mod leaving;
mod nobody_sticks;
mod rolling;
mod waiting;

use patchbay::sandbox::{Endpoints, Sandbox};

use crate::support::{Balancer, Browser, Home, Program, Redis, control, start_sandbox};

/// Two replicas as processes, and what is around them.
struct Fleet {
    balancer: Balancer,
    sandbox: Sandbox,
    homes: [Home; 2],
    programs: [Program; 2],
    _redis: Redis,
}

impl Fleet {
    /// Both are ready.
    async fn start(settings: &[(&str, &str)]) -> Self {
        let (redis, balancer) = (Redis::start(), Balancer::start());
        let sandbox = start_sandbox(&balancer.url).await;
        let mut homes = [Home::new(), Home::new()];
        for home in &mut homes {
            home.use_sandbox(&sandbox);
            home.use_redis(&redis.url());
            home.set("PATCHBAY_PUBLIC_URL", &balancer.url);
            for (name, value) in settings {
                home.set(name, value);
            }
        }
        let (one, other) = tokio::join!(homes[0].serve(), homes[1].serve());
        balancer.lead_to(&[homes[0].port, homes[1].port]);
        balancer.has_ready(2).await;
        Self {
            balancer,
            sandbox,
            homes,
            programs: [one, other],
            _redis: redis,
        }
    }

    fn hubspot(&self) -> &Endpoints {
        self.sandbox.endpoints("hubspot").expect("a stand-in")
    }

    /// Sets controls of HubSpot's stand-in.
    async fn control(&self, fields: &[(&str, &str)]) {
        control(self.hubspot(), fields).await;
    }

    /// A browser of somebody who has never been here.
    fn browser(&self) -> Browser {
        Browser::new(&self.balancer.url)
    }

    /// Whatever went wrong between the balancer and a replica.
    fn is_sound(&self) {
        let faults = self.balancer.faults();
        assert!(faults.is_empty(), "{faults:#?}");
        for program in &self.programs {
            let said = program.said();
            assert!(!said.contains("ERROR"), "{said}");
        }
    }
}
