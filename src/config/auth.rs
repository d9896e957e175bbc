use secrecy::SecretString;
use url::Url;

use super::parse::{Invalid, Parsed, base, list, switch, text};
use super::reader::Reader;

/// How people sign in.
#[derive(Debug, Clone)]
pub struct Auth {
    /// Default `local`.
    pub mode: AuthMode,
    /// Lets demo mode listen on other than loopback. Default `false`.
    pub demo_allow_remote: bool,
    /// Present exactly when the mode is [`AuthMode::Oidc`].
    pub oidc: Option<Oidc>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AuthMode {
    /// Accounts with passwords.
    Local,
    /// Single sign-on.
    Oidc,
    /// Type a user and an org, no password.
    Demo,
}

impl AuthMode {
    fn parse(text: &str) -> Parsed<AuthMode> {
        match text {
            "local" => Ok(AuthMode::Local),
            "oidc" => Ok(AuthMode::Oidc),
            "demo" => Ok(AuthMode::Demo),
            _ => Err(Invalid::new(
                "is not a way to sign in",
                "choose local, oidc or demo",
            )),
        }
    }
}

/// Single sign-on by OpenID Connect.
#[derive(Debug, Clone)]
pub struct Oidc {
    /// The issuer; `/.well-known/openid-configuration` is looked for below it.
    pub issuer: Url,
    pub client_id: String,
    /// None for a public client.
    pub client_secret: Option<SecretString>,
    /// The claim that names the org. This or `org` is always there.
    pub org_claim: Option<String>,
    /// The one org that everybody belongs to.
    pub org: Option<String>,
    /// Email domains that may sign in, in lower case; empty: all.
    pub domains: Vec<String>,
}

impl Auth {
    pub(super) fn read(reader: &mut Reader) -> Option<Auth> {
        let mode = reader.required("PATCHBAY_AUTH", AuthMode::parse);
        let demo_allow_remote = reader.required("PATCHBAY_DEMO_ALLOW_REMOTE", switch);
        let oidc = Oidc::read(reader, mode == Some(AuthMode::Oidc));
        Some(Auth {
            mode: mode?,
            demo_allow_remote: demo_allow_remote?,
            oidc,
        })
    }
}

impl Oidc {
    /// Bad values are problems in every mode, missing ones only when single sign-on is asked for.
    fn read(reader: &mut Reader, wanted: bool) -> Option<Oidc> {
        let issuer = reader.optional("PATCHBAY_OIDC_ISSUER", base);
        let client_id = reader.optional("PATCHBAY_OIDC_CLIENT_ID", text);
        let client_secret = reader.secret("PATCHBAY_OIDC_CLIENT_SECRET");
        let org_claim = reader.optional("PATCHBAY_OIDC_ORG_CLAIM", text);
        let org = reader.optional("PATCHBAY_OIDC_ORG", text);
        let domains = reader.optional("PATCHBAY_OIDC_DOMAINS", list(',', domain));
        if !wanted {
            return None;
        }
        for (name, possible) in [
            (
                "PATCHBAY_OIDC_ISSUER",
                "give the address of the identity provider, or choose another PATCHBAY_AUTH",
            ),
            (
                "PATCHBAY_OIDC_CLIENT_ID",
                "give the client id that the identity provider shows for Patchbay",
            ),
        ] {
            if !reader.given(name) {
                reader.problem(name, "is not set, and PATCHBAY_AUTH is oidc", possible);
            }
        }
        if org_claim.is_none() && org.is_none() {
            reader.problem(
                "PATCHBAY_OIDC_ORG_CLAIM",
                "is not set, so nobody's org would be known",
                "name the claim that holds the org, or give one org for all as PATCHBAY_OIDC_ORG",
            );
        }
        Some(Oidc {
            issuer: issuer?,
            client_id: client_id?,
            client_secret,
            org_claim,
            org,
            domains: domains.unwrap_or_default(),
        })
    }
}

fn domain(text: &str) -> Parsed<String> {
    let is_domain = text.contains('.')
        && !text.contains(['@', '/', ':'])
        && !text.contains(char::is_whitespace);
    if !is_domain {
        return Err(Invalid::new(
            "is not an email domain",
            "write them like example.com, example.org",
        ));
    }
    Ok(text.to_lowercase())
}
