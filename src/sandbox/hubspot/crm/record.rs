//! A record as answers write it.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::sandbox::{
    hubspot::{
        data::{Kind, iso},
        portals::Portal,
        view::Row,
    },
    params::Params,
};

/// One record.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Record {
    pub id: String,
    pub properties: BTreeMap<&'static str, Option<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub properties_with_history: Option<BTreeMap<&'static str, Vec<Past>>>,
    pub created_at: String,
    pub updated_at: String,
    pub archived: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub archived_at: Option<String>,
    pub url: String,
}

/// A value that a property had. Computed records never had another.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Past {
    value: String,
    timestamp: String,
    source_type: &'static str,
}

/// Which properties an answer holds.
#[derive(Debug, Default)]
pub struct Wanted {
    properties: Vec<&'static str>,
    pub history: Vec<&'static str>,
}

impl Wanted {
    /// Reads `properties` and `propertiesWithHistory`, comma-separated or repeated.
    pub fn of_query(kind: Kind, params: &Params) -> Self {
        let names = |name| {
            params
                .all(name)
                .flat_map(|list| list.split(','))
                .map(str::trim)
        };
        Self::of_names(kind, names("properties"), names("propertiesWithHistory"))
    }

    /// Unknown names are left out without a word; the automatic ones are always there.
    pub fn of_names<'a>(
        kind: Kind,
        asked: impl Iterator<Item = &'a str>,
        history: impl Iterator<Item = &'a str>,
    ) -> Self {
        let mut asked = asked.filter(|name| !name.is_empty()).peekable();
        let mut properties = vec!["createdate", "hs_object_id", kind.modified()];
        if asked.peek().is_none() {
            properties.extend(kind.defaults());
        }
        properties.extend(asked.filter_map(|name| kind.property(name)));
        Self {
            properties,
            history: history.filter_map(|name| kind.property(name)).collect(),
        }
    }

    /// Just these and the automatic ones.
    pub fn only(kind: Kind, names: impl Iterator<Item = &'static str>) -> Self {
        let automatic = ["createdate", "hs_object_id", kind.modified()];
        Self {
            properties: automatic.into_iter().chain(names).collect(),
            history: Vec::new(),
        }
    }
}

impl Record {
    /// A row with the wanted properties; those without a value are null.
    pub fn of(row: &Row<'_>, wanted: &Wanted, portal: &Portal) -> Self {
        let properties = wanted
            .properties
            .iter()
            .map(|name| (*name, row.value(name)))
            .collect();
        let history = wanted
            .history
            .iter()
            .map(|name| (*name, history(row, name)))
            .collect();
        Self {
            id: row.id.to_string(),
            properties,
            properties_with_history: (!wanted.history.is_empty()).then_some(history),
            created_at: iso(row.created()),
            updated_at: iso(row.updated()),
            archived: row.archived_at().is_some(),
            archived_at: row.archived_at().map(iso),
            url: format!(
                "https://{}/contacts/{}/record/{}/{}",
                portal.ui_domain,
                portal.hub_id,
                row.kind.type_id(),
                row.id
            ),
        }
    }

    /// The same without properties that have no value, as the answer to a write holds them.
    pub fn without_nulls(mut self) -> Self {
        self.properties.retain(|_, value| value.is_some());
        self
    }
}

fn history(row: &Row<'_>, name: &str) -> Vec<Past> {
    let past = |value| Past {
        value,
        timestamp: iso(row.updated()),
        source_type: "CRM_UI",
    };
    row.value(name).map(past).into_iter().collect()
}
