//! How many calls are under way at once, so that tests can see whether a client keeps them apart.

use actix_web::web::Data;

use super::state::State;

/// The API and the token endpoint, each for itself.
#[derive(Debug, Default)]
pub struct Gauges {
    pub api: Gauge,
    pub token: Gauge,
}

/// Calls under way.
#[derive(Debug, Default)]
pub struct Gauge {
    now: usize,
    peak: usize,
}

impl Gauge {
    /// The most that were ever under way at once.
    pub fn peak(&self) -> usize {
        self.peak
    }

    fn enter(&mut self) {
        self.now += 1;
        self.peak = self.peak.max(self.now);
    }

    fn leave(&mut self) {
        self.now = self.now.saturating_sub(1);
    }
}

impl Gauges {
    pub fn forget_peaks(&mut self) {
        self.api.peak = self.api.now;
        self.token.peak = self.token.now;
    }

    fn of(&mut self, is_token: bool) -> &mut Gauge {
        if is_token {
            &mut self.token
        } else {
            &mut self.api
        }
    }
}

/// A call under way, until it is dropped.
pub struct UnderWay {
    state: Data<State>,
    is_token: bool,
}

impl UnderWay {
    pub fn new(state: &Data<State>, is_token: bool) -> Self {
        state.with(|inner| inner.memory.gauges.of(is_token).enter());
        Self {
            state: state.clone(),
            is_token,
        }
    }
}

impl Drop for UnderWay {
    fn drop(&mut self) {
        self.state
            .with(|inner| inner.memory.gauges.of(self.is_token).leave());
    }
}
