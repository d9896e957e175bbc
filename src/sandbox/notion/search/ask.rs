//! What a search and a query of a data source ask for.

use super::{body::Body, walk::Wanted};
use crate::sandbox::notion::{data::Id, failure::Failure, version::Version};

/// A checked body.
#[derive(Debug)]
pub struct Ask {
    pub wanted: Wanted,
    pub size: usize,
    pub cursor: Option<String>,
    /// What a cursor of this walk is bound to.
    pub arguments: String,
}

impl Ask {
    /// Reads the body of a search.
    ///
    /// # Errors
    ///
    /// 400 for members that are unknown, null, or not what this version takes.
    pub fn search(body: &Body, version: Version) -> Result<Self, Failure> {
        body.only(&["query", "filter", "sort", "start_cursor", "page_size"])?;
        let query = body.text("query")?.map(|query| query.trim().to_lowercase());
        let mut wanted = Wanted {
            query: query.filter(|query| !query.is_empty()),
            ..Wanted::everything(version)
        };
        if let Some(filter) = body.object("filter", "filter.")? {
            read_filter(&filter, &mut wanted, version)?;
        }
        if let Some(sort) = body.object("sort", "sort.")? {
            wanted.ascending = is_ascending(&sort)?;
        }
        Self::of(body, wanted, format!("search {version:?}"))
    }

    /// Reads the body of a query. Whose rows are wanted is left open.
    ///
    /// # Errors
    ///
    /// As for a search; and 400 for filters and sorts, which the sandbox does not offer.
    pub fn query(body: &Body, id: Id, version: Version) -> Result<Self, Failure> {
        let offered = [
            "start_cursor",
            "page_size",
            "in_trash",
            "is_archived",
            "result_type",
        ];
        let missing = ["filter", "sorts"];
        if missing.iter().any(|name| body.has(name)) {
            let text = "The sandbox does not offer filters and sorts of a query.";
            return Err(Failure::validation(text));
        }
        body.only(&offered)?;
        if body.has("result_type") {
            let wanted = "`\"page\"` or `\"data_source\"`";
            body.word("result_type", &["page", "data_source"], wanted)?;
        }
        body.flag("is_archived")?;
        let wanted = Wanted {
            sources: false,
            is_trashed: body.flag("in_trash")?.unwrap_or_default(),
            ..Wanted::everything(version)
        };
        Self::of(body, wanted, format!("query {id}"))
    }

    fn of(body: &Body, wanted: Wanted, call: String) -> Result<Self, Failure> {
        Ok(Self {
            wanted,
            size: body.size()?,
            cursor: body.text("start_cursor")?.map(str::to_owned),
            arguments: format!("{call} {}", body.arguments()),
        })
    }
}

fn read_filter(filter: &Body, wanted: &mut Wanted, version: Version) -> Result<(), Failure> {
    filter.only(&["property", "value", "in_trash"])?;
    if let Some(is_trashed) = filter.flag("in_trash")? {
        wanted.is_trashed = is_trashed;
        // The trash may be asked for alone.
        if !filter.has("property") && !filter.has("value") {
            return Ok(());
        }
    }
    let table = version.table();
    let value = filter.word(
        "value",
        &["page", table],
        &format!("`\"page\"` or `\"{table}\"`"),
    )?;
    filter.word("property", &["object"], "`\"object\"`")?;
    wanted.pages = value == "page";
    wanted.sources = value != "page";
    Ok(())
}

fn is_ascending(sort: &Body) -> Result<bool, Failure> {
    sort.only(&["timestamp", "direction", "property"])?;
    if sort.has("property") {
        // Since May 2026. The order is Notion's own, so ours will do.
        sort.word("property", &["relevance"], "`\"relevance\"`")?;
        return Ok(false);
    }
    if sort
        .text("timestamp")?
        .is_some_and(|timestamp| timestamp != "last_edited_time")
    {
        let text = "body failed validation: body.sort.timestamp should be \"last_edited_time\" when sorting by timestamp.";
        return Err(Failure::validation(text));
    }
    sort.word("timestamp", &["last_edited_time"], "`\"last_edited_time\"`")?;
    let words = ["ascending", "descending"];
    let direction = sort.word("direction", &words, "`\"ascending\"` or `\"descending\"`")?;
    Ok(direction == "ascending")
}

/// The recorded refusals, as this module writes them.
#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    fn message(body: &str, version: Version) -> String {
        let request = actix_web::test::TestRequest::post()
            .insert_header(("content-type", "application/json"))
            .to_http_request();
        let read =
            Body::read(&request, body.as_bytes()).and_then(|body| Ask::search(&body, version));
        let response = actix_web::ResponseError::error_response(&read.unwrap_err());
        let bytes = actix_web::body::MessageBody::try_into_bytes(response.into_body());
        let body: Value = serde_json::from_slice(&bytes.unwrap()).unwrap();
        body["message"].as_str().unwrap().to_owned()
    }

    #[test]
    fn every_wrong_member_is_named() {
        for (body, part) in [
            (
                r#"{"query":null}"#,
                "body.query should be a string or `undefined`, instead was `null`.",
            ),
            (
                r#"{"filter":null}"#,
                "body.filter should be an object or `undefined`, instead was `null`.",
            ),
            (
                r#"{"page_size":101}"#,
                "body.page_size should be ≤ `100` or `undefined`, instead was `101`.",
            ),
            (
                r#"{"page_size":"5"}"#,
                "body.page_size should be a number or `undefined`, instead was `\"5\"`.",
            ),
            (
                r#"{"page_size":-1}"#,
                "body.page_size should be ≥ `0` or `undefined`, instead was `-1`.",
            ),
            (
                r#"{"pages":1}"#,
                "body.pages should be not present, instead was `1`.",
            ),
            (
                r#"{"filter":{}}"#,
                "body.filter.value should be defined, instead was `undefined`.",
            ),
            (
                r#"{"sort":{"timestamp":"created_time"}}"#,
                "when sorting by timestamp.",
            ),
            (
                r#"{"start_cursor":null}"#,
                "body.start_cursor should be a string or `undefined`, instead was `null`.",
            ),
            ("[]", "body should be an object, instead was `[]`."),
            ("{", "Error parsing JSON body."),
        ] {
            assert!(message(body, Version::Newest).ends_with(part), "{body}");
        }
    }
}
