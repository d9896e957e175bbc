//! From the configuration's words to what the parts are made of.

use std::collections::HashMap;

use secrecy::{ExposeSecret, SecretString};
use url::Url;

use super::{SandboxLink, StartError};
use crate::alias;
use crate::api::access::Door;
use crate::clock::Entropy;
use crate::config::{self, AuthMode, Config, Keys, Oidc, RateLimit, Redis, RedisTarget};
use crate::identity::{SetupKey, sso};
use crate::outbound::Rate;
use crate::outbound::oauth::Client;
use crate::providers::{Api, Pace, Profile, Registry};
use crate::store::embedded::Embedded;
use crate::store::{Login, Sentinels, Target, TlsFiles};
use crate::vault::{CipherError, KeyRing, NamedKey};
use crate::web::SignIn;

/// From now on the log calls people by names of this installation.
pub(super) fn name_people(keys: &Keys) {
    if let Some(names) = names(keys) {
        alias::begin(names);
    }
}

/// What the log calls people; `None` without the session key.
pub(super) fn names(keys: &Keys) -> Option<alias::Names> {
    alias::Names::new(keys.session.as_ref()?.expose_secret())
}

pub(super) fn ring(keys: &Keys, entropy: &Entropy) -> Result<KeyRing, CipherError> {
    let keys = keys.encryption.iter().flatten().map(|key| NamedKey {
        id: key.id.clone(),
        secret: *key.secret.expose_secret(),
    });
    KeyRing::new(keys.collect(), entropy.clone())
}

/// Makes the keys that are missing, where they may be made: not for data that was sealed with others.
pub(super) fn ensure_keys(config: &mut Config, entropy: &Entropy) -> Result<(), StartError> {
    let embedded = matches!(config.redis.target, RedisTarget::Embedded);
    let folder = &config.server.data_dir;
    if embedded && are_lost(config) {
        return Err(StartError::KeysLost(folder.display().to_string()));
    }
    let mut fill = |bytes: &mut [u8]| entropy.fill(bytes);
    config
        .keys
        .ensure(folder, embedded, &mut fill)
        .map_err(StartError::Config)
}

/// Whether there is data in the data folder, and no keys that it could be read with.
pub(super) fn are_lost(config: &Config) -> bool {
    let folder = &config.server.data_dir;
    let to_be_made = config.keys.encryption.is_none() && config.keys.would_be_made(folder);
    to_be_made && Embedded::has_data(folder)
}

/// The configured Redis, or the embedded one at its URL.
pub(super) fn target(redis: &Redis, embedded: Option<String>) -> Result<Target, StartError> {
    if let Some(url) = embedded {
        return Ok(Target::Single {
            url: url.into(),
            tls: TlsFiles::default(),
        });
    }
    Ok(match &redis.target {
        RedisTarget::Single { url, tls } => Target::Single {
            url: url.clone(),
            tls: files(tls.as_ref())?,
        },
        RedisTarget::Cluster { urls, tls } => Target::Cluster {
            urls: urls.clone(),
            tls: files(tls.as_ref())?,
        },
        RedisTarget::Sentinel(to) => Target::Sentinel(Sentinels {
            urls: to.urls.clone(),
            master: to.master.clone(),
            login: login(&to.login),
            own: login(&to.own),
            tls: files(to.tls.as_ref())?,
        }),
        // It is started first, and then has a URL.
        RedisTarget::Embedded => return Err(StartError::NotStarted),
    })
}

fn login(login: &config::Login) -> Login {
    Login {
        username: login.username.clone(),
        password: login.password.clone(),
    }
}

fn files(tls: Option<&config::TlsFiles>) -> Result<TlsFiles, StartError> {
    let mut files = TlsFiles::default();
    if let Some(tls) = tls {
        files.ca = tls.ca.as_deref().map(read).transpose()?;
        if let Some(client) = &tls.client {
            let key = String::from_utf8_lossy(&read(&client.key)?).into_owned();
            files.client = Some((read(&client.certificate)?, SecretString::from(key)));
        }
    }
    Ok(files)
}

fn read(path: &std::path::Path) -> Result<Vec<u8>, StartError> {
    std::fs::read(path).map_err(|error| StartError::File(path.display().to_string(), error))
}

/// The profile and configuration of each provider.
fn each(
    registry: Registry,
    config: &Config,
) -> impl Iterator<Item = (&'static Profile, &crate::config::Provider)> {
    registry.all().filter_map(|provider| {
        let profile = provider.profile();
        Some((profile, config.providers.get(profile.id)?))
    })
}

/// An address from the configuration, or else the provider's own.
fn address(configured: Option<&Url>, own: &str) -> Option<Url> {
    configured.cloned().or_else(|| Url::parse(own).ok())
}

pub(super) fn clients(registry: Registry, config: &Config) -> HashMap<&'static str, Client> {
    each(registry, config)
        .filter_map(|(profile, provider)| {
            let oauth = &profile.oauth;
            // A token endpoint of another place has no revocation at the provider's own.
            let revoke = provider.revoke_url.clone().or_else(|| {
                oauth
                    .revoke_url
                    .filter(|_| provider.token_url.is_none())
                    .and_then(|url| Url::parse(url).ok())
            });
            let client = Client {
                service: profile.id,
                id: provider.client_id.clone()?,
                secret: secret(profile, provider)?,
                auth_url: address(provider.auth_url.as_ref(), oauth.auth_url)?,
                token_url: address(provider.token_url.as_ref(), oauth.token_url)?,
                revoke_url: revoke,
                redirect_uri: provider.redirect_uri.clone(),
                auth: oauth.client_auth,
                body: oauth.body,
                headers: oauth.headers,
            };
            Some((profile.id, client))
        })
        .collect()
}

/// The client's secret, or that it has none; `None` where the provider insists on one.
fn secret(profile: &Profile, provider: &crate::config::Provider) -> Option<Option<SecretString>> {
    let secret = provider.client_secret.clone();
    (secret.is_some() || profile.oauth.secret_optional).then_some(secret)
}

pub(super) fn apis(registry: Registry, config: &Config) -> HashMap<&'static str, Api> {
    each(registry, config)
        .filter(|(_, provider)| provider.configured())
        .filter_map(|(profile, provider)| {
            let pace = match provider.rate_limit {
                RateLimit::Auto => Pace::Documented,
                RateLimit::Off => Pace::Unlimited,
                RateLimit::Max { requests, per } => Pace::Account(Rate { requests, per }),
            };
            let base = address(provider.api_url.as_ref(), profile.api.url)?;
            Some((profile.id, Api { base, pace }))
        })
        .collect()
}

pub(super) fn scopes(config: &Config) -> HashMap<&'static str, Vec<String>> {
    let chosen = config.providers.iter();
    chosen
        .filter_map(|(id, provider)| Some((*id, provider.scopes.clone()?)))
        .collect()
}

pub(super) fn redirect_uris(config: &Config) -> HashMap<&'static str, Url> {
    config
        .providers
        .iter()
        .map(|(id, provider)| (*id, provider.redirect_uri.clone()))
        .collect()
}

pub(super) fn sign_in(config: &Config) -> SignIn {
    match config.auth.mode {
        AuthMode::Demo => SignIn::Demo,
        AuthMode::Local => SignIn::Local,
        AuthMode::Oidc => SignIn::Sso,
    }
}

/// The key of the codes of the first run.
pub(super) fn setup_key(config: &Config) -> Result<SetupKey, StartError> {
    let key = config.keys.session.as_ref().ok_or(StartError::SessionKey)?;
    Ok(SetupKey::derive(key.expose_secret()))
}

/// Who may use the APIs.
pub(super) fn door(config: &Config) -> Door {
    match config.auth.mode {
        AuthMode::Demo => Door::Demo {
            public_url: config.server.public_url.clone(),
            origins: config.api.cors_origins.clone(),
        },
        AuthMode::Local | AuthMode::Oidc => Door::Key,
    }
}

/// Which org people belong to who come by single sign-on.
pub(super) fn org(oidc: &Oidc) -> Option<sso::Org> {
    let claim = oidc.org_claim.clone().map(sso::Org::Claim);
    claim.or_else(|| oidc.org.clone().map(sso::Org::Fixed))
}

/// Where forms that lead away may lead to beyond `https:`: authorize addresses on this machine, which
/// redirect on to other ports just as providers redirect on to other hosts.
pub(super) fn form_origins(
    registry: Registry,
    config: &Config,
    sandbox: &[SandboxLink],
) -> Vec<String> {
    let providers = each(registry, config).filter_map(|(_, provider)| provider.auth_url.as_ref());
    let issuer = config.auth.oidc.as_ref().map(|oidc| &oidc.issuer);
    let mut origins: Vec<String> = providers
        .chain(issuer)
        .filter(|url| url.scheme() == "http")
        .flat_map(|url| {
            let host = url.host_str().unwrap_or_default();
            let local = matches!(host, "localhost" | "127.0.0.1" | "[::1]");
            let ports = local.then(|| format!("http://{host}:*"));
            [Some(url.origin().ascii_serialization()), ports]
        })
        .flatten()
        .collect();
    origins.extend(sandbox.iter().map(|link| link.consent_origin.clone()));
    origins.sort_unstable();
    origins.dedup();
    origins
}
