//! Whose a grant is, as the token answer itself says; Notion is not asked.

use super::*;
use crate::outbound::CallError;
use crate::outbound::oauth::Grant;
use crate::providers::Introduction;

/// Whose a grant with these fields is.
async fn introduced(extra: Value) -> Result<Account, CallError> {
    let Value::Object(extra) = extra else {
        panic!("no object")
    };
    of(&testing::grant(extra)).await
}

async fn of(grant: &Grant) -> Result<Account, CallError> {
    let server = Server::in_turn([Reply::new(500, "")]).await;
    let introduction = Introduction {
        call: &call(&server),
        client: &client(&server),
        outbound: &outbound(),
        grant,
    };
    let account = Notion.account(introduction).await;
    assert!(server.seen().is_empty());
    account
}

fn facts(account: &Account) -> Vec<(&str, &str)> {
    let facts = account.facts.iter();
    facts.map(|(name, fact)| (&name[..], &fact[..])).collect()
}

#[tokio::test]
async fn each_recorded_answer_names_workspace_person_and_bot() {
    for name in [
        "token_success_with_refresh.json",
        "token_success_refresh_null.json",
        "token_success_legacy_no_refresh_key.json",
        "refresh_success.json",
    ] {
        let server = Server::in_turn([reply(name)]).await;
        let code = SecretString::from(SPENT);
        let grant = client(&server).exchange(&outbound(), &code, None).await;
        let account = of(&grant.expect("a grant")).await.expect("an account");
        let workspace = "752bd615-ee8f-869e-a59b-782c6222b2f1";
        assert_eq!(
            (&account.id[..], &account.name[..]),
            (workspace, "Acme Workspace")
        );
        assert_eq!(
            facts(&account),
            [("Workspace id", workspace), ("Allowed by", "Avery Example")]
        );
        assert_eq!(account.unit(), "24f6354a-c078-8953-af51-4e9cd5f2b7c1");
    }
}

#[tokio::test]
async fn a_workspace_without_a_name_is_called_by_what_it_is() {
    for name in [json!(null), json!(""), json!(" \n"), json!(7)] {
        let answer = json!({"bot_id": "b", "workspace_id": "w", "workspace_name": name});
        let account = introduced(answer).await.expect("an account");
        assert_eq!(account.name, "Notion workspace");
    }
    let account = introduced(json!({"bot_id": "b", "workspace_id": "w"})).await;
    assert_eq!(account.expect("an account").name, "Notion workspace");
}

#[tokio::test]
async fn who_allowed_it_is_named_where_that_may_be_seen() {
    let user = |user: Value| json!({"type": "user", "user": user});
    for (owner, person) in [
        (
            user(json!({"name": " Ada ", "person": {"email": "ada@example.com"}})),
            Some("Ada"),
        ),
        (
            user(json!({"name": null, "person": {"email": "ada@example.com"}})),
            Some("ada@example.com"),
        ),
        (
            user(json!({"name": " ", "person": {"email": "ada@example.com"}})),
            Some("ada@example.com"),
        ),
        (user(json!({"name": null, "person": {"email": " "}})), None),
        (user(json!({"name": null, "person": {}})), None),
        (user(json!({"object": "user", "id": "u"})), None),
        (user(json!(null)), None),
        (json!({"type": "workspace", "workspace": true}), None),
        (json!({"workspace": true}), None),
        (json!(null), None),
        (json!("somebody"), None),
    ] {
        let answer = json!({"bot_id": "b", "workspace_id": "w", "owner": owner});
        let account = introduced(answer).await.expect("an account");
        let named = facts(&account)
            .into_iter()
            .find(|(name, _)| *name == "Allowed by");
        assert_eq!(named.map(|(_, fact)| fact), person, "{owner}");
    }
    let account = introduced(json!({"bot_id": "b", "workspace_id": "w"})).await;
    assert_eq!(
        facts(&account.expect("an account")),
        [("Workspace id", "w")]
    );
}

#[tokio::test]
async fn an_answer_that_does_not_say_whose_it_is_is_no_account() {
    for answer in [
        json!({}),
        json!({"bot_id": "b"}),
        json!({"workspace_id": "w"}),
        json!({"bot_id": null, "workspace_id": "w"}),
        json!({"bot_id": "b", "workspace_id": 7}),
        json!({"bot_id": "", "workspace_id": "w"}),
        json!({"bot_id": "b", "workspace_id": ""}),
    ] {
        let error = introduced(answer.clone()).await.expect_err("a failure");
        assert!(matches!(error, CallError::Broken(_)), "{answer}: {error:?}");
        assert!(error.to_string().contains("which workspace"), "{error}");
    }
}
