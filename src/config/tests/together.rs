//! What is odd about settings that are sound one by one.

use super::*;

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
    assert_eq!(warnings(&env), "");
    let other = [&env[..4], &[("PATCHBAY_OIDC_DOMAINS", "Bücher.example")]].concat();
    let oidc = load("", &other).config.auth.oidc.unwrap();
    assert_eq!(oidc.domains, ["xn--bcher-kva.example"]);
    assert!(warnings(&env[..4]).contains("everybody whom the identity provider knows"));

    for (name, value, part) in [
        ("PATCHBAY_OIDC_ORG_CLAIM", "org", "only one of them"),
        (
            "PATCHBAY_OIDC_ISSUER",
            "http://id.example",
            "not an https URL",
        ),
        ("PATCHBAY_OIDC_ORG", "a\u{7f}b", "control character"),
    ] {
        let others = env.into_iter().filter(|(other, _)| *other != name);
        let others: Vec<_> = others.chain([(name, value)]).collect();
        let said = problem("", &others);
        assert!(said.contains(part), "{said}");
    }
    let local = ("PATCHBAY_OIDC_ISSUER", "http://localhost:9000");
    load("", &[env[0], local, env[2], env[3], env[4]]);
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
