use std::collections::BTreeMap;
use std::time::Duration;

use secrecy::SecretString;
use url::Url;

use super::Server;
use super::parse::{Invalid, Parsed, endpoint, is_loopback, lifetime, origin, text};
use super::reader::Reader;

/// One provider's app, and where its servers are.
#[derive(Debug, Clone)]
pub struct Provider {
    pub client_id: Option<String>,
    pub client_secret: Option<SecretString>,
    /// Default: the public URL + `/integrations/<p>/oauth2callback`.
    pub redirect_uri: Url,
    /// Default none: what the provider's streams and actions need.
    pub scopes: Option<Vec<String>>,
    /// Default none: the provider's own. Query parameters already in it are to be kept.
    pub auth_url: Option<Url>,
    /// Default none: the provider's own.
    pub token_url: Option<Url>,
    /// Scheme, host and port, with the path `/`. Default none: the provider's own.
    pub api_url: Option<Url>,
    /// Default none: the provider's own, if it has one.
    pub revoke_url: Option<Url>,
    /// Default [`RateLimit::Auto`].
    pub rate_limit: RateLimit,
}

/// What we allow ourselves at a provider.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RateLimit {
    /// Its documented numbers, followed by its headers.
    Auto,
    Off,
    /// At most `requests` in any window of `per`; written `190/10s`.
    Max {
        requests: u32,
        per: Duration,
    },
}

impl Provider {
    /// Whether there is an app to connect with. A provider that also insists on a secret must look at
    /// `client_secret` itself, because some work without one.
    #[must_use]
    pub fn configured(&self) -> bool {
        self.client_id.is_some()
    }

    fn read(reader: &mut Reader, id: &str, public_url: &Url) -> Option<Provider> {
        let name = |rest: &str| super::settings::provider_env(id, rest);
        let mut default_redirect = public_url.clone();
        default_redirect.set_path(&format!("/integrations/{id}/oauth2callback"));
        reader.set_default(&name("REDIRECT_URI"), default_redirect.as_str());

        let client_id = reader.optional(&name("CLIENT_ID"), text);
        let client_secret = reader.secret(&name("CLIENT_SECRET"));
        let redirect_uri = reader.optional(&name("REDIRECT_URI"), endpoint);
        let scopes = reader.optional(&name("SCOPES"), scopes);
        let auth_url = reader.optional(&name("AUTH_URL"), endpoint);
        let token_url = reader.optional(&name("TOKEN_URL"), endpoint);
        let api_url = reader.optional(&name("API_URL"), origin);
        let revoke_url = reader.optional(&name("REVOKE_URL"), endpoint);
        let rate_limit = reader.required(&name("RATE_LIMIT"), RateLimit::parse);

        warn_of_half_an_app(reader, &name("CLIENT_ID"), &name("CLIENT_SECRET"));
        for (rest, url) in [
            ("TOKEN_URL", &token_url),
            ("API_URL", &api_url),
            ("REVOKE_URL", &revoke_url),
        ] {
            if url
                .as_ref()
                .is_some_and(|url| url.scheme() == "http" && !is_loopback(url))
            {
                reader.warn(
                    &name(rest),
                    "is plain http on another machine: tokens travel unencrypted",
                );
            }
        }
        let redirect_uri = redirect_uri.unwrap_or(default_redirect);
        if redirect_uri.origin() != public_url.origin() {
            reader.warn(
                &name("REDIRECT_URI"),
                "leads to another address than PATCHBAY_PUBLIC_URL, where browsers are not signed in",
            );
        }
        Some(Provider {
            client_id,
            client_secret,
            redirect_uri,
            scopes,
            auth_url,
            token_url,
            api_url,
            revoke_url,
            rate_limit: rate_limit?,
        })
    }
}

/// Reads all of them, even when one fails.
pub(super) fn read_all(
    reader: &mut Reader,
    ids: &[&'static str],
    server: Option<&Server>,
) -> Option<BTreeMap<&'static str, Provider>> {
    let public_url = &server?.public_url;
    let read: Vec<_> = ids
        .iter()
        .map(|id| Some((*id, Provider::read(reader, id, public_url)?)))
        .collect();
    read.into_iter().collect()
}

fn warn_of_half_an_app(reader: &mut Reader, id: &str, secret: &str) {
    if reader.given(id) && !reader.given(secret) {
        reader.warn(
            secret,
            &format!(
                "is not set although {id} is: most providers refuse a client without its secret"
            ),
        );
    }
    if reader.given(secret) && !reader.given(id) {
        reader.warn(
            id,
            &format!("is not set although {secret} is: the provider counts as not configured"),
        );
    }
}

fn scopes(text: &str) -> Parsed<Vec<String>> {
    let scopes: Vec<_> = text.split_whitespace().map(str::to_owned).collect();
    if scopes.iter().any(|scope| scope.contains(',')) {
        return Err(Invalid::new(
            "has a comma in it",
            "put spaces between the scopes",
        ));
    }
    Ok(scopes)
}

impl RateLimit {
    fn parse(text: &str) -> Parsed<RateLimit> {
        match text {
            "auto" => return Ok(RateLimit::Auto),
            "off" => return Ok(RateLimit::Off),
            _ => {}
        }
        let max = || {
            let (requests, per) = text.split_once('/')?;
            let requests = requests.trim().parse().ok().filter(|count| *count > 0)?;
            let per = lifetime(per.trim()).ok()?;
            Some(RateLimit::Max { requests, per })
        };
        max().ok_or_else(|| {
            Invalid::new(
                "is not a rate",
                "write auto, off, or requests and a time of at least a second, like 190/10s",
            )
        })
    }
}
