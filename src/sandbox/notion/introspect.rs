//! Introspection and revocation of tokens.

use serde_json::{Value, json};

use super::{oauth_body::Fields, oauth_error::OauthError, state::State};

/// `POST /v1/oauth/introspect`. There is no `exp`; the words of `scope` are those of the documented example.
pub fn introspect(fields: &Fields, state: &State) -> Result<Value, OauthError> {
    let token = token(fields)?;
    let issued = state.with(|inner| Some(inner.saved.grants.either(token)?.issued));
    Ok(match issued {
        Some(issued) => json!({
            "active": true,
            "scope": "read_content insert_content update_content",
            "iat": issued.as_second(),
        }),
        None => json!({ "active": false }),
    })
}

/// `POST /v1/oauth/revoke`. A token that is not live is fine, as RFC 7009 has it.
pub fn revoke(fields: &Fields, state: &State) -> Result<Value, OauthError> {
    let token = token(fields)?;
    state.change(|inner| inner.saved.grants.revoke(token));
    Ok(json!({}))
}

fn token(fields: &Fields) -> Result<&str, OauthError> {
    let token = fields.get("token");
    token.ok_or(OauthError::Request("token is missing."))
}
