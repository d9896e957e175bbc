//! Secrets: as files, in the report, in `Debug`.

use super::*;

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
    let report = report(&sources(file, &env), PROVIDERS, &[]);
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
