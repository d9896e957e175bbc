//! The module as its callers see it.

use std::collections::BTreeSet;
use std::fs;
use std::time::Duration;

use proptest::prelude::*;
use secrecy::ExposeSecret;

use super::*;

const PROVIDERS: &[&str] = &["hubspot", "airtable"];

fn sources(file: &str, env: &[(&str, &str)]) -> Sources {
    Sources {
        file: (!file.is_empty()).then(|| file.to_owned()),
        env: env
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect(),
    }
}

fn load(file: &str, env: &[(&str, &str)]) -> Loaded {
    Config::load(&sources(file, env), PROVIDERS).unwrap()
}

fn problems(file: &str, env: &[(&str, &str)]) -> Vec<String> {
    match Config::load(&sources(file, env), PROVIDERS) {
        Ok(_) => Vec::new(),
        Err(problems) => problems.to_string().lines().map(str::to_owned).collect(),
    }
}

/// The only problem there is.
fn problem(file: &str, env: &[(&str, &str)]) -> String {
    let mut problems = problems(file, env);
    assert_eq!(problems.len(), 1, "{problems:?}");
    problems.remove(0)
}

fn warnings(env: &[(&str, &str)]) -> String {
    load("", env).warnings.join("\n")
}

#[test]
fn nothing_given_means_the_documented_defaults() {
    let Loaded { config, warnings } = load("", &[]);
    assert_eq!(warnings, Vec::<String>::new());
    assert_eq!(config.server.bind.to_string(), "127.0.0.1:8000");
    assert_eq!(config.server.public_url.as_str(), "http://localhost:8000/");
    assert_eq!(config.server.data_dir.to_str(), Some("./data"));
    assert!(!config.server.is_https());
    assert!(config.server.trusted_proxies.is_empty());
    assert_eq!(config.auth.mode, AuthMode::Local);
    assert!(!config.auth.demo_allow_remote && config.auth.oidc.is_none());
    assert!(config.keys.encryption.is_none() && config.keys.session.is_none());
    assert!(matches!(config.redis.target, RedisTarget::Embedded));
    assert_eq!(config.vault.refresh_margin, Duration::from_secs(300));
    assert_eq!(
        config.vault.credential_ttl,
        Duration::from_secs(30 * 86_400)
    );
    assert_eq!(config.loading.max_pages, 0);
    assert_eq!(config.loading.items_max, 1_000_000);
    assert_eq!(config.loading.item_ttl, Duration::from_secs(30 * 86_400));
    assert_eq!(config.sessions.idle, Duration::from_secs(12 * 3600));
    assert_eq!(config.sessions.max, Duration::from_secs(7 * 86_400));
    assert!(config.api.cors_origins.is_empty() && config.api.rate_limits);
    assert_eq!(config.api.classic_timeout, Duration::from_secs(300));
    assert!(config.observe.metrics_bind.is_none() && config.observe.otlp_endpoint.is_none());
    assert_eq!(config.logging.filter, "info");
    assert_eq!(config.logging.format, LogFormat::Text);

    let hubspot = &config.providers["hubspot"];
    assert!(!hubspot.configured());
    assert_eq!(
        hubspot.redirect_uri.as_str(),
        "http://localhost:8000/integrations/hubspot/oauth2callback"
    );
    assert_eq!(hubspot.rate_limit, RateLimit::Auto);
    assert!(hubspot.scopes.is_none() && hubspot.api_url.is_none());
}

#[test]
fn the_environment_wins_over_the_file_and_the_file_over_defaults() {
    let file = "
        [patchbay]
        bind = '127.0.0.1:9000'
        public_url = 'https://one.example'
        load_max_pages = 5
        rate_limits = false
        cors_origins = ['https://a.example/', 'http://localhost:3000']
        [hubspot]
        client_id = 'from file'
        client_secret = 'from file'
        scopes = ['oauth', 'crm.objects.contacts.read']
        rate_limit = '190/10s'
    ";
    let env = [
        ("PATCHBAY_PUBLIC_URL", "https://two.example"),
        ("PATCHBAY_LOAD_MAX_PAGES", ""),
        ("HUBSPOT_CLIENT_ID", "from env"),
    ];
    let config = load(file, &env).config;
    assert_eq!(config.server.bind.port(), 9000);
    assert_eq!(config.server.public_url.as_str(), "https://two.example/");
    assert_eq!(config.loading.max_pages, 5, "an empty value is unset");
    assert!(!config.api.rate_limits);
    assert_eq!(
        config.api.cors_origins,
        ["https://a.example", "http://localhost:3000"]
    );
    assert_eq!(config.vault.refresh_margin, Duration::from_secs(300));

    let hubspot = &config.providers["hubspot"];
    assert!(hubspot.configured());
    assert_eq!(hubspot.client_id.as_deref(), Some("from env"));
    let secret = hubspot.client_secret.as_ref().unwrap();
    assert_eq!(secret.expose_secret(), "from file");
    assert_eq!(
        hubspot.redirect_uri.as_str(),
        "https://two.example/integrations/hubspot/oauth2callback"
    );
    assert_eq!(hubspot.scopes.as_ref().unwrap().len(), 2);
    let ten_seconds = Duration::from_secs(10);
    assert_eq!(
        hubspot.rate_limit,
        RateLimit::Max {
            requests: 190,
            per: ten_seconds
        }
    );
}

#[test]
fn every_setting_is_read_and_every_read_is_a_setting() {
    for env in [&[][..], &[("REDIS_HOST", "cache")]] {
        let mut reader = Reader::new(&sources("", env), PROVIDERS);
        read(&mut reader, PROVIDERS).unwrap();
        let known: BTreeSet<_> = settings(PROVIDERS).into_iter().map(|s| s.env).collect();
        let unknown: Vec<_> = reader.asked.difference(&known).collect();
        assert!(unknown.is_empty(), "{unknown:?}");
        let unread: Vec<_> = known.difference(&reader.asked).collect();
        assert!(
            unread
                .iter()
                .all(|name| env.is_empty() && name.starts_with("REDIS_")),
            "{unread:?}"
        );
    }
}

#[test]
fn every_problem_comes_out_at_once_and_names_its_setting() {
    let file = "
        [patchbay]
        bind = 8000
        data_dir = { path = 'x' }
        colour = 'red'
        [hubspot]
        scopes = 'oauth,contacts'
        [dropbox]
        client_id = 'x'
        [surplus
    ";
    assert!(problem(file, &[]).starts_with("patchbay.toml: is not valid TOML at line "));

    let file = file.replace("[surplus", "");
    let env = [
        ("PATCHBAY_PUBLIC_URL", "https://example.com/patchbay"),
        ("PATCHBAY_AUTH", "ldap"),
        ("PATCHBAY_ENCRYPTION_KEYS", "pa55word"),
        ("PATCHBAY_REFRESH_MARGIN", "300"),
        ("PATCHBAY_ITEM_TTL", "0s"),
        ("PATCHBAY_ITEMS_MAX", "0"),
        ("PATCHBAY_TRUSTED_PROXIES", "10.0.0.0/8, nginx"),
        ("PATCHBAY_CORS_ORIGINS", "*"),
        ("PATCHBAY_LOG", "info=debug=trace"),
        ("PATCHBAY_LOG_FORMAT", "xml"),
        ("PATCHBAY_OTLP_ENDPOINT", "https://u:pa55word@collector"),
        ("REDIS_URL", "redis://:pa55word@cache/x"),
        ("HUBSPOT_RATE_LIMIT", "190"),
        ("HUBSPOT_API_URL", "https://api.hubapi.com/crm"),
        ("HUBSPOT_CLIENT_SECRET_FILE", "/nowhere/secret"),
    ];
    let problems = problems(&file, &env);
    let begins = [
        "dropbox in patchbay.toml: is not a section; possible sections: [airtable], [hubspot], ",
        "PATCHBAY_DATA_DIR (patchbay.data_dir in patchbay.toml): has the wrong shape; ",
        "patchbay.colour in patchbay.toml: is not a setting; possible in [patchbay]: bind, ",
        "PATCHBAY_BIND (patchbay.bind in patchbay.toml): 8000 is not an IP address and port; ",
        "PATCHBAY_PUBLIC_URL: https://example.com/patchbay has a path; ",
        "PATCHBAY_AUTH: ldap is not a way to sign in; choose local, oidc or demo",
        "PATCHBAY_ENCRYPTION_KEYS: the value is refused: key 1 has no id before a colon; ",
        "PATCHBAY_REFRESH_MARGIN: 300 is not a duration with its unit; ",
        "PATCHBAY_ITEM_TTL: 0s is less than a second; ",
        "PATCHBAY_ITEMS_MAX: 0 would keep nothing; ",
        "PATCHBAY_TRUSTED_PROXIES: nginx is not a network; ",
        "PATCHBAY_CORS_ORIGINS: * is not an http or https URL; ",
        "PATCHBAY_LOG: info=debug=trace is not a log filter; ",
        "PATCHBAY_LOG_FORMAT: xml is not a log format; ",
        "PATCHBAY_OTLP_ENDPOINT: https://***@collector carries a name or password; ",
        "REDIS_URL: the value is not a Redis URL; ",
        "PATCHBAY_SESSION_KEY: is not set, and keys are only generated for the embedded Redis; ",
        "HUBSPOT_RATE_LIMIT: 190 is not a rate; ",
        "HUBSPOT_SCOPES (hubspot.scopes in patchbay.toml): oauth,contacts has a comma in it; ",
        "HUBSPOT_API_URL: https://api.hubapi.com/crm has a path; ",
        "HUBSPOT_CLIENT_SECRET_FILE: /nowhere/secret cannot be read (",
    ];
    for begin in begins {
        assert!(
            problems.iter().any(|line| line.starts_with(begin)),
            "{begin}\n{problems:#?}"
        );
    }
    assert_eq!(problems.len(), begins.len(), "{problems:#?}");
    assert!(!problems.join("").contains("pa55"));
}

#[test]
fn broken_toml_is_placed_but_not_quoted() {
    for file in [
        "[hubspot]\nclient_secret = pa55word",
        "[hubspot]\nclient_secret = \"pa55word",
        "[hubspot]\nclient_secret = 'pa55word' 'more'",
        "[hubspot]\npa55word = 1\npa55word = 2",
    ] {
        let problem = problem(file, &[]);
        assert!(problem.contains(" at line "), "{problem}");
        assert!(!problem.contains("pa55"), "{problem}");
    }
}

#[test]
fn a_key_outside_of_a_section_does_not_take_the_defaults_away() {
    let seen = problems("bind = '0.0.0.0:80'\npatchbay = 3", &[]);
    assert_eq!(seen.len(), 2, "{seen:?}");
    assert!(seen[1].ends_with("did you mean [patchbay]?"), "{seen:?}");
}

#[test]
fn secrets_may_be_files() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("secret");
    fs::write(&path, "pa55 word\r\n\n").unwrap();
    let path = path.to_str().unwrap();
    let secret = |file: &str, env: &[(&str, &str)]| {
        let config = load(file, env).config;
        let secret = config.providers["hubspot"].client_secret.clone();
        secret.unwrap().expose_secret().to_owned()
    };
    let in_file = format!("[hubspot]\nclient_secret_file = '{path}'");
    assert_eq!(
        secret("", &[("HUBSPOT_CLIENT_SECRET_FILE", path)]),
        "pa55 word"
    );
    assert_eq!(secret(&in_file, &[]), "pa55 word");
    assert_eq!(
        secret(&in_file, &[("HUBSPOT_CLIENT_SECRET", "direct")]),
        "direct"
    );
    assert_eq!(
        secret(
            "[hubspot]\nclient_secret = 'direct'",
            &[("HUBSPOT_CLIENT_SECRET_FILE", path)]
        ),
        "pa55 word"
    );

    let both = [
        ("HUBSPOT_CLIENT_SECRET", "x"),
        ("HUBSPOT_CLIENT_SECRET_FILE", path),
    ];
    assert_eq!(
        problem("", &both),
        "HUBSPOT_CLIENT_SECRET: is given twice, also as HUBSPOT_CLIENT_SECRET_FILE; remove one of them"
    );
    fs::write(path, "\n").unwrap();
    assert!(problem("", &[("HUBSPOT_CLIENT_SECRET_FILE", path)]).contains("is empty"));
    assert!(
        problem(&in_file, &[]).starts_with(
            "HUBSPOT_CLIENT_SECRET_FILE (hubspot.client_secret_file in patchbay.toml): "
        )
    );

    fs::write(path, "redis://cache:1/2\n").unwrap();
    let keys = keys();
    let mut env = vec![("REDIS_URL_FILE", path)];
    env.extend(keys.iter().map(|(name, value)| (*name, value.as_str())));
    let RedisTarget::Single { url, .. } = load("", &env).config.redis.target else {
        panic!("not single");
    };
    assert_eq!(url.expose_secret(), "redis://cache:1/2");
}

/// What an outside Redis asks for.
fn keys() -> [(&'static str, String); 2] {
    let keys = GeneratedKeys::new(&mut |bytes| bytes.fill(0x5a));
    [
        (
            "PATCHBAY_ENCRYPTION_KEYS",
            keys.encryption_keys.expose_secret().to_owned(),
        ),
        (
            "PATCHBAY_SESSION_KEY",
            keys.session_key.expose_secret().to_owned(),
        ),
    ]
}

#[test]
fn redis_from_its_parts() {
    let keys = keys();
    let single = |env: &[(&'static str, &str)]| {
        let keys = keys.iter().map(|(name, value)| (*name, value.as_str()));
        let env: Vec<_> = env.iter().copied().chain(keys).collect();
        let Loaded { config, warnings } = load("", &env);
        match config.redis.target {
            RedisTarget::Single { url, tls } => {
                (url.expose_secret().to_owned(), tls.is_some(), warnings)
            }
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(single(&[("REDIS_HOST", "cache")]).0, "redis://cache:6379");
    assert_eq!(single(&[("REDIS_PORT", "1")]).0, "redis://localhost:1");
    let login = [
        ("REDIS_HOST", "::1"),
        ("REDIS_USERNAME", "u"),
        ("REDIS_PASSWORD", "p@/:"),
    ];
    assert_eq!(single(&login).0, "redis://u:p%40%2F%3A@[::1]:6379");

    let folder = tempfile::tempdir().unwrap();
    let pem = folder.path().join("ca.pem");
    fs::write(&pem, "").unwrap();
    let tls = [
        ("REDIS_HOST", "cache"),
        ("REDIS_CA_FILE", pem.to_str().unwrap()),
    ];
    let (url, has_tls, _) = single(&tls);
    assert_eq!((url.as_str(), has_tls), ("rediss://cache:6379", true));

    // The URL wins, whatever the others hold.
    let (url, has_tls, warnings) = single(&[
        ("REDIS_URL", "redis://other"),
        ("REDIS_PORT", "no port"),
        ("REDIS_CA_FILE", "/nowhere"),
    ]);
    assert_eq!((url.as_str(), has_tls), ("redis://other", false));
    assert_eq!(warnings.len(), 2);

    // What Kubernetes sets by itself is not ours.
    let (url, _, warnings) = single(&[
        ("REDIS_HOST", "redis"),
        ("REDIS_PORT", "tcp://10.0.0.1:6379"),
    ]);
    assert_eq!(url, "redis://redis:6379");
    assert!(warnings[0].contains("Kubernetes"));

    let without_key = [
        ("REDIS_HOST", "cache"),
        ("REDIS_CERT_FILE", pem.to_str().unwrap()),
    ];
    assert!(problems("", &without_key)[0].contains("is set without REDIS_KEY_FILE"));
    assert!(warnings_of_embedded().contains("REDIS_PASSWORD is not read"));
}

fn warnings_of_embedded() -> String {
    warnings(&[
        ("REDIS_PASSWORD", "x"),
        ("REDIS_PORT", "tcp://10.0.0.1:6379"),
    ])
}

#[test]
fn an_outside_redis_needs_keys() {
    let problems = problems("", &[("REDIS_HOST", "cache")]);
    assert_eq!(problems.len(), 2, "{problems:?}");
    assert!(
        problems
            .iter()
            .all(|problem| problem.contains("`patchbay keys generate`"))
    );
}

#[test]
fn unknown_names_in_the_environment_are_warned_about() {
    let seen = warnings(&[
        ("PATCHBAY_BNID", "x"),
        ("PATCHBAY_SERVICE_HOST", "10.0.0.1"),
        ("PATCHBAY_SESSION_KEY_FIL", "x"),
        ("HUBSPOT_CLEINT_SECRET", "x"),
        ("HUBSPOT_API_KEY", "theirs"),
        ("REDIS_PASS", "theirs"),
        ("PATH", "/bin"),
    ]);
    assert_eq!(
        seen,
        "HUBSPOT_CLEINT_SECRET is not a setting; did you mean HUBSPOT_CLIENT_SECRET?\n\
         PATCHBAY_BNID is not a setting; did you mean PATCHBAY_BIND?\n\
         PATCHBAY_SERVICE_HOST is not a setting\n\
         PATCHBAY_SESSION_KEY_FIL is not a setting; did you mean PATCHBAY_SESSION_KEY_FILE?"
    );
}

#[test]
fn a_slip_in_the_file_is_recognised() {
    let said = problem("[patchbay]\npublic-url = 'x'", &[]);
    assert!(said.ends_with("did you mean public_url?"), "{said}");
    let said = problem("[patchbay]\nbind_file = 'x'", &[]);
    assert!(
        said.contains("is not a setting"),
        "only secrets have files: {said}"
    );
    let said = problem("[hubspt]\nclient_id = 'x'", &[]);
    assert!(said.ends_with("did you mean [hubspot]?"), "{said}");
}

#[test]
fn demo_mode_stays_on_loopback_unless_allowed() {
    let demo = ("PATCHBAY_AUTH", "demo");
    let everywhere = ("PATCHBAY_BIND", "0.0.0.0:8000");
    assert!(problem("", &[demo, everywhere]).contains("PATCHBAY_DEMO_ALLOW_REMOTE=true"));
    load(
        "",
        &[demo, everywhere, ("PATCHBAY_DEMO_ALLOW_REMOTE", "true")],
    );
    load("", &[demo, ("PATCHBAY_BIND", "[::1]:8000")]);
    load("", &[everywhere]);
}

#[test]
fn single_sign_on_needs_its_settings() {
    let mode = ("PATCHBAY_AUTH", "oidc");
    let missing = problems("", &[mode]);
    assert_eq!(missing.len(), 3, "{missing:?}");

    let env = [
        mode,
        ("PATCHBAY_OIDC_ISSUER", "https://id.example/realms/main"),
        ("PATCHBAY_OIDC_CLIENT_ID", "patchbay"),
        ("PATCHBAY_OIDC_ORG", "acme"),
        ("PATCHBAY_OIDC_DOMAINS", "Example.com, example.org"),
    ];
    let oidc = load("", &env).config.auth.oidc.unwrap();
    assert_eq!(oidc.domains, ["example.com", "example.org"]);
    assert!(load("", &env[1..]).config.auth.oidc.is_none());
}

#[test]
fn odd_combinations_are_warned_about() {
    for (env, part) in [
        (
            &[("PATCHBAY_PUBLIC_URL", "http://example.com")][..],
            "plain http",
        ),
        (&[("PATCHBAY_BIND", "127.0.0.1:9000")], "port 9000"),
        (&[("PATCHBAY_SESSION_IDLE", "8d")], "PATCHBAY_SESSION_MAX"),
        (
            &[("AIRTABLE_CLIENT_ID", "x")],
            "AIRTABLE_CLIENT_SECRET is not set",
        ),
        (&[("AIRTABLE_CLIENT_SECRET", "x")], "not configured"),
        (
            &[("HUBSPOT_TOKEN_URL", "http://example.com/t")],
            "unencrypted",
        ),
        (
            &[("HUBSPOT_REDIRECT_URI", "https://example.com/x")],
            "not signed in",
        ),
    ] {
        let seen = warnings(env);
        assert_eq!(seen.lines().count(), 1, "{seen}");
        assert!(seen.contains(part), "{seen}");
    }
    let same = [("PATCHBAY_METRICS_BIND", "127.0.0.1:8000")];
    assert!(problem("", &same).starts_with("PATCHBAY_METRICS_BIND: "));
}

#[test]
fn the_report_tells_all_but_secrets() {
    let file = "[hubspot]\nclient_id = 'app'\nclient_secret = 'pa55word1'";
    let env = [
        ("PATCHBAY_SESSION_KEY", "pa55word2"),
        ("PATCHBAY_BNID", "x"),
        ("PATCHBAY_PUBLIC_URL", "https://patchbay.example"),
        ("PATCHBAY_OTLP_ENDPOINT", "https://u:pa55word3@collector"),
        ("REDIS_URL", "redis://u:pa55word4@cache:6379/0"),
        ("AIRTABLE_CLIENT_SECRET_FILE", "/nowhere"),
    ];
    let report = report(&sources(file, &env), PROVIDERS);
    assert!(!report.sound);
    for line in [
        "PATCHBAY_BIND = 127.0.0.1:8000 (default)",
        "PATCHBAY_PUBLIC_URL = https://patchbay.example (environment)",
        "PATCHBAY_ENCRYPTION_KEYS = unset (default)",
        "PATCHBAY_SESSION_KEY = set (environment)",
        "REDIS_URL = redis://***@cache:6379/0 (environment)",
        "HUBSPOT_CLIENT_ID = app (patchbay.toml)",
        "HUBSPOT_CLIENT_SECRET = set (patchbay.toml)",
        "HUBSPOT_REDIRECT_URI = https://patchbay.example/integrations/hubspot/oauth2callback (default)",
        "AIRTABLE_CLIENT_SECRET = unusable (see the problems)",
        "- PATCHBAY_BNID is not a setting; did you mean PATCHBAY_BIND?",
    ] {
        assert!(
            report.text.lines().any(|seen| seen == line),
            "{line}\n{report}"
        );
    }
    assert!(
        report
            .text
            .contains("- PATCHBAY_SESSION_KEY: the value is not base64 of 64 bytes; ")
    );
    for setting in settings(PROVIDERS) {
        assert!(
            report.text.contains(&format!("{} = ", setting.env)),
            "{}",
            setting.env
        );
    }
    assert!(!report.text.contains("pa55"), "{report}");
}

#[test]
fn debug_shows_no_secret() {
    let keys = keys();
    let env = [
        (keys[0].0, keys[0].1.as_str()),
        (keys[1].0, &keys[1].1),
        ("REDIS_URL", "redis://u:pa55word@cache:6379/0"),
        ("HUBSPOT_CLIENT_SECRET", "pa55word"),
        ("PATCHBAY_OIDC_CLIENT_SECRET", "pa55word"),
    ];
    let loaded = load("", &env);
    let seen = format!("{loaded:?} {:?}", sources("", &env));
    assert!(!seen.contains("pa55") && !seen.contains("90, 90"), "{seen}");
    assert!(!seen.contains("WlpaWl"), "{seen}");
}

/// Texts that come near to what the parsers take.
fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<String>(),
        "[0-9]{1,22} ?[a-zµ]{0,7}",
        "(auto|off|[0-9]{0,12}/[0-9]{0,21}(s|ms|years)?)",
        "(redis|rediss|unix|redis-cluster|redis-sentinel|https?)(:|://)[a-z:@/,?#%\\[\\]0-9]{0,20}",
        "[0-9a-f.:]{0,20}/[0-9]{0,4}",
        "[a-z]{1,3}:[A-Za-z0-9+/=,:]{0,60}",
    ]
}

/// A setting of any kind.
fn setting() -> impl Strategy<Value = Setting> {
    prop::sample::select(settings(PROVIDERS))
}

fn secret_setting() -> impl Strategy<Value = Setting> {
    let mut settings = settings(PROVIDERS);
    settings.retain(Setting::is_secret);
    prop::sample::select(settings)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn no_text_panics_or_stays_unexplained(setting in setting(), text in text()) {
        let sources = sources("", &[(&setting.env, &text)]);
        if let Err(problems) = Config::load(&sources, PROVIDERS) {
            prop_assert!(!problems.0.is_empty());
        }
        for line in report(&sources, PROVIDERS).text.lines() {
            prop_assert!(!line.contains(char::is_control), "{line:?}");
        }
    }

    #[test]
    fn no_file_panics(file in any::<String>(), key in setting(), value in text()) {
        let (section, key) = key.key.split_once('.').unwrap();
        for file in [file, format!("[{section}]\n{key} = {value}"), format!("[{section}]\n{key} = {value:?}")] {
            let _ = report(&sources(&file, &[]), PROVIDERS);
        }
    }

    #[test]
    fn a_refused_secret_is_never_quoted(setting in secret_setting(), noise in text()) {
        for text in [format!("{noise}pa55word"), format!("redis://u:pa55word{noise}@h")] {
            // A host is no secret, and cannot be told from a password that lost its @.
            let is_host = setting.kind == Kind::SecretUrl && text.ends_with("pa55word");
            let report = report(&sources("", &[(&setting.env, &text)]), PROVIDERS);
            prop_assert!(is_host || !report.text.contains("pa55word"), "{report}");
        }
    }
}
