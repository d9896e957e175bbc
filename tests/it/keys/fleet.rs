//! Two replicas as processes, whose key rings are changed one after the other.

use patchbay::sandbox::{Endpoints, Sandbox};
use rustix::process::Signal;

use super::KEYS;
use crate::support::{Browser, Home, Program, Redis, control, start_sandbox, state_of};

/// Two replicas at one Redis and one set of stand-ins.
pub struct Fleet {
    pub redis: Redis,
    sandbox: Sandbox,
    pub homes: [Home; 2],
}

impl Fleet {
    /// None of them runs yet.
    pub async fn new(keys: &str) -> Self {
        let redis = Redis::start();
        let homes = [Home::new(), Home::new()];
        let sandbox = start_sandbox(&homes[0].url()).await;
        let mut fleet = Self {
            redis,
            sandbox,
            homes,
        };
        for home in &mut fleet.homes {
            home.use_sandbox(&fleet.sandbox);
            home.use_redis(&fleet.redis.url());
            home.set(KEYS, keys);
            // A crowd asks from one address.
            home.set("PATCHBAY_RATE_LIMITS", "off");
        }
        fleet
    }

    /// Starts a replica, with this key ring from now on.
    pub async fn start(&mut self, number: usize, keys: &str) -> Program {
        self.homes[number].set(KEYS, keys);
        self.homes[number].serve().await
    }

    /// Stops a replica and starts it with another key ring.
    pub async fn change(&mut self, number: usize, mut program: Program, keys: &str) -> Program {
        end(&mut program).await;
        self.start(number, keys).await
    }

    /// Ada in a browser at a replica.
    pub async fn ada(&self, number: usize) -> Browser {
        let mut ada = self.homes[number].browser();
        ada.sign_in("acme", "ada").await;
        ada
    }

    fn stand_in(&self, provider: &str) -> &Endpoints {
        self.sandbox.endpoints(provider).expect("a stand-in")
    }

    /// A stand-in's own view.
    pub async fn state_of(&self, provider: &str) -> serde_json::Value {
        state_of(self.stand_in(provider)).await
    }

    /// Refreshes that HubSpot's stand-in has granted.
    pub async fn refreshes(&self) -> u64 {
        let state = self.state_of("hubspot").await;
        state["counters"]["token_refresh"].as_u64().unwrap_or(0)
    }

    /// Sets controls of HubSpot's stand-in.
    pub async fn control(&self, fields: &[(&str, &str)]) {
        self.control_of("hubspot", fields).await;
    }

    /// Sets controls of a stand-in.
    pub async fn control_of(&self, provider: &str, fields: &[(&str, &str)]) {
        control(self.stand_in(provider), fields).await;
    }
}

/// Stops a replica in order.
pub async fn end(program: &mut Program) {
    let status = program.end(Signal::TERM).await;
    assert_eq!(status.code(), Some(0), "{}", program.said());
}
