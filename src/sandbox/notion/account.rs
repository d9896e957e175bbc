//! Users: the bot that the app is, and the person who authorized it.

use actix_web::HttpRequest;
use serde_json::{Value, json};

use super::{
    failure::{APP_NAME, Failure},
    guard::Caller,
    lists,
    workspaces::{self, Workspace},
};

/// Who owns the authorization. Without the capability to read users it is a partial user.
pub fn owner(has_users: bool) -> Value {
    json!({ "type": "user", "user": person(has_users) })
}

/// `GET /v1/users/me`: the bot. It needs no capability.
pub fn me(caller: &Caller) -> Value {
    bot(caller.workspace(), caller.has_users)
}

/// `GET /v1/users`.
///
/// # Errors
///
/// 403 without the capability to read users, 400 for wrong paging.
pub fn users(caller: &Caller, request: &HttpRequest) -> Result<Value, Failure> {
    if !caller.has_users {
        return Err(Failure::restricted());
    }
    let users = vec![person(true), bot(caller.workspace(), true)];
    lists::page(users, "user", request.query_string())
}

fn person(has_users: bool) -> Value {
    let mut person = json!({ "object": "user", "id": workspaces::person() });
    if has_users {
        person["name"] = "Avery Example".into();
        person["avatar_url"] = "https://example.com/avatars/avery.png".into();
        person["type"] = "person".into();
        // `email_verified` since July 2026.
        person["person"] = json!({ "email": "avery@example.com", "email_verified": true });
    }
    person
}

fn bot(workspace: &Workspace, has_users: bool) -> Value {
    json!({
        "object": "user",
        "id": workspace.bot(),
        "name": APP_NAME,
        "avatar_url": null,
        "type": "bot",
        "bot": {
            "owner": owner(has_users),
            "workspace_name": workspace.name,
            "workspace_id": workspace.id(),
            "workspace_limits": { "max_file_upload_size_in_bytes": 5_242_880 },
        },
    })
}
