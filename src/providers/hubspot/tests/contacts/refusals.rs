//! What HubSpot's refusals mean.

use proptest::prelude::*;

use super::*;
use crate::outbound::Meaning;
use crate::providers::hubspot::problem::Problem;
use crate::providers::testing::any_json;

/// What a new contact comes to, when it is answered like this.
async fn refusal(reply: Reply) -> ContactError {
    let server = Server::in_turn([reply]).await;
    let result = create(&server, &[("email", "a@example.com")]).await;
    result.expect_err("a refusal")
}

async fn faults(reply: Reply) -> Vec<(Option<String>, String)> {
    match refusal(reply).await {
        ContactError::Refused(faults) => {
            let pair = |fault: Fault| (fault.property, fault.text);
            faults.into_iter().map(pair).collect()
        }
        other => panic!("{other:?}"),
    }
}

fn told(property: &str, text: &str) -> (Option<String>, String) {
    (Some(property.to_owned()), text.to_owned())
}

fn bad(body: &Value) -> Reply {
    Reply::new(400, body.to_string())
}

#[tokio::test]
async fn a_value_that_is_not_accepted_is_told_of_its_property() {
    for (name, property, text) in [
        (
            "error_400_invalid_email.json",
            "email",
            "Email address example.lcom is invalid",
        ),
        (
            "error_400_unknown_property.json",
            "testproperty",
            "Property \"testproperty\" does not exist",
        ),
        (
            "error_400_missing_required_property.json",
            "lastname",
            "One or more required properties are missing",
        ),
    ] {
        assert_eq!(faults(reply(name)).await, [told(property, text)], "{name}");
    }
}

#[tokio::test]
async fn both_forms_are_read_and_so_is_the_message_alone() {
    let list = r#"Valeurs non valides : [{"message":"trop long","error":"INVALID_ALPHA","name":"city"},{"error":"INVALID_DATE","name":"born"}] (2)"#;
    let body = json!({"message": list, "errors": [
        {"message": "again", "context": {"propertyName": ["city"]}},
        {"code": "INVALID_LONG", "in": "age"}, null, {"context": 3},
    ]});
    let expected = [
        told("city", "trop long"),
        told("born", "INVALID_DATE"),
        told("age", "INVALID_LONG"),
    ];
    assert_eq!(faults(bad(&body)).await, expected);
    let text = "Missing 'Edit Associations' permission.";
    let alone = bad(&json!({"message": text, "errors": []}));
    assert_eq!(faults(alone).await, [(None, text.to_owned())]);
}

#[tokio::test]
async fn what_is_told_is_one_line_of_bounded_length() {
    let text = format!("line\u{202e}\r\n\u{0} two {}", "x".repeat(10_000));
    let list = json!([{"message": text, "name": "a\nb"}]).to_string();
    let faults = faults(bad(&json!({"message": format!("No: {list}")}))).await;
    let [(property, text)] = faults.as_slice() else {
        panic!("{faults:?}");
    };
    assert_eq!(property.as_deref(), Some("a b"));
    assert!(text.starts_with("line two xxx") && text.ends_with('…'));
    assert_eq!(text.chars().count(), 301);
}

#[tokio::test]
async fn a_400_that_says_nothing_stays_a_status() {
    for body in ["", "<html>", "[]", "{}", r#"{"message": 7}"#] {
        let error = refusal(Reply::new(400, body)).await;
        let ContactError::Call(CallError::Status { status: 400, .. }) = error else {
            panic!("{error:?}");
        };
    }
}

#[tokio::test]
async fn another_contact_that_has_the_email_is_named_where_it_is_told() {
    for (body, id) in [
        (fixture("error_409_duplicate.json"), Some("37765128953")),
        (
            json!({"message": "existe déjà. ID existant : 52."}).to_string(),
            Some("52"),
        ),
        (
            json!({"message": "x", "context": {"existingId": ["53"]}}).to_string(),
            Some("53"),
        ),
        (
            json!({"errors": [{"context": {"existingId": "54"}}]}).to_string(),
            Some("54"),
        ),
        (
            json!({"message": "Contact already exists."}).to_string(),
            None,
        ),
        (
            json!({"category": "CONFLICT", "context": {"existingId": ["../x"]}}).to_string(),
            None,
        ),
    ] {
        let error = refusal(Reply::new(409, body)).await;
        let ContactError::Taken(found) = error else {
            panic!("{error:?}");
        };
        assert_eq!(found.by.as_deref(), id);
        assert_eq!(found.property.as_deref(), id.map(|_| "email"));
    }
    for (told, property) in [
        (
            "{portalId=1, propertyName=email, value=a@example.com}",
            Some("email"),
        ),
        ("{propertyName=member_no}", Some("member_no")),
        ("", None),
    ] {
        let text =
            format!("Cannot set PropertyValueCoordinates{told} on 51. 52 already has that value.");
        let server = Server::in_turn([bad(&json!({"message": text}))]).await;
        let error = update(&server, &[("email", "a@example.com")]).await;
        let Err(ContactError::Taken(taken)) = error else {
            panic!("{error:?}");
        };
        assert_eq!(taken.by.as_deref(), Some("52"));
        assert_eq!(taken.property.as_deref(), property);
    }
}

#[tokio::test]
async fn another_conflict_is_told_as_it_is() {
    let text = "The record is being changed by somebody else.";
    let error = refusal(Reply::new(409, json!({"message": text}).to_string())).await;
    let ContactError::Refused(faults) = error else {
        panic!("{error:?}");
    };
    assert_eq!(faults[0].text, text);
    let error = refusal(Reply::new(409, "<html>")).await;
    let ContactError::Call(CallError::Status { status: 409, .. }) = error else {
        panic!("{error:?}");
    };
}

#[tokio::test]
async fn a_permission_that_is_missing_is_named_in_each_layout() {
    let write = "crm.objects.contacts.write";
    let list = json!(["crm.objects.contacts.sensitive.write.v2", write]);
    for (body, name) in [
        (
            json!({"errors": [{"context": {"requiredGranularScopes": list}}]}),
            write,
        ),
        (json!({"context": {"requiredGranularScopes": list}}), write),
        (
            json!({"context": {"requiredScopes": ["other.scope"]}}),
            "other.scope",
        ),
        (
            json!({"message": format!("This requires one of [a.b, {write}].")}),
            write,
        ),
        (
            json!({"category": "MISSING_SCOPES"}),
            "one that HubSpot does not name",
        ),
    ] {
        let error = refusal(Reply::new(403, body.to_string())).await;
        let ContactError::MissingPermission(missing) = error else {
            panic!("{error:?}");
        };
        assert_eq!(missing, name);
    }
    for body in [r#"{"category": "BANNED"}"#, "<html>", ""] {
        let error = refusal(Reply::new(403, body)).await;
        assert!(matches!(
            error,
            ContactError::Call(CallError::Status { status: 403, .. })
        ));
    }
}

#[tokio::test]
async fn a_contact_that_is_not_there_is_told_from_a_route_that_is_not() {
    for name in ["error_404_numeric_id.json", "error_404_non_numeric_id.json"] {
        let server = Server::in_turn([reply(name)]).await;
        assert!(matches!(
            get(&server, ID).await,
            Err(ContactError::NotFound)
        ));
        let result = update(&server, &[("phone", "1")]).await;
        assert!(matches!(result, Err(ContactError::NotFound)));
    }
    let server = Server::in_turn([Reply::new(404, "<html>")]).await;
    let result = get(&server, ID).await;
    assert!(matches!(
        result,
        Err(ContactError::Call(CallError::Status { status: 404, .. }))
    ));
}

#[tokio::test]
async fn what_speaks_of_the_token_or_the_day_is_passed_on() {
    let error = refusal(reply("error_401_expired.json")).await;
    assert!(matches!(error, ContactError::Call(CallError::Rejected)));
    let error = refusal(reply("error_429_daily.json")).await;
    assert!(matches!(error, ContactError::Call(CallError::Refused(_))));
    let error = refusal(reply("error_429_ten_secondly.json")).await;
    assert!(matches!(error, ContactError::Call(CallError::Busy(_))));
}

#[test]
fn a_lock_asks_for_two_seconds() {
    let meaning = crate::providers::hubspot::wire::reading(423, b"");
    assert_eq!(
        meaning,
        Meaning::Passing(Some(std::time::Duration::from_secs(2)))
    );
}

const WORDS: &[&str] = &[
    "message",
    "errors",
    "context",
    "category",
    "existingId",
    "propertyName",
    "requiredGranularScopes",
    "name",
    "error",
    "code",
    "Property values were not valid: [{\"message\":",
    "[{\"name\":\"a\"}]",
    "7 already has that value",
    "requires one of [",
];

proptest! {
    #[test]
    fn any_body_of_an_error_is_read(
        bytes in prop::collection::vec(any::<u8>(), 0..80), json in any_json(WORDS), text in ".{0,60}",
    ) {
        let told = json!({"message": text, "errors": json.clone()});
        for body in [bytes, json.to_string().into_bytes(), told.to_string().into_bytes()] {
            let problem = Problem::read(&body);
            let is_line = |text: &str| !text.is_empty() && !text.chars().any(char::is_control);
            for fault in problem.faults() {
                prop_assert!(is_line(&fault.text) && fault.text.chars().count() <= 301);
                prop_assert!(fault.property.is_none_or(|name| is_line(&name)));
            }
            for taken in [400, 409].into_iter().filter_map(|status| problem.taken(status)) {
                let id = taken.by.unwrap_or_default();
                prop_assert!(taken.property.is_none_or(|name| is_line(&name)));
                prop_assert!(id.bytes().all(|byte| byte.is_ascii_digit()));
            }
            let _ = problem.missing_permission();
        }
    }
}
