//! Whether a configuration works, as `patchbay config` shows it: all checks at once, within a bound, and without a
//! change to anything. What is found, and how that is said, is decided in `crate::checkup`.

use std::time::Duration;

use futures_util::future::{FutureExt as _, LocalBoxFuture, join_all};
use tokio::time::{Instant, timeout_at};
use url::Url;

use super::parts;
use crate::checkup::{self, Finding, Has, ISSUER, KEYS, Keys, REDIS, Reach, Seen, With};
use crate::clock::{Clock, Entropy};
use crate::config::{Config, Oidc, RedisTarget};
use crate::connections;
use crate::identity::sso;
use crate::outbound::Outbound;
use crate::providers::{Provider, Registry};
use crate::store::Store;
use crate::store::embedded::Embedded;
use crate::vault::rotate::{self, Kind};
use crate::web::SSO_CALLBACK;

/// How long all of it may take.
const PATIENCE: Duration = Duration::from_secs(5);
/// How long keys are tried, and answers of providers waited for: less, so that what was found until then is told.
const SHORTER: Duration = Duration::from_secs(4);

/// What stored credentials are.
const CREDENTIALS: &[&dyn Kind] = &[&rotate::CONNECTIONS, &connections::CANDIDATES];

/// What was found.
pub struct Checked {
    /// One finding a thing.
    pub findings: Vec<Finding>,
    /// What the Redis may lose.
    pub warnings: Vec<String>,
}

/// A check's findings, and the clocks that it saw.
type Part = (Vec<Finding>, Vec<Seen>);
/// What is looked at, and the look.
type Check<'a> = (&'static str, LocalBoxFuture<'a, Part>);

struct Checks<'a> {
    config: &'a Config,
    reach: Reach,
    clock: Clock,
    entropy: Entropy,
    begun: Instant,
}

/// Checks a configuration.
pub async fn check(mut config: Config, reach: Reach) -> Checked {
    let entropy = Entropy::system();
    let keys = keys(&mut config, &entropy);
    let checks = Checks {
        config: &config,
        reach,
        clock: Clock::system(),
        begun: Instant::now(),
        entropy,
    };
    let ((mut parts, warnings), clients) =
        tokio::join!(checks.of_the_store(&keys), checks.of_the_clients());
    parts.extend(clients);
    let (findings, seen): (Vec<_>, Vec<_>) = parts.into_iter().unzip();
    let (mut findings, seen): (Vec<_>, Vec<_>) = (findings.concat(), seen.concat());
    if reach == Reach::Network {
        findings.push(checkup::judge_clocks(&seen));
    }
    Checked { findings, warnings }
}

/// The addresses that are to be registered, each with the name of whom it is to be registered at.
pub fn redirect_urls(config: &Config) -> Vec<(&'static str, Url)> {
    let providers = Registry.all().filter_map(|provider| {
        let profile = provider.profile();
        let url = config.providers.get(profile.id)?.redirect_uri.clone();
        Some((profile.name, url))
    });
    let issuer = config.auth.oidc.as_ref().and(sso_callback(config));
    providers
        .chain(issuer.map(|url| ("Single sign-on", url)))
        .collect()
}

fn sso_callback(config: &Config) -> Option<Url> {
    config.server.public_url.join(SSO_CALLBACK).ok()
}

fn keys(config: &mut Config, entropy: &Entropy) -> Keys {
    if config.keys.would_be_made(&config.server.data_dir) && !parts::are_lost(config) {
        return Keys::ToBeMade;
    }
    let ring = match parts::ensure_keys(config, entropy) {
        Ok(()) => parts::ring(&config.keys, entropy).map_err(|error| error.to_string()),
        Err(error) => Err(error.to_string()),
    };
    ring.map_or_else(Keys::Bad, Keys::Given)
}

async fn one(finding: Finding) -> Part {
    (vec![finding], Vec::new())
}

fn part((finding, seen): (Finding, Option<Seen>)) -> Part {
    (vec![finding], seen.into_iter().collect())
}

impl Checks<'_> {
    async fn in_time(&self, (about, part): Check<'_>) -> Part {
        let done = timeout_at(self.begun + PATIENCE, part).await;
        done.unwrap_or_else(|_| (vec![Finding::late(about)], Vec::new()))
    }

    /// The store and what is in it, and what it may lose.
    async fn of_the_store(&self, keys: &Keys) -> (Vec<Part>, Vec<String>) {
        let (store, mut findings) = self.store().await;
        let store = store.unwrap_or_else(|finding| {
            findings.push(finding);
            None
        });
        let store = store.as_ref();
        let mut parts = Vec::new();
        if let Some(store) = store {
            let redis = checkup::check_redis(store, &self.clock).map(part);
            parts.push((REDIS, redis.boxed_local()));
        }
        let tried = checkup::check_keys(keys, store, CREDENTIALS, self.begun + SHORTER);
        parts.push((KEYS, tried.then(one).boxed_local()));
        let parts = parts.into_iter().map(|part| self.in_time(part));
        let (parts, warnings) = tokio::join!(join_all(parts), self.warnings(store));
        let findings = (findings, Vec::new());
        ([findings].into_iter().chain(parts).collect(), warnings)
    }

    /// What is asked over the network.
    async fn of_the_clients(&self) -> Vec<Part> {
        match Outbound::without_limits(self.entropy.clone(), SHORTER) {
            Ok(outbound) => {
                let checks = self.clients(&outbound).into_iter();
                join_all(checks.map(|check| self.in_time(check))).await
            }
            Err(error) => vec![one(Finding::wrong("Network", error.to_string())).await],
        }
    }

    /// The store to look at, if there is one, and what was seen of the data folder of an embedded one.
    async fn store(&self) -> (Result<Option<Store>, Finding>, Vec<Finding>) {
        let redis = &self.config.redis;
        let (target, folder) = match redis.target {
            RedisTarget::Embedded => {
                let data_dir = &self.config.server.data_dir;
                // It takes three seconds at most.
                let look = Embedded::look(data_dir).await;
                let folder = checkup::check_folder(data_dir, &look);
                let Some(url) = look.neighbour else {
                    return (Ok(None), folder);
                };
                (parts::target(redis, Some(url)), folder)
            }
            _ if self.reach == Reach::Offline => {
                return (Ok(None), vec![Finding::untried(REDIS)]);
            }
            _ => (parts::target(redis, None), Vec::new()),
        };
        let store = target.and_then(|target| Ok(Store::new(&target, self.entropy.clone())?));
        let store = store.map_err(|error| Finding::wrong(REDIS, error.to_string()));
        (store.map(Some), folder)
    }

    /// What the Redis may lose; nothing where it cannot be asked, which is told elsewhere.
    async fn warnings(&self, store: Option<&Store>) -> Vec<String> {
        let Some(store) = store else {
            return Vec::new();
        };
        match timeout_at(self.begun + PATIENCE, store.warnings()).await {
            Ok(Ok(warnings)) => warnings.iter().map(ToString::to_string).collect(),
            _ => Vec::new(),
        }
    }

    fn clients<'a>(&'a self, outbound: &'a Outbound) -> Vec<Check<'a>> {
        let mut clients = parts::clients(Registry, self.config);
        let with = With {
            outbound,
            clock: &self.clock,
            entropy: &self.entropy,
        };
        let mut checks: Vec<Check<'a>> = Vec::new();
        for provider in Registry.all() {
            let profile = provider.profile();
            let check = match (clients.remove(profile.id), self.reach) {
                (None, _) => one(checkup::unset(provider, self.has(provider))).boxed_local(),
                (Some(_), Reach::Offline) => one(Finding::untried(profile.name)).boxed_local(),
                (Some(client), Reach::Network) => {
                    let check =
                        async move { checkup::check_provider(provider, &client, with).await };
                    check.map(part).boxed_local()
                }
            };
            checks.push((profile.name, check));
        }
        let oidc = self.config.auth.oidc.as_ref();
        let issuer = oidc.map(|oidc| match self.reach {
            Reach::Offline => one(Finding::untried(ISSUER)).boxed_local(),
            Reach::Network => self.issuer(oidc, with).boxed_local(),
        });
        checks.extend(issuer.map(|check| (ISSUER, check)));
        checks
    }

    fn has(&self, provider: &dyn Provider) -> Has {
        let given = self.config.providers.get(provider.profile().id);
        match given.is_some_and(|given| given.configured()) {
            true => Has::NoSecret,
            false => Has::Nothing,
        }
    }

    async fn issuer(&self, oidc: &Oidc, with: With<'_>) -> Part {
        let Some(redirect_uri) = sso_callback(self.config) else {
            return one(Finding::unknown(ISSUER, "there is no way back to us")).await;
        };
        let configured = sso::Configured {
            issuer: oidc.issuer.clone(),
            client_id: oidc.client_id.clone(),
            client_secret: oidc.client_secret.clone(),
            redirect_uri,
        };
        part(checkup::check_issuer(&configured, with).await)
    }
}
