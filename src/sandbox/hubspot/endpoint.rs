//! Which call a request is, told from its method and path alone: faults and counters need to know it
//! before any handler runs.

use actix_web::http::Method;

use super::data::Kind;

/// What a call is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target {
    Token,
    Account,
    Objects(Kind),
    /// The definitions of properties.
    Definitions,
    /// Objects of a type that is not there, introspection, revocation.
    Other,
}

/// One call.
#[derive(Debug)]
pub struct Call {
    pub target: Target,
    /// The name of its counter.
    pub counter: String,
    /// Whether the answer is a page of rows.
    pub is_page: bool,
    pub is_search: bool,
}

impl Call {
    /// The call, or `None` when it is none of the API.
    pub fn of(method: &Method, path: &str) -> Option<Self> {
        let parts: Vec<&str> = path.trim_matches('/').split('/').collect();
        match parts.as_slice() {
            ["oauth", _, "token"] => Some(Self::plain(Target::Token, "token")),
            ["oauth", _, "token", "introspect"] => Some(Self::plain(Target::Other, "introspect")),
            ["oauth", _, "token", "revoke"] | ["oauth", "v1", "refresh-tokens", _] => {
                Some(Self::plain(Target::Other, "revoke"))
            }
            ["account-info", _, "details"] => Some(Self::plain(Target::Account, "account")),
            ["crm", "properties", _, _] | ["crm", "v3", "properties", _] => {
                Some(Self::plain(Target::Definitions, "properties"))
            }
            ["crm", "objects", _, rest @ ..] | ["crm", "v3", "objects", rest @ ..] => {
                Some(Self::objects(method, rest))
            }
            _ => None,
        }
    }

    fn plain(target: Target, counter: &str) -> Self {
        Self {
            target,
            counter: counter.to_owned(),
            is_page: false,
            is_search: false,
        }
    }

    fn objects(method: &Method, rest: &[&str]) -> Self {
        let Some(kind) = rest.first().and_then(|segment| Kind::of_path(segment)) else {
            return Self::plain(Target::Other, "unknown_object");
        };
        let (many, one) = (kind.name(), kind.singular());
        let counter = match (method.as_str(), rest.get(1..).unwrap_or_default()) {
            ("GET", []) => format!("list_{many}"),
            ("POST", []) => format!("create_{one}"),
            (_, ["search"]) => "search".to_owned(),
            (_, ["batch", "read"]) => format!("batch_read_{many}"),
            ("PATCH", _) => format!("update_{one}"),
            ("DELETE", _) => format!("delete_{one}"),
            _ => format!("get_{one}"),
        };
        let is_search = counter == "search";
        let is_page = is_search || counter.starts_with("list_");
        Self {
            target: Target::Objects(kind),
            counter,
            is_page,
            is_search,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_the_calls() {
        let counter = |method, path| Call::of(&method, path).map(|call| call.counter);
        for (method, path, name) in [
            (
                Method::GET,
                "/crm/objects/2026-09/contacts",
                "list_contacts",
            ),
            (Method::GET, "/crm/v3/objects/0-2", "list_companies"),
            (Method::POST, "/crm/v3/objects/deals/search", "search"),
            (
                Method::POST,
                "/crm/v3/objects/contacts/batch/read",
                "batch_read_contacts",
            ),
            (
                Method::PATCH,
                "/crm/objects/2026-03/contacts/7",
                "update_contact",
            ),
            (
                Method::GET,
                "/crm/objects/2026-03/contacts/7",
                "get_contact",
            ),
            (
                Method::GET,
                "/crm/properties/2026-09/contacts",
                "properties",
            ),
            (Method::POST, "/oauth/2026-09/token", "token"),
            (Method::GET, "/account-info/v3/details", "account"),
        ] {
            assert_eq!(counter(method, path).as_deref(), Some(name), "{path}");
        }
        assert_eq!(counter(Method::GET, "/oauth/authorize"), None);
        assert_eq!(counter(Method::POST, "/_sandbox/controls"), None);
    }
}
