//! Whether a configuration works, as `patchbay config` shows it: all checks at once, within a bound, and without a
//! change to anything.

use std::time::Duration;

use futures_util::future::{FutureExt as _, LocalBoxFuture, join_all};
use tokio::time::Instant;
use url::Url;

use super::parts;
use crate::checkup::{self, Finding, Of, Seen};
use crate::clock::{Clock, Entropy};
use crate::config::{Config, Oidc, RedisTarget};
use crate::connections;
use crate::identity::sso;
use crate::outbound::Outbound;
use crate::outbound::oauth::Client;
use crate::providers::{self, Provider, Registry};
use crate::store::embedded::Embedded;
use crate::store::{Store, Target, TlsFiles};
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

struct Checks<'a> {
    config: &'a Config,
    clock: Clock,
    entropy: Entropy,
    until: Instant,
}

/// Checks a configuration. `offline` leaves out what goes over the network.
pub async fn check(mut config: Config, offline: bool) -> Checked {
    let entropy = Entropy::system();
    let keys = keys(&mut config, &entropy);
    let checks = Checks {
        config: &config,
        clock: Clock::system(),
        until: Instant::now() + SHORTER,
        entropy,
    };
    let (store, mut findings) = checks.store(offline).await;
    let store = store.unwrap_or_else(|finding| {
        findings.push(finding);
        None
    });
    let outbound = checks.outbound();
    let mut parts = Vec::new();
    if let Some(store) = &store {
        parts.push(checks.redis(store).boxed_local());
    }
    parts.push(checks.keys(keys, store.as_ref()).boxed_local());
    if let Some(outbound) = &outbound {
        parts.extend(checks.clients(outbound, offline));
    }
    let parts = parts.into_iter().map(in_time);
    let (parts, warnings) = tokio::join!(join_all(parts), warnings(store.as_ref()));
    let mut seen = Vec::new();
    for (found, clocks) in parts {
        findings.extend(found);
        seen.extend(clocks);
    }
    if !offline {
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

async fn one(finding: Finding) -> Part {
    (vec![finding], Vec::new())
}

async fn in_time(part: LocalBoxFuture<'_, Part>) -> Part {
    let done = tokio::time::timeout(PATIENCE, part).await;
    done.unwrap_or_else(|_| {
        let late = Finding::unknown("Checks", "one of them found no end in time; try this again");
        (vec![late], Vec::new())
    })
}

/// What the Redis may lose; nothing where it cannot be asked, which is told elsewhere.
async fn warnings(store: Option<&Store>) -> Vec<String> {
    let Some(store) = store else {
        return Vec::new();
    };
    match tokio::time::timeout(PATIENCE, store.warnings()).await {
        Ok(Ok(warnings)) => warnings.iter().map(ToString::to_string).collect(),
        _ => Vec::new(),
    }
}

/// Whether there are keys, as far as that can be said without making any.
enum KeysFound {
    Given,
    ToBeMade,
    Bad(String),
}

fn keys(config: &mut Config, entropy: &Entropy) -> KeysFound {
    if config.keys.would_be_made(&config.server.data_dir) {
        return KeysFound::ToBeMade;
    }
    match parts::ensure_keys(config, entropy) {
        Ok(()) => KeysFound::Given,
        Err(error) => KeysFound::Bad(error.to_string()),
    }
}

impl Checks<'_> {
    /// The store to look at, if there is one, and what was seen of the data folder of an embedded one.
    async fn store(&self, offline: bool) -> (Result<Option<Store>, Finding>, Vec<Finding>) {
        let redis = &self.config.redis;
        let (target, folder) = match redis.target {
            RedisTarget::Embedded => {
                let data_dir = &self.config.server.data_dir;
                let look = Embedded::look(data_dir).await;
                let folder = checkup::check_folder(data_dir, &look);
                let Some(url) = look.neighbour else {
                    return (Ok(None), folder);
                };
                (parts::target(redis, Some(url)), folder)
            }
            _ if offline => return (Ok(None), vec![untried("Redis")]),
            _ => (parts::target(redis, None), Vec::new()),
        };
        let store = target.and_then(|target| Ok(Store::new(&target, self.entropy.clone())?));
        let store = store.map_err(|error| Finding::wrong("Redis", error.to_string()));
        (store.map(Some), folder)
    }

    async fn redis(&self, store: &Store) -> Part {
        let (finding, seen) = checkup::check_redis(store, &self.clock).await;
        (vec![finding], seen.into_iter().collect())
    }

    async fn keys(&self, found: KeysFound, store: Option<&Store>) -> Part {
        let about = "Encryption keys";
        let finding = match (found, store) {
            (KeysFound::Bad(why), _) => Finding::wrong(about, why),
            (KeysFound::ToBeMade, _) => Finding::ok(
                about,
                "they and the session key are made at the first start, in the data folder",
            ),
            (KeysFound::Given, None) => Finding::unknown(
                about,
                "they are there; there is no store now to try them on",
            ),
            (KeysFound::Given, Some(store)) => {
                match parts::ring(&self.config.keys, &self.entropy) {
                    Ok(ring) => checkup::check_keys(store, &ring, CREDENTIALS, self.until).await,
                    Err(error) => Finding::wrong(about, error.to_string()),
                }
            }
        };
        one(finding).await
    }

    /// What providers are asked with. It keeps no limits, so its store is never asked.
    fn outbound(&self) -> Option<Outbound> {
        let nowhere = Target::Single {
            url: "redis://127.0.0.1:1".into(),
            tls: TlsFiles::default(),
        };
        let store = Store::new(&nowhere, self.entropy.clone()).ok()?;
        Outbound::new(self.entropy.clone(), store, SHORTER).ok()
    }

    fn clients<'a>(
        &'a self,
        outbound: &'a Outbound,
        offline: bool,
    ) -> Vec<LocalBoxFuture<'a, Part>> {
        let mut clients = parts::clients(Registry, self.config);
        let mut checks: Vec<LocalBoxFuture<'a, Part>> = Vec::new();
        for provider in Registry.all() {
            let profile = provider.profile();
            let client = clients.remove(profile.id);
            checks.push(match client {
                None => one(self.unset(provider)).boxed_local(),
                Some(_) if offline => one(untried(profile.name)).boxed_local(),
                Some(client) => self.provider(provider, client, outbound).boxed_local(),
            });
        }
        if let Some(oidc) = &self.config.auth.oidc {
            checks.push(match offline {
                true => one(untried("Single sign-on")).boxed_local(),
                false => self.issuer(oidc, outbound).boxed_local(),
            });
        }
        checks
    }

    /// A provider without a whole client: how to make one.
    fn unset(&self, provider: &dyn Provider) -> Finding {
        let profile = provider.profile();
        let prefix = profile.id.to_uppercase();
        let given = self.config.providers.get(profile.id);
        match given.is_some_and(|given| given.configured()) {
            true => Finding::wrong(
                profile.name,
                format!("{prefix}_CLIENT_SECRET is not set, and it knows no client without one"),
            ),
            false => Finding::unset(
                profile.name,
                format!(
                    "register an app at {} and set {prefix}_CLIENT_ID and {prefix}_CLIENT_SECRET",
                    profile.developer_url
                ),
            ),
        }
    }

    async fn provider(
        &self,
        provider: &'static dyn Provider,
        client: Client,
        outbound: &Outbound,
    ) -> Part {
        let profile = provider.profile();
        let of = Of {
            name: profile.name,
            prefix: &profile.id.to_uppercase(),
            pkce: profile.oauth.pkce,
            judge: &|error| provider.classify(error),
        };
        self.client(of, &client, outbound).await
    }

    async fn client(&self, of: Of<'_>, client: &Client, outbound: &Outbound) -> Part {
        let with = (&self.clock, &self.entropy);
        let (finding, seen) = checkup::check_client(of, client, outbound, with).await;
        (vec![finding], seen.into_iter().collect())
    }

    async fn issuer(&self, oidc: &Oidc, outbound: &Outbound) -> Part {
        let about = "Single sign-on";
        let Some(redirect_uri) = sso_callback(self.config) else {
            return one(Finding::unknown(about, "there is no way back to us")).await;
        };
        let configured = sso::Configured {
            issuer: oidc.issuer.clone(),
            client_id: oidc.client_id.clone(),
            client_secret: oidc.client_secret.clone(),
            redirect_uri,
        };
        match sso::look(outbound, &configured).await {
            Ok(client) => {
                let of = Of {
                    name: about,
                    prefix: "PATCHBAY_OIDC",
                    pkce: true,
                    judge: &providers::classify_by_oauth,
                };
                self.client(of, &client, outbound).await
            }
            Err(error @ sso::IssuerError::Away(_)) => {
                one(Finding::unknown(about, error.to_string())).await
            }
            Err(error @ sso::IssuerError::Broken(_)) => {
                let text = format!("{error}; correct PATCHBAY_OIDC_ISSUER");
                one(Finding::wrong(about, text)).await
            }
        }
    }
}

fn untried(name: &str) -> Finding {
    Finding::unknown(name, "was not asked (--offline)")
}
