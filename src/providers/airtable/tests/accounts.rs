//! Whose a grant is: whoami.

use super::*;
use crate::outbound::CallError;
use crate::providers::Introduction;

async fn introduced(reply: Reply) -> Result<Account, CallError> {
    let server = Server::in_turn([reply]).await;
    let introduction = Introduction {
        call: &call(&server),
        client: &client(&server),
        outbound: &outbound(),
        grant: &testing::grant(serde_json::Map::new()),
    };
    let account = Airtable.account(introduction).await;
    assert_eq!(server.seen()[0].target, "/v0/meta/whoami");
    account
}

#[tokio::test]
async fn an_account_is_called_by_its_address_where_that_may_be_seen() {
    for (file, name) in [
        ("whoami_oauth_with_email.json", "user@example.com"),
        (
            "whoami_oauth_without_email.json",
            "Airtable user usrEXAMPLE0000001",
        ),
        (
            "whoami_personal_access_token.json",
            "Airtable user usrEXAMPLE0000001",
        ),
    ] {
        let account = introduced(reply(file)).await.expect("an account");
        assert_eq!(
            (&account.id[..], &account.name[..]),
            ("usrEXAMPLE0000001", name)
        );
        assert_eq!(account.facts, [("User id".to_owned(), account.id.clone())]);
        assert_eq!(account.unit(), account.id);
    }
}

#[tokio::test]
async fn an_address_that_is_none_names_nobody() {
    for email in [json!(null), json!(""), json!(" \n"), json!(7)] {
        let body = json!({"id": "usr1", "email": email}).to_string();
        let account = introduced(Reply::new(200, body)).await.expect("an account");
        assert_eq!(account.name, "Airtable user usr1");
    }
}

#[tokio::test]
async fn without_an_id_there_is_no_account() {
    for body in [
        json!({}),
        json!({"id": null}),
        json!({"id": 7}),
        json!({"id": ""}),
        json!({"email": "ada@example.com"}),
    ] {
        let error = introduced(Reply::new(200, body.to_string()))
            .await
            .expect_err("a failure");
        assert!(matches!(error, CallError::Broken(_)), "{body}: {error:?}");
    }
}
