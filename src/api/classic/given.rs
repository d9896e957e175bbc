//! Whose items are wanted: those of a connection, or what a token of the caller's own shows.

use secrecy::SecretString;
use serde_json::{Map, Value};

use super::fields;
use crate::error::{Failure, Kind};
use crate::form::Fields;
use crate::owner::{Owner, check_id};

/// Whose items are wanted.
#[derive(Debug)]
pub(super) enum Given {
    /// Those of this owner's connection.
    Ids(Owner),
    /// What the provider shows to the bearer of this token, which is the caller's own.
    Token(SecretString),
}

/// What is possible, for who sent something else.
const POSSIBLE: &str = "Send it as JSON: an object with user_id and org_id, or with an access_token of your own. Or send user_id and org_id as fields of the form.";
const CREDENTIALS: &str = "credentials";
const IDS: [&str; 2] = ["user_id", "org_id"];

/// Reads whose items are wanted. Where ids and a token are given, the ids count.
pub(super) fn given(fields: &Fields) -> Result<Given, Failure> {
    let text = fields.get(CREDENTIALS).trim();
    let is_field = |name: &&str| fields.all(name).next().is_some();
    if text.is_empty() {
        return match IDS.iter().any(is_field) {
            true => fields::owner(fields).map(Given::Ids),
            false => Err(refused("is missing")),
        };
    }
    let object = match serde_json::from_str(text) {
        Ok(Value::Object(object)) => object,
        Ok(_) => return Err(refused("is no JSON object")),
        Err(_) => return Err(refused("is not JSON")),
    };
    if let Some(owner) = owner(&object)? {
        return Ok(Given::Ids(owner));
    }
    // Fields that are there and empty say nothing beside a token.
    let says = |name: &&str| !fields.get(name).trim().is_empty();
    match IDS.iter().all(says) {
        true => fields::owner(fields).map(Given::Ids),
        false => token(&object),
    }
}

/// The ids in the object, if it has both. Providers' own token answers may have one of these names too.
fn owner(object: &Map<String, Value>) -> Result<Option<Owner>, Failure> {
    let value = |name| object.get(name).filter(|value| !value.is_null());
    let (Some(org), Some(user)) = (value("org_id"), value("user_id")) else {
        return Ok(None);
    };
    Ok(Some(Owner {
        org: id("org_id", org)?,
        user: id("user_id", user)?,
    }))
}

fn id(name: &str, value: &Value) -> Result<String, Failure> {
    let text = value.as_str();
    let text = text.ok_or_else(|| refused(&format!("holds no text as {name}")))?;
    check_id(text).map_err(|bad| refused(&format!("does not fit: {name} {bad}")))
}

fn token(object: &Map<String, Value>) -> Result<Given, Failure> {
    let token = match object.get("access_token") {
        None | Some(Value::Null) => {
            return Err(refused(
                "holds neither user_id and org_id nor an access_token",
            ));
        }
        Some(token) => token.as_str(),
    };
    let token = token.ok_or_else(|| refused("holds no text as access_token"))?;
    // Anything else cannot stand in a header.
    let fits = !token.is_empty() && token.bytes().all(|byte| byte.is_ascii_graphic());
    match fits {
        true => Ok(Given::Token(SecretString::from(token))),
        false => Err(refused("holds an access_token that cannot be one")),
    }
}

fn refused(why: &str) -> Failure {
    Failure::new(
        Kind::Unprocessable,
        format!("{CREDENTIALS} {why}"),
        POSSIBLE,
    )
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret;

    use super::*;

    fn read(fields: &[(&str, &str)]) -> String {
        let fields = fields.iter();
        let fields = fields.map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        match given(&fields.collect()) {
            Ok(Given::Ids(owner)) => format!("{}/{}", owner.org, owner.user),
            Ok(Given::Token(token)) => format!("token {}", token.expose_secret()),
            Err(failure) => {
                assert_eq!(failure.kind, Kind::Unprocessable);
                failure.title.into_owned()
            }
        }
    }

    #[test]
    fn ids_count_before_a_token() {
        let ids = [("user_id", "ada"), ("org_id", "acme")];
        let both = r#"{"org_id": "acme", "user_id": "ada", "access_token": "t"}"#;
        let lent = (CREDENTIALS, r#"{"access_token": "t"}"#);
        let half = r#"{"access_token": "t", "user_id": 5, "org_id": null}"#;
        assert_eq!(read(&ids), "acme/ada");
        assert_eq!(read(&[(CREDENTIALS, " "), ids[0], ids[1]]), "acme/ada");
        assert_eq!(read(&[(CREDENTIALS, both)]), "acme/ada");
        assert_eq!(read(&[lent, ids[0], ids[1]]), "acme/ada");
        assert_eq!(read(&[lent]), "token t");
        assert_eq!(read(&[lent, ids[0]]), "token t");
        assert_eq!(read(&[lent, ("user_id", ""), ("org_id", "")]), "token t");
        assert_eq!(read(&[(CREDENTIALS, half)]), "token t");
    }

    #[test]
    fn what_does_not_fit_is_named() {
        for (text, says) in [
            ("", "is missing"),
            ("{", "is not JSON"),
            ("[]", "is no JSON object"),
            ("null", "is no JSON object"),
            ("{}", "holds neither"),
            (r#"{"user_id": "ada"}"#, "holds neither"),
            (
                r#"{"org_id": 1, "user_id": "ada"}"#,
                "holds no text as org_id",
            ),
            (
                r#"{"org_id": "a", "user_id": ["b"]}"#,
                "holds no text as user_id",
            ),
            (r#"{"org_id": "a", "user_id": " "}"#, "user_id is empty"),
            (r#"{"access_token": 7}"#, "holds no text as access_token"),
            (r#"{"access_token": "a b"}"#, "cannot be one"),
            (r#"{"access_token": ""}"#, "cannot be one"),
        ] {
            let told = read(&[(CREDENTIALS, text)]);
            assert!(
                told.starts_with("credentials ") && told.contains(says),
                "{text}: {told}"
            );
        }
        assert_eq!(read(&[("user_id", "ada")]), "org_id is missing");
    }
}
