//! One condition of a search.

use jiff::Timestamp;
use serde::Deserialize;

use super::search_request::no_property;
use crate::sandbox::hubspot::{
    data::{Kind, Type},
    failure::Failure,
    view::Row,
};

/// A condition as the body writes it.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Spec {
    property_name: String,
    operator: Operator,
    value: Option<Scalar>,
    high_value: Option<Scalar>,
    #[serde(default)]
    values: Vec<Scalar>,
}

/// A value: text, or a number that is taken for its text.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Scalar {
    Text(String),
    Number(serde_json::Number),
    Flag(bool),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum Operator {
    Eq,
    Neq,
    Lt,
    Lte,
    Gt,
    Gte,
    Between,
    In,
    NotIn,
    HasProperty,
    NotHasProperty,
    ContainsToken,
    NotContainsToken,
}

/// A checked condition.
#[derive(Debug)]
pub struct Condition {
    property: &'static str,
    kind: Type,
    operator: Operator,
    values: Vec<String>,
}

impl Scalar {
    fn text(self) -> String {
        match self {
            Self::Text(text) => text,
            Self::Number(number) => number.to_string(),
            Self::Flag(flag) => flag.to_string(),
        }
    }
}

impl Condition {
    /// Reads a condition.
    ///
    /// # Errors
    ///
    /// 400 for an unknown property or a value that its operator lacks.
    pub fn read(spec: Spec, kind: Kind) -> Result<Self, Failure> {
        let property = kind.property(&spec.property_name);
        let property = property.ok_or_else(|| no_property(&spec.property_name))?;
        let operator = spec.operator;
        let values: Vec<String> = match operator {
            Operator::HasProperty | Operator::NotHasProperty => Vec::new(),
            Operator::In | Operator::NotIn => spec.values.into_iter().map(Scalar::text).collect(),
            Operator::Between => spec
                .value
                .into_iter()
                .chain(spec.high_value)
                .map(Scalar::text)
                .collect(),
            _ => spec.value.into_iter().map(Scalar::text).collect(),
        };
        let expected = match operator {
            Operator::HasProperty | Operator::NotHasProperty => 0..=0,
            Operator::In | Operator::NotIn => 1..=usize::MAX,
            Operator::Between => 2..=2,
            _ => 1..=1,
        };
        if !expected.contains(&values.len()) {
            return Err(Failure::bad(format!(
                "The filter on '{property}' lacks its value."
            )));
        }
        let condition = Self {
            property,
            kind: kind.type_of(property),
            operator,
            values,
        };
        condition.check()?;
        Ok(condition)
    }

    fn check(&self) -> Result<(), Failure> {
        if self.kind == Type::Date && self.values.iter().any(|value| date(value).is_none()) {
            return Err(Failure::bad(format!(
                "The filter on '{}' holds no date.",
                self.property
            )));
        }
        // Integrators report that a range from the very beginning of time ends in a server error.
        if self.kind == Type::Date
            && self.operator == Operator::Between
            && self.values.first().and_then(|value| date(value)) == Some(0)
        {
            return Err(Failure::internal());
        }
        Ok(())
    }

    /// Whether a record meets the condition. One without a value meets only the conditions that say so.
    pub fn holds(&self, row: &Row<'_>) -> bool {
        let held = row.value(self.property).filter(|value| !value.is_empty());
        match (self.operator, held) {
            (Operator::NotHasProperty, held) => held.is_none(),
            (Operator::NotIn | Operator::NotContainsToken, None) => true,
            (_, None) => false,
            (_, Some(held)) => self.compares(&held),
        }
    }

    fn compares(&self, held: &str) -> bool {
        let order = |value: &String| self.order(held, value);
        let first = self.values.first();
        let is = |wanted: fn(std::cmp::Ordering) -> bool| first.and_then(order).is_some_and(wanted);
        match self.operator {
            Operator::HasProperty => true,
            Operator::NotHasProperty => false,
            Operator::Eq => is(std::cmp::Ordering::is_eq),
            Operator::Neq => is(std::cmp::Ordering::is_ne),
            Operator::Lt => is(std::cmp::Ordering::is_lt),
            Operator::Lte => is(std::cmp::Ordering::is_le),
            Operator::Gt => is(std::cmp::Ordering::is_gt),
            Operator::Gte => is(std::cmp::Ordering::is_ge),
            Operator::Between => {
                let high = self.values.get(1).and_then(order);
                is(std::cmp::Ordering::is_ge) && high.is_some_and(std::cmp::Ordering::is_le)
            }
            Operator::In => self.is_among(held),
            Operator::NotIn => !self.is_among(held),
            Operator::ContainsToken => first.is_some_and(|token| contains(held, token)),
            Operator::NotContainsToken => first.is_some_and(|token| !contains(held, token)),
        }
    }

    /// HubSpot documents that the strings of a list must be given in lower case.
    fn is_among(&self, held: &str) -> bool {
        let held = if self.kind == Type::Text {
            held.to_lowercase()
        } else {
            held.to_owned()
        };
        self.values.contains(&held)
    }

    fn order(&self, held: &str, value: &str) -> Option<std::cmp::Ordering> {
        match self.kind {
            Type::Date => Some(date(held)?.cmp(&date(value)?)),
            // Ids are compared as text, as integrators report; all of ours have as many digits.
            Type::Number if self.property != "hs_object_id" => held
                .parse::<f64>()
                .ok()?
                .partial_cmp(&value.parse::<f64>().ok()?),
            Type::Text => Some(held.to_lowercase().cmp(&value.to_lowercase())),
            Type::Number | Type::Enumeration => Some(held.cmp(value)),
        }
    }
}

/// A date as ISO 8601 or as milliseconds since 1970.
pub fn date(text: &str) -> Option<i64> {
    text.parse()
        .ok()
        .or_else(|| {
            text.parse::<Timestamp>()
                .ok()
                .map(Timestamp::as_millisecond)
        })
        .or_else(|| {
            let day = text.parse::<jiff::civil::Date>().ok()?;
            Some(
                day.to_zoned(jiff::tz::TimeZone::UTC)
                    .ok()?
                    .timestamp()
                    .as_millisecond(),
            )
        })
}

/// Whether one of the words of a value is the token; a star at an end stands for anything.
fn contains(held: &str, token: &str) -> bool {
    let token = token.to_lowercase();
    let core = token.trim_matches('*');
    held.to_lowercase()
        .split(|c: char| !c.is_alphanumeric())
        .any(
            |word| match (token.starts_with('*'), token.ends_with('*')) {
                (true, true) => word.contains(core),
                (true, false) => word.ends_with(core),
                (false, true) => word.starts_with(core),
                (false, false) => word == core,
            },
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_are_whole_words_unless_starred() {
        assert!(contains("Test Company Inc", "company"));
        assert!(!contains("Test Company Inc", "comp"));
        assert!(contains("Test Company Inc", "comp*"));
        assert!(contains("Test Company Inc", "*pany"));
        assert!(!contains("Test Company Inc", "*est*ing"));
    }

    #[test]
    fn dates_come_in_two_spellings() {
        assert_eq!(date("2026-01-01T00:00:00Z"), date("1767225600000"));
        assert_eq!(date("2026-01-01"), date("1767225600000"));
        assert_eq!(date("yesterday"), None);
    }
}
