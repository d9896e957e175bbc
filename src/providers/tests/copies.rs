//! A new payload is looked at as it comes, and a wrong one is found: on copies of the folders, to which files
//! and rows of the index were added.

use std::path::PathBuf;

use serde_json::{Value, json};
use tempfile::TempDir;

use super::check::{self, Findings};
use crate::providers::testing::folder;

/// A copy of a provider's folder.
struct Copy {
    id: &'static str,
    there: TempDir,
    index: Value,
}

impl Copy {
    fn of(id: &'static str) -> Self {
        let there = tempfile::tempdir().expect("a folder");
        for entry in std::fs::read_dir(folder(id)).expect("a folder") {
            let entry = entry.expect("an entry");
            std::fs::copy(entry.path(), there.path().join(entry.file_name())).expect("a copy");
        }
        let index = std::fs::read(there.path().join("index.json")).expect("an index");
        let index = serde_json::from_slice(&index).expect("JSON");
        Self { id, there, index }
    }

    fn path(&self, file: &str) -> PathBuf {
        self.there.path().join(file)
    }

    /// Adds a row of the sort that the index has, and no file.
    fn row(&mut self, file: &str, status: u16, request: &str) {
        let rows = match self.index.is_array() {
            true => &mut self.index,
            false => &mut self.index["files"],
        };
        let rows = rows.as_array_mut().expect("rows");
        let first = &rows[0];
        let called = |one, other| if first.get(one).is_some() { one } else { other };
        let (status_name, request_name) = (
            called("status", "http_status"),
            called("request", "endpoint"),
        );
        rows.push(json!({"file": file, status_name: status, request_name: request}));
    }

    /// Adds what a table lists in lines of name, status, request and body; answers the names.
    fn add(&mut self, table: &'static str) -> Vec<&'static str> {
        let lines = table.lines().map(str::trim);
        let lines = lines.filter(|line| !line.is_empty());
        let add = |line: &'static str| {
            let cells: Vec<_> = line.splitn(4, '|').map(str::trim).collect();
            let [file, status, request, body] = cells[..] else {
                panic!("not four cells: {line}");
            };
            self.row(file, status.parse().expect("a status"), request);
            std::fs::write(self.path(file), body).expect("written");
            file
        };
        lines.map(add).collect()
    }

    async fn findings(&self) -> Findings {
        std::fs::write(self.path("index.json"), self.index.to_string()).expect("written");
        check::folder(self.id, self.there.path()).await
    }
}

/// Adds payloads that are named by their classes, and looks whether they are taken for those.
async fn are_taken(id: &'static str, table: &'static str) {
    let mut copy = Copy::of(id);
    let files = copy.add(table);
    let Findings { classes, faults } = copy.findings().await;
    assert!(faults.is_empty(), "{id}: {faults:#?}");
    for file in files {
        let class = format!("{:?}", classes[file]).to_lowercase();
        let expected = file.split(['.', '_']).next().expect("a class");
        assert!(class.starts_with(expected), "{id}: {file} is a {class}");
    }
}

/// Adds payloads of which each has a fault, and looks whether just those are found.
async fn are_found(id: &'static str, table: &'static str) {
    let mut copy = Copy::of(id);
    let mut files = copy.add(table);
    let faults = copy.findings().await.faults;
    let found = faults.iter().filter_map(|fault| fault.split_once(": "));
    let mut found: Vec<_> = found.map(|(file, _)| file).collect();
    found.sort_unstable();
    files.sort_unstable();
    assert_eq!(found, files, "{id}: {faults:#?}");
}

#[tokio::test]
async fn new_payloads_of_hubspot_are_taken_for_what_they_are() {
    let table = r#"
        grant.json   | 200 | POST /oauth/2027-03/token | {"access_token": "a", "token_type": "bearer", "scopes": ["oauth"]}
        refusal.json | 400 | POST /oauth/2027-03/token grant_type=refresh_token | {"status": "EXPIRED_AUTH_CODE"}
        refusal_locked.json | 423 | POST /oauth/2027-03/token | {"status": "LOCKED"}
        refusal_html.html | 502 | POST /oauth/2027-03/token | <html>
        introspection.json | 200 | POST /oauth/2027-03/token/introspect | {"active": true, "hub_domain": "shop.example.com"}
        account.json | 200 | GET /account-info/2027-03/details | {"portalId": 77}
        page.json    | 200 | GET /crm/objects/2027-03/companies?limit=100 | {"results": [{"id": "9", "properties": {"name": null}, "createdAt": "2027-01-02T03:04:05Z"}], "paging": {"next": {"after": "9"}}}
        failure.json | 477 | any | {}
        failure_day.json | 429 | any | {"policyName": "DAILY"}
        failure_html.html | 503 | GET /crm/objects/2027-03/deals | <html>
        failure_scope.json | 403 | any | {"errors": [{"context": {"requiredGranularScopes": ["crm.objects.deals.read"]}}]}
        unread_properties.json | 200 | GET /crm/v3/properties/contacts | {"results": [{"name": "email"}]}
        unread.json  | 200 | DELETE /crm/objects/2027-03/deals/9 | {}
        callback.json | 302 | GET <redirect_uri> | {"denied": "error=access_denied&state=s"}
    "#;
    are_taken("hubspot", table).await;
}

#[tokio::test]
async fn new_payloads_of_notion_are_taken_for_what_they_are() {
    let table = r#"
        grant.json   | 200 | POST /v1/oauth/token (authorization_code) | {"access_token": "ntn_FAKE", "token_type": "bearer", "bot_id": "b", "workspace_id": "w", "workspace_name": null}
        refusal.json | 403 | POST /v1/oauth/token | {"object": "error", "code": "test_env_error"}
        refusal_revoke.json | 500 | POST /v1/oauth/revoke | {"error": "internal_server_error"}
        introspection.json | 200 | POST /v1/oauth/introspect | {"active": false}
        revocation.json | 200 | POST /v1/oauth/revoke | {}
        page.json    | 200 | POST /v1/search | {"object": "list", "results": [{"object": "page", "id": "p", "properties": {"Aufgabe": {"type": "title", "title": [{"plain_text": "A"}]}}}, {"object": "page", "id": "t", "in_trash": true}], "next_cursor": "c", "has_more": true}
        page_database.json | 200 | GET /v1/databases/{id} | {"object": "database", "id": "d", "title": []}
        names.json   | 200 | (derived) | {"page.json": [{"object": "page", "id": "p", "name": "A"}]}
        failure.json | 429 | any | {"additional_data": {"rate_limit_reason": "public_api_request_blocked"}}
        failure_gone.json | 410 | GET /v1/pages/{id} | {"object": "error", "code": "gone"}
        failure_edge.html | 403 | any | <html>
        unread.json  | 200 | GET /v1/comments | {"object": "list", "results": []}
        callback.json | 302 | GET <redirect_uri> | {"approved": "code=c&state=s"}
    "#;
    are_taken("notion", table).await;
}

#[tokio::test]
async fn new_payloads_of_airtable_are_taken_for_what_they_are() {
    let table = r#"
        grant.json   | 200 | POST /oauth2/v1/token | {"access_token": "a", "token_type": "Bearer ", "scope": "a:read b:read", "expires_in": 60}
        refusal.html | 502 | POST /oauth2/v1/token | <html>
        refusal_conflict.html | 409 | POST /oauth2/v1/token |
        account.json | 200 | GET /v0/meta/whoami | {"id": "usr1"}
        page_bases.json | 200 | GET /v0/meta/bases?offset=x | {"bases": [{"id": "app1", "permissionLevel": null}], "offset": ""}
        page_tables.json | 200 | GET /v0/meta/bases/app1/tables | {"tables": [{"id": "tbl1", "name": " "}]}
        page.json    | 200 | GET /v0/app1/tbl1?pageSize=100 | {"records": [{"id": "rec1", "createdTime": "2027-01-02T03:04:05.000Z", "fields": {}}], "offset": "itr/rec"}
        failure.json | 422 | any | {"error": {"type": "VIEW_NAME_NOT_FOUND"}}
        failure_null.json | 403 | any | {"error": null}
        failure_empty.html | 413 | any |
        unread.json  | 200 | GET /v0/app1/tbl1/rec1 | {"id": "rec1"}
        callback.json | 302 | GET {redirect_uri}?... | {"error": "server_error", "state": "s"}
    "#;
    are_taken("airtable", table).await;
}

#[tokio::test]
async fn wrong_payloads_of_hubspot_are_found() {
    let table = r#"
        no_id.json      | 200 | GET /crm/v3/objects/deals | {"results": [{"name": "x"}]}
        no_list.json    | 200 | GET /crm/v3/objects/deals | {"rows": []}
        no_time.json    | 200 | GET /crm/v3/objects/deals | {"results": [{"id": "1", "createdAt": "soon"}]}
        no_account.json | 200 | GET /account-info/v3/details | {"hub": 1}
        no_json.json    | 200 | GET /anything | <html>
        no_text.html    | 200 | GET /anything |
        no_token.json   | 200 | POST /oauth/v3/token | {"access_token": "", "token_type": "bearer"}
        no_refusal.json | 200 | POST /oauth/v3/token | {"error": "invalid_grant"}
        no_answer.json  | 200 | POST /oauth/v3/token/introspect | {"hub_domain": "example.com"}
        no_code.json    | 207 | POST /crm/v3/objects/deals/batch/read | {"results": [], "errors": [{}]}
    "#;
    are_found("hubspot", table).await;
}

#[tokio::test]
async fn wrong_payloads_of_notion_are_found() {
    let table = r#"
        no_id.json    | 200 | POST /v1/search | {"results": [{"object": "page"}]}
        no_kind.json  | 200 | POST /v1/search | {"results": [{"id": "1"}]}
        no_rows.json  | 200 | POST /v1/search | {"results": "none"}
        no_error.json | 200 | GET /v1/users | {"object": "error", "code": "x"}
        no_bot.json   | 200 | POST /v1/oauth/token | {"access_token": "a", "token_type": "bearer"}
        no_name.json  | 200 | (derived) | {"search_empty.json": [{"id": "1", "name": "A"}]}
        no_file.json  | 200 | (derived) | {"nowhere.json": []}
        no_state.json | 302 | GET <redirect_uri> | {"approved": "code=c"}
    "#;
    are_found("notion", table).await;
}

#[tokio::test]
async fn wrong_payloads_of_airtable_are_found() {
    let table = r#"
        no_id.json   | 200 | GET /v0/app1/tbl1 | {"records": [{"fields": {}}]}
        no_list.json | 200 | GET /v0/meta/bases | {"base": []}
        no_user.json | 200 | GET /v0/meta/whoami | {"email": "ada@example.com"}
        no_code.json | 302 | GET {redirect_uri} | {"state": "s"}
        both.json    | 302 | GET {redirect_uri} | {"state": "s", "code": "c", "error": "e"}
    "#;
    are_found("airtable", table).await;
}

#[tokio::test]
async fn a_file_without_a_row_and_a_row_without_a_file_are_found() {
    for id in ["hubspot", "notion", "airtable"] {
        let mut copy = Copy::of(id);
        copy.row("nowhere.json", 404, "any");
        std::fs::write(copy.path("unlisted.json"), "{}").expect("written");
        let faults = copy.findings().await.faults.join("\n");
        for fault in [
            "nowhere.json: in the index, but there is no such file",
            "unlisted.json: a file that is not in the index",
        ] {
            assert!(faults.contains(fault), "{id}: {faults}");
        }
    }
}
