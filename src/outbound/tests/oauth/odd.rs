//! Token answers that are not as the standard has them. What can be used in them must not be lost.

use proptest::prelude::*;
use serde_json::{Map, json};

use super::*;

/// The grant that an answer must be read as.
pub(super) fn read(answer: &Value) -> Grant {
    let grant = Grant::parse(answer.to_string().as_bytes());
    grant.unwrap_or_else(|error| panic!("{answer}: {error}"))
}

/// The grant of an answer with this field beside its tokens.
fn with(name: &str, value: Value) -> Grant {
    let mut answer = json!({"access_token": "fresh", "refresh_token": "next"});
    answer[name] = value;
    let grant = read(&answer);
    assert_eq!(pair(&grant), ("fresh", Some("next")), "{answer}");
    grant
}

fn pair(grant: &Grant) -> (&str, Option<&str>) {
    let refresh = grant.refresh.as_ref();
    (
        grant.access.expose_secret(),
        refresh.map(ExposeSecret::expose_secret),
    )
}

#[test]
fn a_life_is_taken_where_it_means_something() {
    for (value, seconds) in [
        (json!(1800), Some(1800)),
        (json!("1800"), Some(1800)),
        (json!(" 1800.9 "), Some(1800)),
        (json!(1800.9), Some(1800)),
        (json!(0), None),
        (json!(0.3), None),
        (json!(-1800), None),
        (json!("soon"), None),
        (json!(""), None),
        (json!("NaN"), None),
        (json!(1e300), None),
        (json!(null), None),
        (json!([1800]), None),
    ] {
        let grant = with("expires_in", value.clone());
        assert_eq!(
            grant.expires_in,
            seconds.map(Duration::from_secs),
            "{value}"
        );
    }
}

#[test]
fn any_type_or_none_is_a_bearer() {
    for kind in [
        json!("Bearer "),
        json!("mac"),
        json!(""),
        json!(null),
        json!(7),
    ] {
        with("token_type", kind);
    }
    read(&json!({"access_token": "fresh"}));
}

#[test]
fn permissions_may_be_a_text_or_a_list() {
    let two = ["read", "write"].map(str::to_owned).to_vec();
    for (value, scopes) in [
        (json!("read write"), Some(&two)),
        (json!(" read  write\n"), Some(&two)),
        (json!(["read", 7, "write"]), Some(&two)),
        (json!(""), None),
        (json!([]), None),
        (json!(null), None),
        (json!({"read": true}), None),
    ] {
        assert_eq!(
            with("scope", value.clone()).scopes.as_ref(),
            scopes,
            "{value}"
        );
    }
}

#[test]
fn what_json_allows_and_parsers_dislike_costs_nothing() {
    let deep = "[".repeat(127) + &"]".repeat(127);
    for more in [
        r#""name": "half a pair: \ud83d""#,
        r#""number": 1e999"#,
        r#""expires_in": 1e999"#,
        r#""access_token": "fresh", "expires_in": 5, "expires_in": 6"#,
        r#""scope": "a", "scope": null"#,
        &format!(r#""deep": {deep}"#),
        &format!(r#""deeper": [{deep}]"#),
    ] {
        let tokens = r#""access_token": "fresh", "refresh_token": "next""#;
        for start in ["", "\u{feff}", " \n"] {
            let answer = format!("{start}{{{tokens}, {more}}}");
            let grant = Grant::parse(answer.as_bytes());
            let grant = grant.unwrap_or_else(|error| panic!("{answer}: {error}"));
            assert_eq!(pair(&grant), ("fresh", Some("next")));
        }
    }
    let latin = b"{\"access_token\": \"fresh\", \"name\": \"Zo\xeb\"}";
    assert!(Grant::parse(latin).is_ok());
}

/// Any JSON value, a few levels deep.
fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 32, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::btree_map(any::<String>(), inner, 0..6)
                .prop_map(|fields| fields.into_iter().collect::<Map<_, _>>().into()),
        ]
    })
}

const KNOWN: &[&str] = &[
    "token_type",
    "expires_in",
    "scope",
    "error",
    "code",
    "status",
];

/// A name that the standard knows, often.
fn name() -> impl Strategy<Value = String> {
    prop_oneof![
        prop::sample::select(KNOWN).prop_map(str::to_owned),
        any::<String>(),
    ]
}

proptest! {
    #[test]
    fn whatever_stands_beside_them_good_tokens_are_a_grant(
        beside in prop::collection::btree_map(name(), any_json(), 0..8),
        access in "[ -~]{1,40}",
        refresh in any::<String>().prop_filter("a token", |token| !token.is_empty()),
    ) {
        let mut answer: Map<String, Value> = beside.into_iter().collect();
        answer.insert("access_token".to_owned(), access.clone().into());
        answer.insert("refresh_token".to_owned(), refresh.clone().into());
        let grant = read(&answer.into());
        prop_assert_eq!(pair(&grant), (&access[..], Some(&refresh[..])));
    }
}
