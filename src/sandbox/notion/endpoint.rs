//! Which call a request is: told from its method, its path and, for a search, its body. Faults and counters need
//! to know it before any handler runs.

use actix_web::http::Method;
use serde_json::Value;

use super::version::Version;

/// An endpoint, with the id in its path as it was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Endpoint {
    Oauth(Oauth),
    Search,
    Me,
    Users,
    Database(String),
    Source(String),
    Query(String),
    Page(String),
    Children(String),
}

/// The endpoints that take the app's credentials in place of a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Oauth {
    Token,
    Introspect,
    Revoke,
}

/// What a call is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target {
    Token,
    Account,
    Pages,
    Sources,
    Databases,
    Other,
}

/// One call of the API.
#[derive(Debug)]
pub struct Call {
    pub target: Target,
    /// The name of its counter.
    pub counter: &'static str,
    pub is_search: bool,
    /// The page size that a listing asks for.
    pub page_size: u64,
    /// The cursor it goes on from.
    pub cursor: Option<String>,
}

impl Endpoint {
    /// The endpoint of a request. One slash at the end is tolerated, as measured by brekkylab/backlot.
    pub fn of(method: &Method, path: &str) -> Option<Self> {
        let path = path.strip_prefix("/v1/")?;
        let path = path.strip_suffix('/').unwrap_or(path);
        let parts: Vec<&str> = path.split('/').collect();
        Some(match (method.as_str(), parts.as_slice()) {
            ("POST", ["oauth", "token"]) => Self::Oauth(Oauth::Token),
            ("POST", ["oauth", "introspect"]) => Self::Oauth(Oauth::Introspect),
            ("POST", ["oauth", "revoke"]) => Self::Oauth(Oauth::Revoke),
            ("POST", ["search"]) => Self::Search,
            ("GET", ["users", "me"]) => Self::Me,
            ("GET", ["users"]) => Self::Users,
            ("GET", ["databases", id]) if !id.is_empty() => Self::Database((*id).to_owned()),
            ("GET", ["data_sources", id]) if !id.is_empty() => Self::Source((*id).to_owned()),
            ("POST", ["data_sources", id, "query"]) => Self::Query((*id).to_owned()),
            ("GET", ["pages", id]) if !id.is_empty() => Self::Page((*id).to_owned()),
            ("GET", ["blocks", id, "children"]) => Self::Children((*id).to_owned()),
            _ => return None,
        })
    }

    /// Whether the endpoint is there in a version. A version that is not known yet is refused later.
    pub fn is_in(&self, version: Option<Version>) -> bool {
        let needs_sources = matches!(self, Self::Source(_) | Self::Query(_));
        !needs_sources || version.is_none_or(Version::has_sources)
    }
}

impl Call {
    /// The call of an endpoint with this body.
    pub fn of(endpoint: &Endpoint, body: &[u8]) -> Self {
        let body: Value = serde_json::from_slice(body).unwrap_or_default();
        let (target, counter) = match endpoint {
            Endpoint::Oauth(Oauth::Token) => (Target::Token, "token"),
            Endpoint::Oauth(Oauth::Introspect) => (Target::Other, "introspect"),
            Endpoint::Oauth(Oauth::Revoke) => (Target::Other, "revoke"),
            Endpoint::Me => (Target::Account, "users_me"),
            Endpoint::Users => (Target::Other, "users"),
            Endpoint::Database(_) => (Target::Databases, "get_database"),
            Endpoint::Source(_) => (Target::Other, "get_data_source"),
            Endpoint::Query(_) => (Target::Other, "query_data_source"),
            Endpoint::Page(_) => (Target::Other, "get_page"),
            Endpoint::Children(_) => (Target::Other, "block_children"),
            Endpoint::Search => searched(&body),
        };
        let page_size = body.get("page_size").and_then(Value::as_u64);
        let cursor = body.get("start_cursor").and_then(Value::as_str);
        Self {
            target,
            counter,
            is_search: *endpoint == Endpoint::Search,
            page_size: page_size.unwrap_or(100),
            cursor: cursor.map(str::to_owned),
        }
    }

    /// Whether the answer is a page of a walk that faults can change.
    pub fn is_page(&self) -> bool {
        self.is_search || self.counter == "query_data_source"
    }
}

fn searched(body: &Value) -> (Target, &'static str) {
    match body.pointer("/filter/value").and_then(Value::as_str) {
        Some("page") => (Target::Pages, "search_pages"),
        Some("data_source" | "database") => (Target::Sources, "search_data_sources"),
        _ => (Target::Other, "search_all"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counter(method: Method, path: &str, body: &str) -> Option<&'static str> {
        let endpoint = Endpoint::of(&method, path)?;
        Some(Call::of(&endpoint, body.as_bytes()).counter)
    }

    #[test]
    fn names_the_calls() {
        for (path, body, name) in [
            ("/v1/search", "{}", "search_all"),
            (
                "/v1/search/",
                r#"{"filter":{"value":"page"}}"#,
                "search_pages",
            ),
            (
                "/v1/search",
                r#"{"filter":{"value":"data_source"}}"#,
                "search_data_sources",
            ),
            ("/v1/oauth/token", "", "token"),
            ("/v1/data_sources/x/query", "{}", "query_data_source"),
        ] {
            assert_eq!(counter(Method::POST, path, body), Some(name), "{path}");
        }
        for (path, name) in [
            ("/v1/users/me", "users_me"),
            ("/v1/users", "users"),
            ("/v1/databases/x/", "get_database"),
            ("/v1/blocks/x/children", "block_children"),
        ] {
            assert_eq!(counter(Method::GET, path, ""), Some(name), "{path}");
        }
    }

    #[test]
    fn other_methods_and_paths_are_none() {
        for path in [
            "/v1/search",
            "/v1",
            "/users/me",
            "/v1/users/me//",
            "/v1/databases/",
            "/v1/pages",
        ] {
            assert_eq!(Endpoint::of(&Method::GET, path), None, "{path}");
        }
        let sources = Endpoint::Source("x".to_owned());
        assert!(!sources.is_in(Some(Version::Tables)) && sources.is_in(Some(Version::Newest)));
    }
}
