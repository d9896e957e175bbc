//! What the parts have in common, and how each is put together from it.

use std::collections::HashMap;
use std::sync::Arc;

use secrecy::ExposeSecret as _;

use super::domain::Domain;
use super::{Extras, StartError, parts};
use crate::activity::Activity;
use crate::api::access::Access;
use crate::api::classic::Classic;
use crate::api::reference;
use crate::api::v1::V1;
use crate::clock::{Clock, Entropy};
use crate::config::{AuthMode, Config};
use crate::connections::{self, Connections};
use crate::contacts::{self, Contacts};
use crate::idempotency::Answers;
use crate::identity::sso::{self, Sso};
use crate::identity::{ApiKeys, Invitations, Limits, People, Refusals, Sessions};
use crate::load::{self, Loads};
use crate::members::Members;
use crate::outbound::Outbound;
use crate::providers::{Api, Registry, Stream};
use crate::store::Store;
use crate::transfer::Transfer;
use crate::vault::{self, KeyRing, Observer, Vault};
use crate::web::{SSO_CALLBACK, Site};

pub(super) struct Base {
    pub(super) store: Store,
    ring: Arc<KeyRing>,
    pub(super) activity: Activity,
    registry: Registry,
    apis: HashMap<&'static str, Api>,
    outbound: Outbound,
    pub(super) clock: Clock,
    entropy: Entropy,
    tasks: tokio::runtime::Handle,
    /// The OpenAPI document.
    reference: Arc<serde_json::Value>,
    people: People,
    demo: bool,
}

impl Base {
    pub(super) fn new(config: &Config, extras: &Extras, store: Store) -> Result<Self, StartError> {
        let registry = Registry;
        let (clock, entropy) = (extras.clock.clone(), extras.entropy.clone());
        let setup = parts::setup_key(config)?;
        Ok(Self {
            demo: config.auth.mode == AuthMode::Demo,
            people: People::new(store.clone(), clock, entropy, setup),
            activity: Activity::new(store.clone(), extras.clock.clone()),
            outbound: Outbound::new(extras.entropy.clone(), store.clone(), extras.answer_timeout)?,
            store,
            ring: Arc::new(parts::ring(&config.keys, &extras.entropy)?),
            registry,
            apis: parts::apis(registry, config),
            clock: extras.clock.clone(),
            entropy: extras.entropy.clone(),
            tasks: tokio::runtime::Handle::current(),
            reference: reference::document(registry, &config.server.public_url).into(),
        })
    }

    /// What of the providers may stand in the labels of metrics.
    pub(super) fn labels(&self) -> Vec<(&'static str, Vec<&'static str>)> {
        let profiles = self.registry.all().map(|provider| provider.profile());
        let streams = |streams: &'static [Stream]| streams.iter().map(|it| it.id).collect();
        profiles.map(|it| (it.id, streams(it.streams))).collect()
    }

    /// Where nobody has an account yet, the log has the code with which the first one is made.
    pub(super) async fn tell_how_to_begin(&self, config: &Config) {
        if config.auth.mode != AuthMode::Local {
            return;
        }
        let place = config.server.public_url.origin().ascii_serialization();
        match self.people.setup_code().await {
            Ok(Some(code)) => tracing::warn!(
                "nobody has an account yet: open {place}/setup and enter the setup code {}",
                code.expose_secret()
            ),
            Ok(None) => {}
            Err(error) => tracing::error!(%error, "whether anybody has an account cannot be read"),
        }
    }

    pub(super) fn vault(&self, config: &Config, observer: Observer) -> Vault {
        Vault::new(vault::Setup {
            store: self.store.clone(),
            ring: Arc::clone(&self.ring),
            registry: self.registry,
            clients: parts::clients(self.registry, config),
            outbound: self.outbound.clone(),
            clock: self.clock.clone(),
            entropy: self.entropy.clone(),
            margin: config.vault.refresh_margin,
            forget_after: config.vault.credential_ttl,
            tasks: self.tasks.clone(),
            observer,
        })
    }

    pub(super) fn loads(&self, config: &Config, vault: &Vault) -> Loads {
        Loads::new(load::Setup {
            store: self.store.clone(),
            ring: Arc::clone(&self.ring),
            vault: vault.clone(),
            registry: self.registry,
            apis: self.apis.clone(),
            outbound: self.outbound.clone(),
            clock: self.clock.clone(),
            entropy: self.entropy.clone(),
            bounds: load::Bounds {
                max_pages: config.loading.max_pages,
                max_items: config.loading.items_max,
                item_ttl: config.loading.item_ttl,
            },
            tasks: self.tasks.clone(),
        })
    }

    pub(super) fn connections(&self, config: &Config, vault: &Vault, loads: &Loads) -> Connections {
        Connections::new(connections::Setup {
            store: self.store.clone(),
            ring: Arc::clone(&self.ring),
            vault: vault.clone(),
            loads: loads.clone(),
            activity: self.activity.clone(),
            registry: self.registry,
            apis: self.apis.clone(),
            scopes: parts::scopes(config),
            outbound: self.outbound.clone(),
            clock: self.clock.clone(),
            entropy: self.entropy.clone(),
            tasks: self.tasks.clone(),
        })
    }

    pub(super) fn contacts(&self, vault: &Vault, loads: &Loads) -> Contacts {
        Contacts::new(contacts::Setup {
            store: self.store.clone(),
            ring: Arc::clone(&self.ring),
            vault: vault.clone(),
            loads: loads.clone(),
            activity: self.activity.clone(),
            registry: self.registry,
            apis: self.apis.clone(),
            outbound: self.outbound.clone(),
            clock: self.clock.clone(),
            entropy: self.entropy.clone(),
            tasks: self.tasks.clone(),
        })
    }

    /// The API keys.
    pub(super) fn keys(&self) -> ApiKeys {
        let (clock, entropy) = (self.clock.clone(), self.entropy.clone());
        ApiKeys::new(self.store.clone(), clock, entropy).in_demo(self.demo)
    }

    /// What came of requests with an idempotency key.
    pub(super) fn answers(&self) -> Answers {
        Answers::new(
            self.store.clone(),
            Arc::clone(&self.ring),
            self.clock.clone(),
            self.tasks.clone(),
        )
    }

    /// What takes connections along.
    pub(super) fn transfer(&self, config: &Config, vault: Vault, loads: Loads) -> Transfer {
        let clients = parts::clients(self.registry, config).into_iter();
        Transfer {
            vault,
            loads,
            people: (!self.demo).then(|| self.people.clone()),
            activity: self.activity.clone(),
            registry: self.registry,
            clients: clients.map(|(id, client)| (id, client.id)).collect(),
            clock: self.clock.clone(),
        }
    }

    /// Single sign-on, where it is configured.
    fn sso(&self, config: &Config) -> Option<Sso> {
        let oidc = config.auth.oidc.clone()?;
        Some(Sso::new(sso::Setup {
            org: parts::org(&oidc)?,
            redirect_uri: config.server.public_url.join(SSO_CALLBACK).ok()?,
            issuer: oidc.issuer,
            client_id: oidc.client_id,
            client_secret: oidc.client_secret,
            domains: oidc.domains,
            store: self.store.clone(),
            ring: Arc::clone(&self.ring),
            outbound: self.outbound.clone(),
            clock: self.clock.clone(),
            entropy: self.entropy.clone(),
            tasks: self.tasks.clone(),
        }))
    }

    fn access(&self, config: &Config) -> Access {
        Access {
            door: parts::door(config),
            keys: self.keys(),
            people: self.people.clone(),
            limits: self.limits(config),
            refusals: self.refusals(config),
        }
    }

    fn refusals(&self, config: &Config) -> Refusals {
        Refusals::new(self.activity.clone(), self.limits(config))
    }

    fn limits(&self, config: &Config) -> Limits {
        Limits::new(self.store.clone(), config.api.rate_limits)
    }

    pub(super) fn classic(&self, config: &Config, domain: &Domain) -> Classic {
        Classic {
            connections: domain.connections.clone(),
            vault: domain.vault.clone(),
            loads: domain.loads.clone(),
            load_timeout: config.api.classic_timeout,
            contacts: domain.contacts.clone(),
            activity: self.activity.clone(),
            registry: self.registry,
            clock: self.clock.clone(),
            entropy: self.entropy.clone(),
            access: self.access(config),
            ends: domain.ends.clone(),
        }
    }

    pub(super) fn v1(&self, config: &Config, domain: &Domain) -> V1 {
        V1 {
            access: self.access(config),
            connections: domain.connections.clone(),
            contacts: domain.contacts.clone(),
            loads: domain.loads.clone(),
            vault: domain.vault.clone(),
            answers: domain.answers.clone(),
            activity: self.activity.clone(),
            registry: self.registry,
            entropy: self.entropy.clone(),
            document: self.reference.to_string().into(),
        }
    }

    pub(super) fn site(&self, config: &Config, extras: &Extras, domain: &Domain) -> Site {
        let sign_in = parts::sign_in(config);
        let sessions = Sessions::new(
            self.store.clone(),
            self.entropy.clone(),
            config.sessions.idle,
            config.sessions.max,
        );
        let invitations =
            Invitations::new(self.store.clone(), self.clock.clone(), self.entropy.clone());
        Site {
            connections: domain.connections.clone(),
            contacts: domain.contacts.clone(),
            loads: domain.loads.clone(),
            activity: self.activity.clone(),
            people: self.people.clone(),
            members: Members {
                people: self.people.clone(),
                sessions: sessions.clone(),
                keys: self.keys(),
                connections: domain.connections.clone(),
                invitations: invitations.clone(),
            },
            invitations,
            sessions,
            limits: self.limits(config),
            refusals: self.refusals(config),
            api_keys: self.keys(),
            public_url: config.server.public_url.clone(),
            sign_in,
            sso: self.sso(config),
            form_origins: parts::form_origins(self.registry, config, &extras.sandbox),
            sandbox: extras
                .sandbox
                .iter()
                .map(|link| (link.name, link.controls.clone()))
                .collect(),
            session_max: config.sessions.max,
            redirect_uris: parts::redirect_uris(config),
            reference: Arc::clone(&self.reference),
            clock: self.clock.clone(),
            entropy: self.entropy.clone(),
        }
    }
}
