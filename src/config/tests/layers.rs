//! Where a value comes from, and every problem at once.

use super::*;

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
