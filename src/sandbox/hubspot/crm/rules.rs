//! What a contact's values must obey.

use serde_json::{Value, json};

use crate::sandbox::hubspot::{
    data::{Kind, LIFECYCLE, Type},
    failure::Failure,
    overlay::Values,
};

/// Generic top-level domains this stand-in takes for existing, beside those of two letters.
const TOP_LEVEL: [&str; 16] = [
    "com", "org", "net", "edu", "gov", "mil", "int", "info", "biz", "app", "dev", "cloud", "tech",
    "agency", "online", "museum",
];

/// Checks values and gives them under their defined names.
///
/// # Errors
///
/// 400 with every problem found: unknown properties first, as they have a body of their own.
pub fn check(properties: Vec<(String, String)>, portal_id: i64) -> Result<Values, Failure> {
    let unknown: Vec<&str> = properties
        .iter()
        .map(|pair| pair.0.as_str())
        .filter(|name| Kind::Contacts.property(name).is_none())
        .collect();
    if !unknown.is_empty() {
        return Err(unknown_properties(&unknown, portal_id));
    }
    let problems: Vec<Value> = properties
        .iter()
        .filter_map(|(name, value)| problem(name, value))
        .collect();
    if !problems.is_empty() {
        return Err(Failure::invalid_values(&problems, None));
    }
    let named = properties
        .into_iter()
        .filter_map(|(name, value)| Some((Kind::Contacts.property(&name)?, value)));
    Ok(named.collect())
}

/// Whether a contact may be made of these values: HubSpot documents that one of three must be there.
///
/// # Errors
///
/// 400 when none is.
pub fn check_new(values: &Values) -> Result<(), Failure> {
    let has = |name| {
        values
            .get(name)
            .is_some_and(|value: &String| !value.trim().is_empty())
    };
    if ["email", "firstname", "lastname"].into_iter().any(has) {
        Ok(())
    } else {
        Err(Failure::bad(
            "At least one of these properties is required: email, firstname, lastname.",
        ))
    }
}

/// HubSpot documents that the stage only moves forward, unless it was cleared before. A step back is dropped here.
pub fn keep_stage_forward(values: &mut Values, present: Option<&str>) {
    let place = |stage: &str| LIFECYCLE.iter().position(|known| *known == stage);
    let wanted = values.get("lifecyclestage").and_then(|stage| place(stage));
    if wanted.is_some() && wanted < present.and_then(place) {
        values.remove("lifecyclestage");
    }
}

fn unknown_properties(names: &[&str], portal_id: i64) -> Failure {
    let text = |name| format!("Property \"{name}\" does not exist");
    let problems: Vec<Value> = names
        .iter()
        .map(|name| {
            json!({
                "isValid": false,
                "message": text(name),
                "error": "PROPERTY_DOESNT_EXIST",
                "name": name,
                "localizedErrorMessage": text(name),
                "portalId": portal_id,
            })
        })
        .collect();
    let errors = names.iter().map(|name| {
        json!({
            "message": text(name),
            "code": "PROPERTY_DOESNT_EXIST",
            "context": { "propertyName": [name] },
        })
    });
    Failure::invalid_values(&problems, Some(errors.collect()))
}

/// What is wrong with a value. The empty one clears a property, which every property that can be set takes.
fn problem(name: &str, value: &str) -> Option<Value> {
    let (code, message) = if Kind::Contacts.is_read_only(name) {
        (
            "READ_ONLY_VALUE",
            format!("\"{name}\" is a read only property; its value cannot be set."),
        )
    } else if value.is_empty() {
        return None;
    } else if name == "email" && !is_email(value) {
        ("INVALID_EMAIL", format!("Email address {value} is invalid"))
    } else if !is_option(name, value) {
        (
            "INVALID_OPTION",
            format!("{value} was not one of the allowed options"),
        )
    } else if Kind::Contacts.type_of(name) == Type::Number && value.parse::<f64>().is_err() {
        (
            "INVALID_INTEGER",
            format!("{value} was not a valid number."),
        )
    } else {
        return None;
    };
    Some(json!({ "isValid": false, "message": message, "error": code, "name": name }))
}

/// Whether a value is one of the options of a property, where it has any.
fn is_option(name: &str, value: &str) -> bool {
    let options = Kind::Contacts.options(name);
    let known = |value: &str| options.iter().any(|(known, _)| *known == value);
    match Kind::takes_several(name) {
        _ if options.is_empty() => true,
        true => value.split(';').all(known),
        false => known(value),
    }
}

/// Whether this is an email address. Recorded answers show that the top-level domain must exist.
fn is_email(text: &str) -> bool {
    let Some((local, domain)) = text.split_once('@') else {
        return false;
    };
    let local_ok = !local.is_empty()
        && local.len() <= 64
        && local.split('.').all(|part| !part.is_empty())
        && local
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || ".!#$%&'*+/=?^_`{|}~-".contains(c));
    local_ok && is_domain(&domain.to_ascii_lowercase())
}

fn is_domain(domain: &str) -> bool {
    let labels: Vec<&str> = domain.split('.').collect();
    let label_ok = |label: &&str| {
        !label.is_empty()
            && label.len() <= 63
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
    };
    let top = labels.last().copied().unwrap_or_default();
    let top_ok = TOP_LEVEL.contains(&top)
        || (top.len() == 2 && top.chars().all(|c| c.is_ascii_alphabetic()));
    labels.len() >= 2 && labels.iter().all(label_ok) && top_ok
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_emails_from_other_text() {
        for good in [
            "a@example.com",
            "first.last+tag@mail.example.org",
            "o'brien@example.de",
            "A@EXAMPLE.COM",
        ] {
            assert!(is_email(good), "{good}");
        }
        for bad in [
            "example.lcom",
            "a@b",
            "a@example.lcom",
            "@example.com",
            "a@@example.com",
            "a b@example.com",
            "a@-x.com",
            "a@example..com",
            "a.@example.com",
            "<a@example.com>",
            "é@example.com",
            "",
        ] {
            assert!(!is_email(bad), "{bad}");
        }
    }

    #[test]
    fn the_stage_moves_forward_only() {
        let mut values = Values::from([("lifecyclestage", "lead".to_owned())]);
        keep_stage_forward(&mut values, Some("subscriber"));
        assert!(values.contains_key("lifecyclestage"));
        keep_stage_forward(&mut values, Some(""));
        assert!(values.contains_key("lifecyclestage"));
        keep_stage_forward(&mut values, Some("customer"));
        assert!(!values.contains_key("lifecyclestage"));
    }
}
