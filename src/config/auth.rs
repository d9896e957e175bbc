use secrecy::SecretString;
use url::{Host, Url};

use super::parse::{Invalid, Parsed, base, is_loopback, list, switch, text};
use super::reader::Reader;
use crate::owner::check_id;

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
    /// The claim that names the org. Just one of this and `org` is there.
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
        let address = reader.optional("PATCHBAY_OIDC_ISSUER", issuer);
        let client_id = reader.optional("PATCHBAY_OIDC_CLIENT_ID", text);
        let client_secret = reader.secret("PATCHBAY_OIDC_CLIENT_SECRET");
        let org_claim = reader.optional("PATCHBAY_OIDC_ORG_CLAIM", text);
        let fixed = reader.optional("PATCHBAY_OIDC_ORG", org);
        let domains = reader.optional("PATCHBAY_OIDC_DOMAINS", list(',', domain));
        if !wanted {
            return None;
        }
        Oidc::check_org(reader);
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
        Some(Oidc {
            issuer: address?,
            client_id: client_id?,
            client_secret,
            org_claim,
            org: fixed,
            domains: domains.unwrap_or_default(),
        })
    }

    /// Just one thing says which org somebody belongs to.
    fn check_org(reader: &mut Reader) {
        let given = |name| reader.given(name);
        let (claim, org) = (given("PATCHBAY_OIDC_ORG_CLAIM"), given("PATCHBAY_OIDC_ORG"));
        if !claim && !org {
            reader.problem(
                "PATCHBAY_OIDC_ORG_CLAIM",
                "is not set, so nobody's org would be known",
                "name the claim that holds the org, or give one org for all as PATCHBAY_OIDC_ORG",
            );
        }
        if claim && org {
            reader.problem(
                "PATCHBAY_OIDC_ORG",
                "is set beside PATCHBAY_OIDC_ORG_CLAIM, and only one of them can say the org",
                "remove one of them",
            );
        }
        if org && !reader.given("PATCHBAY_OIDC_DOMAINS") {
            reader.warn(
                "PATCHBAY_OIDC_DOMAINS",
                "is not set: everybody whom the identity provider knows can sign in",
            );
        }
    }
}

/// Whoever reads along could pass for anybody, so that plain http is for this machine alone.
fn issuer(text: &str) -> Parsed<Url> {
    let url = base(text)?;
    if url.scheme() != "https" && !is_loopback(&url) {
        return Err(Invalid::new(
            "is not an https URL",
            "write it like https://id.example.com; http is for this machine alone",
        ));
    }
    Ok(url)
}

fn org(text: &str) -> Parsed<String> {
    check_id(text).map_err(|bad| {
        Invalid::new(
            format!("{bad}, so it cannot be an org"),
            "write it as people see it, like acme",
        )
    })
}

/// A domain as emails are kept with it: in lower case, and in ASCII.
fn domain(text: &str) -> Parsed<String> {
    match Host::parse(text) {
        Ok(Host::Domain(domain)) if domain.contains('.') => Ok(domain),
        _ => Err(Invalid::new(
            "is not an email domain",
            "write them like example.com, example.org",
        )),
    }
}
