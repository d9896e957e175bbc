//! What the stand-in remembers, and what it tells of it.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::{
    Airtable,
    controls::Controls,
    data::World,
    faults::{FAULTS, Fault, On, TARGETS},
    gauge::Gauges,
    grants::{Grants, Share},
    inject::Arrival,
    limits::Limits,
    people::{PEOPLE, Person},
    records::Iterators,
};
use crate::sandbox::{change::Actions, clock, stand_in::StandIn, state, truth::Truth};

pub type State = state::State<Airtable>;
pub type Inner = state::Inner<Airtable>;

/// What a restart forgets. Listings are of it: Airtable documents that a restart of its server ends them.
#[derive(Default)]
pub struct Memory {
    pub limits: Limits,
    pub gauges: Gauges,
    pub iterators: Iterators,
    /// How many pages of bases were asked for.
    pub base_offsets: u32,
}

impl Inner {
    /// The time by which codes and tokens live, which a tester can move forward.
    pub fn token_time(&self) -> Timestamp {
        let shift = self.saved.controls.shift_s.saturating_mul(1_000);
        clock::plus_ms(clock::now(), shift)
    }

    /// What a person shares.
    pub fn world(&self, person: &'static Person, share: Share) -> World {
        World {
            person,
            share,
            sizes: self.saved.controls.sizes(),
        }
    }
}

impl StandIn for Airtable {
    const ID: &'static str = "airtable";
    const NAME: &'static str = "Airtable";
    const FAULTS: &'static [&'static str] = &FAULTS;
    const TARGETS: &'static [&'static str] = &TARGETS;
    const FIGURES: &'static [(&'static str, &'static str)] = &[
        ("grants", "live grants"),
        ("access_tokens", "live access tokens"),
        ("base_peak", "most calls to a base in 1 s"),
        ("user_peak", "most calls of a person in 1 s"),
        ("concurrent_peak", "most calls at once"),
        ("token_concurrent_peak", "most token calls at once"),
    ];

    type Controls = Controls;
    type Fault = Fault;
    type On = On;
    type Grants = Grants;
    type Memory = Memory;
    type Call = Arrival;

    fn act(inner: &mut Inner, actions: &Actions) {
        let now = inner.token_time();
        let (memory, grants) = (&mut inner.memory, &mut inner.saved.grants);
        if actions.reset {
            memory.limits = Limits::default();
            memory.iterators = Iterators::default();
        }
        if actions.reset || actions.reset_counters {
            memory.limits.forget_peaks();
            memory.gauges.forget_peaks();
        }
        if actions.withdraw {
            grants.withdraw();
        }
        if actions.expire_tokens {
            grants.expire_access(now);
        }
    }

    fn report(inner: &Inner) -> Value {
        let (now, memory) = (inner.token_time(), &inner.memory);
        json!({
            "grants": inner.saved.grants.live(now),
            "access_tokens": inner.saved.grants.live_access(now),
            "iterators": memory.iterators.count(),
            "base_peak": memory.limits.base_peak(),
            "user_peak": memory.limits.user_peak(),
            "concurrent_peak": memory.gauges.api.peak(),
            "token_concurrent_peak": memory.gauges.token.peak(),
            "accounts": PEOPLE.iter().map(|person| person.id).collect::<Vec<_>>(),
        })
    }

    fn truth(state: &State) -> Vec<Truth> {
        state.with(|inner| {
            let world = |person| inner.world(person, Share::All);
            let truth =
                |person: &'static Person| Truth::new(person.id, world(person).totals().by_type());
            PEOPLE.iter().map(truth).collect()
        })
    }
}
