//! What stand-ins are put up on, and what stands there then.

use std::io;

use actix_web::{
    dev::ServerHandle,
    web::{Data, ServiceConfig},
};

use super::{
    App, Endpoints,
    listen::{self, Ports},
    stand_in::StandIn,
    state::State,
    store::Store,
};

/// What stand-ins are put up on.
pub struct Ground {
    pub ports: Ports,
    pub app: App,
    pub store: Store,
}

/// One running stand-in.
pub struct Running {
    pub provider: &'static str,
    pub endpoints: Endpoints,
    pub servers: Vec<ServerHandle>,
}

impl Ground {
    /// Puts up a stand-in that one host serves.
    ///
    /// # Errors
    ///
    /// When the port cannot be bound.
    pub fn put_up<S: StandIn>(
        &mut self,
        endpoints: fn(&str) -> Endpoints,
        routes: fn(&mut ServiceConfig, Data<State<S>>),
    ) -> io::Result<Running> {
        let bound = self.ports.bind()?;
        let endpoints = endpoints(&bound.origin);
        let state = self.state::<S>(&endpoints);
        let server = listen::serve(bound, move |config| routes(config, state.clone()))?;
        Ok(Running {
            provider: S::ID,
            endpoints,
            servers: vec![server],
        })
    }

    /// The state of a stand-in, as it was when the last one was stopped.
    pub fn state<S: StandIn>(&self, endpoints: &Endpoints) -> Data<State<S>> {
        let (app, store) = (self.app.clone(), self.store.clone());
        Data::new(State::new(app, endpoints.clone(), store))
    }
}
