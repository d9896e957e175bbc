//! The body of a search, read and checked against HubSpot's documented limits.

use serde::Deserialize;

use super::{
    body,
    filter::{Condition, Spec},
    record::Wanted,
};
use crate::sandbox::hubspot::{data::Kind, failure::Failure};

const MAX_BODY: usize = 3_000;
const MAX_GROUPS: usize = 5;
const MAX_FILTERS_IN_GROUP: usize = 6;
const MAX_FILTERS: usize = 18;
const DEFAULT_LIMIT: usize = 10;
const MAX_LIMIT: usize = 200;
/// A search shows so many results, whatever its total.
const MAX_RESULTS: usize = 10_000;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[derive(Default)]
struct Body {
    filter_groups: Vec<Group>,
    /// A short form of one group.
    filters: Vec<Spec>,
    sorts: Vec<Sort>,
    query: Option<String>,
    properties: Vec<String>,
    limit: Option<u64>,
    after: Option<Offset>,
}

#[derive(Debug, Deserialize)]
struct Group {
    filters: Vec<Spec>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Sort {
    property_name: String,
    direction: Option<String>,
}

/// The offset is a string that holds an integer; a bare integer is understood too.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Offset {
    Text(String),
    Number(u64),
}

/// A checked search.
#[derive(Debug)]
pub struct Search {
    /// One of these groups must hold, with all of its conditions. None: everything matches.
    pub groups: Vec<Vec<Condition>>,
    pub query: Option<String>,
    /// The property to sort by, and whether it falls. Without one the order is by id.
    pub sort: Option<(&'static str, bool)>,
    pub wanted: Wanted,
    pub limit: usize,
    pub offset: usize,
}

impl Search {
    /// Reads the body of a search.
    ///
    /// # Errors
    ///
    /// 400 beyond one of the limits, or for names and operators that do not exist.
    pub fn read(bytes: &[u8], kind: Kind) -> Result<Self, Failure> {
        // Characters are counted, not bytes.
        if String::from_utf8_lossy(bytes).chars().count() > MAX_BODY {
            return Err(Failure::bad(format!(
                "The search body may hold at most {MAX_BODY} characters."
            )));
        }
        let body: Body = body::read(bytes)?;
        let limit = size(body.limit)?;
        let offset = offset(body.after.as_ref())?;
        if offset.saturating_add(limit) > MAX_RESULTS {
            return Err(Failure::bad(format!(
                "A search shows at most {MAX_RESULTS} results."
            )));
        }
        let names = body.properties.iter().map(String::as_str);
        let wanted = Wanted::of_names(kind, names, std::iter::empty());
        let sort = sort(&body.sorts, kind)?;
        let query = body
            .query
            .map(|query| query.trim().to_lowercase())
            .filter(|query| !query.is_empty());
        let groups = groups(body.filter_groups, body.filters, kind)?;
        Ok(Self {
            groups,
            query,
            sort,
            wanted,
            limit,
            offset,
        })
    }
}

fn size(limit: Option<u64>) -> Result<usize, Failure> {
    let limit = limit.map_or(Some(DEFAULT_LIMIT), |limit| usize::try_from(limit).ok());
    let limit = limit.filter(|limit| (1..=MAX_LIMIT).contains(limit));
    limit.ok_or_else(|| {
        Failure::bad(format!(
            "The limit of a search must be from 1 to {MAX_LIMIT}."
        ))
    })
}

fn offset(after: Option<&Offset>) -> Result<usize, Failure> {
    let offset = match after {
        None => Some(0),
        Some(Offset::Number(number)) => usize::try_from(*number).ok(),
        Some(Offset::Text(text)) if text.is_empty() => Some(0),
        Some(Offset::Text(text)) => text.parse().ok(),
    };
    offset.ok_or_else(|| Failure::bad("The 'after' of a search must be an integer."))
}

fn sort(sorts: &[Sort], kind: Kind) -> Result<Option<(&'static str, bool)>, Failure> {
    let [sort] = sorts else {
        return if sorts.is_empty() {
            Ok(None)
        } else {
            Err(Failure::bad("A search takes one sort."))
        };
    };
    let name = kind.property(&sort.property_name);
    let name = name.ok_or_else(|| no_property(&sort.property_name))?;
    match sort.direction.as_deref() {
        None | Some("ASCENDING") => Ok(Some((name, false))),
        Some("DESCENDING") => Ok(Some((name, true))),
        Some(other) => Err(Failure::bad(format!("'{other}' is not a direction."))),
    }
}

fn groups(
    groups: Vec<Group>,
    filters: Vec<Spec>,
    kind: Kind,
) -> Result<Vec<Vec<Condition>>, Failure> {
    let mut groups: Vec<Vec<Spec>> = groups.into_iter().map(|group| group.filters).collect();
    if !filters.is_empty() {
        groups.push(filters);
    }
    let total: usize = groups.iter().map(Vec::len).sum();
    let in_bounds = groups.len() <= MAX_GROUPS
        && total <= MAX_FILTERS
        && groups
            .iter()
            .all(|group| group.len() <= MAX_FILTERS_IN_GROUP);
    if !in_bounds {
        let text = format!(
            "A search takes at most {MAX_GROUPS} groups of {MAX_FILTERS_IN_GROUP} filters, {MAX_FILTERS} in all."
        );
        return Err(Failure::bad(text));
    }
    let conditions = |group: Vec<Spec>| {
        group
            .into_iter()
            .map(|spec| Condition::read(spec, kind))
            .collect()
    };
    groups.into_iter().map(conditions).collect()
}

/// A property that does not exist, in a filter or a sort.
pub fn no_property(name: &str) -> Failure {
    Failure::bad(format!(
        "There was a problem with the request: property '{name}' does not exist."
    ))
}
