//! Which Redis.

use super::*;

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
fn certificates_and_the_login_of_sentinels_stand_beside_a_url() {
    let folder = tempfile::tempdir().unwrap();
    let pem = folder.path().join("ca.pem");
    fs::write(&pem, "").unwrap();
    let keys = keys();
    let read = |url: &str| {
        let beside = [
            ("REDIS_URL", url),
            ("REDIS_CA_FILE", pem.to_str().unwrap()),
            ("REDIS_SENTINEL_USERNAME", "s"),
            ("REDIS_SENTINEL_PASSWORD", "q"),
        ];
        let keys = keys.iter().map(|(name, value)| (*name, value.as_str()));
        let env: Vec<_> = beside.into_iter().chain(keys).collect();
        let Loaded { config, warnings } = load("", &env);
        (config.redis.target, warnings)
    };
    for url in [
        "rediss://a",
        "rediss-cluster://a,b",
        "rediss-sentinel://a/main",
    ] {
        let tls = match read(url).0 {
            RedisTarget::Single { tls, .. } | RedisTarget::Cluster { tls, .. } => tls,
            RedisTarget::Sentinel(to) => to.tls,
            RedisTarget::Embedded => None,
        };
        assert_eq!(tls.and_then(|tls| tls.ca), Some(pem.clone()), "{url}");
    }
    let (target, warnings) = read("redis-sentinel://u:p@a/main");
    let RedisTarget::Sentinel(to) = target else {
        panic!("{target:?}");
    };
    let said = |login: &Login| {
        let password = login
            .password
            .as_ref()
            .map(|it| it.expose_secret().to_owned());
        (login.username.clone(), password)
    };
    let pair = |name: &str, password: &str| (Some(name.to_owned()), Some(password.to_owned()));
    assert_eq!(said(&to.login), pair("u", "p"));
    assert_eq!(said(&to.own), pair("s", "q"));
    assert!(to.tls.is_none());
    assert_eq!(warnings.len(), 1, "{warnings:?}");
    assert!(
        warnings[0].starts_with("REDIS_CA_FILE is not read, because REDIS_URL is one without TLS")
    );
    // Of those two only Sentinels are told.
    assert_eq!(read("rediss://a").1.len(), 2);
}
