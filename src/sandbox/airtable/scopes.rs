//! Permissions: which the integration is registered for, and what they are in plain words.

pub const SCHEMA: &str = "schema.bases:read";
pub const RECORDS: &str = "data.records:read";
pub const EMAIL: &str = "user.email:read";
pub const WRITE: &str = "data.records:write";

/// The scopes the integration may ask for. Airtable documents that any other is `invalid_scope`.
const REGISTERED: [&str; 6] = [
    SCHEMA,
    RECORDS,
    EMAIL,
    WRITE,
    "data.recordComments:read",
    "webhook:manage",
];

/// Reads a list as Airtable documents it: separated by one space, each once, at least one.
///
/// # Errors
///
/// The text for `error_description`.
pub fn read(list: &str) -> Result<Vec<String>, String> {
    let mut scopes: Vec<String> = Vec::new();
    for scope in list.split(' ') {
        if scope.is_empty() {
            return Err("At least one scope, separated by single spaces, is required".to_owned());
        }
        if !REGISTERED.contains(&scope) {
            return Err("A scope is not registered for this integration".to_owned());
        }
        if scopes.iter().any(|known| known == scope) {
            return Err("A scope must not be repeated".to_owned());
        }
        scopes.push(scope.to_owned());
    }
    Ok(scopes)
}

/// A scope in plain words, for the consent page.
pub fn describe(scope: &str) -> &'static str {
    match scope {
        SCHEMA => "See the structure of your bases: tables, fields and views",
        RECORDS => "See the data in records",
        EMAIL => "See your email address",
        WRITE => "Create, change and delete records",
        "data.recordComments:read" => "See comments on records",
        _ => "Manage webhooks",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_each_scope_once_and_nothing_else() {
        assert_eq!(
            read("schema.bases:read data.records:read").map(|scopes| scopes.len()),
            Ok(2)
        );
        for list in [
            "",
            " ",
            "schema.bases:read ",
            "schema.bases:read  data.records:read",
            "schema.bases:read schema.bases:read",
            "schema.bases",
            "block:manage",
            "schema.bases:read,data.records:read",
        ] {
            assert!(read(list).is_err(), "{list:?}");
        }
    }
}
