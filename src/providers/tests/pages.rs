//! Pages of lists: as many items as rows, each with what its row holds.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use super::check::{Payload, Verdict, ensure, same};
use super::facts::Facts;
use super::index;
use crate::item::Item;
use crate::providers::{Account, Fetch, FetchError, Fetched};
use crate::testing::http::Server;

/// What a step brings when the provider answers like this.
pub async fn fetched(payload: &Payload<'_>, step: &Fetch) -> Result<Fetched, FetchError> {
    let server = Server::in_turn([payload.reply()]).await;
    let provider = payload.facts.provider();
    let call = payload.call(&server);
    provider.fetch(&call, &account(), step).await
}

/// Any account; HubSpot's links need the host of its pages.
fn account() -> Account {
    let host = ("ui_host".to_owned(), "app.hubspot.com".to_owned());
    Account {
        id: "147000286".to_owned(),
        extra: [host].into(),
        ..Account::default()
    }
}

/// Each step that reads the page brings its rows.
pub async fn read(payload: &Payload<'_>) -> Verdict {
    for step in payload.facts.steps(payload.row) {
        let fetched = fetched(payload, &step).await;
        let fetched = fetched.map_err(|error| format!("cannot be read: {error}"))?;
        let rows = (payload.facts.rows)(&payload.body);
        let ids = rows
            .iter()
            .map(|row| row["id"].as_str().unwrap_or_default());
        let read = fetched.items.iter().map(|item| &item.id[..]);
        same("the items' ids", read.collect::<Vec<_>>(), ids.collect())?;
        for (item, row) in fetched.items.iter().zip(rows) {
            whole(item, row, payload.facts)?;
        }
        goes_on(&fetched, &step, (payload.facts.cursor)(&payload.body))?;
    }
    Ok(())
}

/// The next page of the same list begins where the answer says, or there is none.
fn goes_on(fetched: &Fetched, step: &Fetch, cursor: Option<&str>) -> Verdict {
    let of_the_list = |next: &&Fetch| next.stream == step.stream && next.list == step.list;
    let next: Vec<_> = fetched.next.iter().filter(of_the_list).collect();
    let expected = cursor.map(|cursor| step.page_at(cursor));
    same("what follows", next, expected.iter().collect())
}

/// An item has a name, its row's times, and no unsafe link.
fn whole(item: &Item, row: &Value, facts: &Facts) -> Verdict {
    let at = |what: &str| format!("{what} of {}", item.id);
    ensure(!item.id.is_empty(), || format!("a row has no id: {row}"))?;
    ensure(!item.name.trim().is_empty(), || at("there is no name"))?;
    let link = item.url.as_deref().unwrap_or("https://none.example");
    let link: url::Url = link.parse().map_err(|_| at("the link is no address"))?;
    same(&at("the link's scheme"), link.scheme(), "https")?;
    let times = [item.creation_time, item.last_modified_time];
    for (field, read) in facts.times.into_iter().zip(times) {
        let written = row.get(field).and_then(Value::as_str);
        let written = written.map(|text| text.parse::<jiff::Timestamp>());
        let written = written.transpose().map_err(|_| at("a time is not one"))?;
        same(&at(field), read, written)?;
    }
    Ok(())
}

/// What an object of a payload is called.
#[derive(Deserialize)]
struct Name {
    id: String,
    name: String,
}

/// A list of the names that other payloads of the folder come to.
pub async fn named(payload: &Payload<'_>) -> Verdict {
    let files: BTreeMap<String, Vec<Name>> =
        serde_json::from_value(payload.body.clone()).map_err(|error| error.to_string())?;
    let rows = index::rows(payload.folder);
    for (file, names) in files {
        let row = rows.iter().find(|row| row.file == file);
        let row = row.ok_or_else(|| format!("{file} is not in the index"))?;
        let other = Payload::read(row, payload.folder, payload.facts, payload.outbound)?;
        let steps = payload.facts.steps(row);
        ensure(!steps.is_empty(), || format!("{file} is no page"))?;
        for step in steps {
            let fetched = fetched(&other, &step).await;
            let fetched = fetched.map_err(|error| format!("{file}: {error}"))?;
            let read = fetched
                .items
                .iter()
                .map(|item| (&item.id[..], &item.name[..]));
            let expected = names.iter().map(|name| (&name.id[..], &name.name[..]));
            same(&file, read.collect::<Vec<_>>(), expected.collect())?;
        }
    }
    Ok(())
}
