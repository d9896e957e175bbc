//! Which call a request is, told from its method and path alone: faults and counters need to know it
//! before any handler runs.

use actix_web::http::Method;
use percent_encoding::percent_decode_str;

/// What a call is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target {
    Token,
    Account,
    Bases,
    Tables,
    Records,
}

/// One call. Names and ids are decoded, and may hold anything.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Call {
    Token,
    Whoami,
    Bases,
    Tables {
        base: String,
    },
    /// A listing, by GET or by the POST that has its parameters in the body.
    List {
        base: String,
        table: String,
        by_post: bool,
    },
    Record {
        base: String,
        table: String,
        record: String,
    },
    /// A write of records.
    Write {
        base: String,
    },
}

impl Call {
    /// The call, or `None` when it is none of the API.
    pub fn of(method: &Method, path: &str) -> Option<Self> {
        let parts: Vec<&str> = path.strip_prefix('/')?.split('/').collect();
        if method == Method::POST && parts == ["oauth2", "v1", "token"] {
            return Some(Self::Token);
        }
        let [version, rest @ ..] = parts.as_slice() else {
            return None;
        };
        let rest: Vec<String> = rest.iter().map(|part| decoded(part)).collect();
        if *version != "v0" || rest.iter().any(String::is_empty) {
            return None;
        }
        let rest: Vec<&str> = rest.iter().map(String::as_str).collect();
        match rest.as_slice() {
            ["meta", rest @ ..] => Self::meta(method, rest),
            // Webhooks have their own place, which is not offered.
            ["bases", ..] => None,
            [base, rest @ ..] => Self::records(method, base, rest),
            [] => None,
        }
    }

    fn meta(method: &Method, rest: &[&str]) -> Option<Self> {
        match rest {
            _ if method != Method::GET => None,
            ["whoami"] => Some(Self::Whoami),
            ["bases"] => Some(Self::Bases),
            ["bases", base, "tables"] => Some(Self::Tables {
                base: (*base).to_owned(),
            }),
            _ => None,
        }
    }

    fn records(method: &Method, base: &str, rest: &[&str]) -> Option<Self> {
        let base = base.to_owned();
        let list = |table: &str, by_post| Self::List {
            base: base.clone(),
            table: table.to_owned(),
            by_post,
        };
        match (method.as_str(), rest) {
            ("GET", [table]) => Some(list(table, false)),
            ("POST", [table, "listRecords"]) => Some(list(table, true)),
            ("GET", [table, record]) => Some(Self::Record {
                base,
                table: (*table).to_owned(),
                record: (*record).to_owned(),
            }),
            ("POST" | "PATCH" | "PUT" | "DELETE", [_]) | ("PATCH" | "PUT" | "DELETE", [_, _]) => {
                Some(Self::Write { base })
            }
            _ => None,
        }
    }

    /// The base whose limit the call counts for. Lists of bases and the own account belong to none.
    pub fn base(&self) -> Option<&str> {
        match self {
            Self::Token | Self::Whoami | Self::Bases => None,
            Self::Tables { base }
            | Self::List { base, .. }
            | Self::Record { base, .. }
            | Self::Write { base } => Some(base),
        }
    }

    /// What faults know it by.
    pub fn target(&self) -> Target {
        match self {
            Self::Token => Target::Token,
            Self::Whoami => Target::Account,
            Self::Bases => Target::Bases,
            Self::Tables { .. } => Target::Tables,
            Self::List { .. } | Self::Record { .. } | Self::Write { .. } => Target::Records,
        }
    }

    /// The name of its counter.
    pub fn counter(&self) -> &'static str {
        match self {
            Self::Token => "token",
            Self::Whoami => "whoami",
            Self::Bases => "list_bases",
            Self::Tables { .. } => "get_tables",
            Self::List { .. } => "list_records",
            Self::Record { .. } => "get_record",
            Self::Write { .. } => "write_records",
        }
    }

    /// Whether the answer is a page of rows.
    pub fn is_page(&self) -> bool {
        matches!(self, Self::Bases | Self::List { .. })
    }
}

fn decoded(part: &str) -> String {
    percent_decode_str(part).decode_utf8_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_the_calls() {
        for (method, path, name) in [
            (Method::POST, "/oauth2/v1/token", "token"),
            (Method::GET, "/v0/meta/whoami", "whoami"),
            (Method::GET, "/v0/meta/bases", "list_bases"),
            (Method::GET, "/v0/meta/bases/appX/tables", "get_tables"),
            (Method::GET, "/v0/appX/tblX", "list_records"),
            (Method::POST, "/v0/appX/tblX/listRecords", "list_records"),
            (Method::GET, "/v0/appX/tblX/recX", "get_record"),
            (Method::DELETE, "/v0/appX/tblX/recX", "write_records"),
            (Method::POST, "/v0/appX/tblX", "write_records"),
        ] {
            let call = Call::of(&method, path);
            assert_eq!(call.map(|call| call.counter()), Some(name), "{path}");
        }
        for path in [
            "/v0",
            "/v0/",
            "/v0/appX",
            "/v0/appX/",
            "/v0/meta",
            "/v0/meta/nothing",
            "/v0/meta/bases/",
            "/v0/bases/appX/webhooks",
            "/v1/appX/tblX",
            "/v0/appX/tblX/recX/comments",
            "/oauth2/v1/authorize",
            "/_sandbox/state",
        ] {
            assert_eq!(Call::of(&Method::GET, path), None, "{path}");
        }
    }

    #[test]
    fn an_encoded_name_is_one_part_of_the_path() {
        let call = Call::of(&Method::GET, "/v0/appX/Q4%2F2026%20Pipeline%20100%25").unwrap();
        assert_eq!(
            call,
            Call::List {
                base: "appX".to_owned(),
                table: "Q4/2026 Pipeline 100%".to_owned(),
                by_post: false
            }
        );
    }
}
