//! The field `properties_str`: what a contact's properties are to be, as JSON.

use serde_json::Value;

use super::Counter;
use crate::contacts::{Entered, Unfit, can_be_a_name};
use crate::error::{Failure, Kind};

const POSSIBLE: &str = "Send it as a JSON object: property names, each with a text, a number, true, false, or null to clear it.";

impl Counter {
    /// What is to be set.
    pub(super) fn entered(&self) -> Result<Entered, Failure> {
        let entered = self.named()?;
        match entered.values.is_empty() {
            true => Err(refused("names no property")),
            false => Ok(entered),
        }
    }

    /// The properties that are named, if any are.
    pub(super) fn named(&self) -> Result<Entered, Failure> {
        let object = match self.fields.get("properties_str").trim() {
            "" => return Err(refused("is missing")),
            text => serde_json::from_str(text).map_err(|_| refused("is not JSON"))?,
        };
        let Value::Object(object) = object else {
            return Err(refused("is no JSON object"));
        };
        Entered::of_properties(object, self.desk.facts()).map_err(unfit)
    }
}

/// What is no name is not repeated: it may be anything.
fn unfit(Unfit { name, .. }: Unfit) -> Failure {
    match can_be_a_name(&name) {
        true => refused(&format!("holds no plain value for {name}")),
        false => refused(
            "names a property that there cannot be: names have letters, digits and underscores alone",
        ),
    }
}

fn refused(why: &str) -> Failure {
    Failure::new(
        Kind::Unprocessable,
        format!("properties_str {why}"),
        POSSIBLE,
    )
}
