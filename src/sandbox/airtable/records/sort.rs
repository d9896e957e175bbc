//! Sorting a table by the values of cells.

use std::{cmp::Ordering, sync::Arc};

use jiff::Timestamp;
use serde_json::Value;

use super::query::Query;
use crate::sandbox::airtable::data::{Cell, Field, Record, Table, World};

/// What a record is sorted by: a value for each field of the sort, as far as there is one.
type Keys = Vec<Option<Value>>;

/// The records that the view of a query shows, in the order of its sort.
pub fn sorted(query: &Query, table: Table, world: &World, now: Timestamp) -> Arc<[u32]> {
    let all = table.fields();
    let places = query.sort.iter().map(|(place, _)| *place);
    let fields: Vec<&Field> = places
        .filter_map(|place| all.iter().find(|field| field.index == place))
        .collect();
    let stride = usize::try_from(query.view.unwrap_or(1)).unwrap_or(1);
    let indices = (0..world.sizes.records).step_by(stride);
    let keys = |index| {
        let record = Record { table, index };
        let cells = fields.iter().map(|field| Cell {
            field,
            record,
            world,
            now,
        });
        cells.map(Cell::value).collect()
    };
    let mut keyed: Vec<(Keys, u32)> = indices.map(|index| (keys(index), index)).collect();
    keyed.sort_by(|(one, _), (other, _)| in_order(one, other, &query.sort));
    keyed.into_iter().map(|(_, index)| index).collect()
}

/// The first field that differs decides.
fn in_order(one: &Keys, other: &Keys, sort: &[(u32, bool)]) -> Ordering {
    let pairs = one.iter().zip(other).zip(sort);
    let orders = pairs.map(|((one, other), (_, is_descending))| {
        let order = compare(one.as_ref(), other.as_ref());
        if *is_descending {
            order.reverse()
        } else {
            order
        }
    });
    orders.fold(Ordering::Equal, Ordering::then)
}

/// Empty cells come first, then numbers, then text.
fn compare(one: Option<&Value>, other: Option<&Value>) -> Ordering {
    match (one, other) {
        (Some(Value::Number(one)), Some(Value::Number(other))) => {
            let (one, other) = (one.as_f64(), other.as_f64());
            one.partial_cmp(&other).unwrap_or(Ordering::Equal)
        }
        (Some(Value::Number(_)), Some(_)) => Ordering::Less,
        (Some(_), Some(Value::Number(_))) => Ordering::Greater,
        (one, other) => one.map(text).cmp(&other.map(text)),
    }
}

fn text(value: &Value) -> String {
    value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_lowercase)
}
