//! The body of an answer, read for what it says.
//!
//! A token answer that cannot be read takes a rotated pair with it, for good. So everything but the access token
//! may be odd or missing in it: what makes sense is taken, the rest counts as not said.

use std::collections::HashMap;
use std::time::Duration;

use serde_json::value::RawValue;
use serde_json::{Map, Value};

/// The fields of a JSON object, none of anything else. A field that cannot be read (half a surrogate pair in a
/// name that was cut, a number beyond all numbers) is left out, and the last one counts of those named alike.
pub(super) fn fields(body: &[u8]) -> Map<String, Value> {
    let text = String::from_utf8_lossy(body);
    let text = text.trim_start_matches('\u{feff}');
    let raw: HashMap<String, &RawValue> = serde_json::from_str(text).unwrap_or_default();
    raw.into_iter()
        .filter_map(|(name, raw)| Some((name, value(raw)?)))
        .collect()
}

/// A field's value, unless it lies too deep to be read again as part of the whole.
fn value(raw: &RawValue) -> Option<Value> {
    let within = format!("[{}]", raw.get());
    let [value] = serde_json::from_str::<[Value; 1]>(&within).ok()?;
    Some(value)
}

/// A token answer with the standard fields as the standard has them (RFC 6749 section 5.1), for the protocol's
/// crate. Its type is always said to be bearer, because that is how we send every token.
pub(super) fn normalised(body: &[u8]) -> Option<Vec<u8>> {
    let mut fields = fields(body);
    let life = fields.remove("expires_in").as_ref().and_then(life);
    let scope = fields.remove("scope").as_ref().and_then(scope);
    let refresh = fields.remove("refresh_token").filter(Value::is_string);
    let standard = [
        ("token_type", Some(Value::from("bearer"))),
        ("expires_in", life.map(Value::from)),
        ("scope", scope.map(Value::from)),
        ("refresh_token", refresh),
    ];
    let said = standard.into_iter();
    fields.extend(said.filter_map(|(name, value)| Some((name.to_owned(), value?))));
    serde_json::to_vec(&fields).ok()
}

/// Whole seconds, also of a fraction or a text. No token is given out dead: nothing and less is not a life.
fn life(value: &Value) -> Option<u64> {
    let seconds: f64 = match value {
        Value::Number(number) => number.as_f64()?,
        Value::String(text) => text.trim().parse().ok()?,
        _ => return None,
    };
    let life = Duration::try_from_secs_f64(seconds).ok()?.as_secs();
    (life > 0).then_some(life)
}

/// The permissions with one space between them, also of a list. None at all is not said: a grant of nothing would
/// be of no use to whoever asked for it.
fn scope(value: &Value) -> Option<String> {
    let texts: Vec<&str> = match value {
        Value::String(text) => vec![text],
        Value::Array(list) => list.iter().filter_map(Value::as_str).collect(),
        _ => return None,
    };
    let words = texts.iter().flat_map(|text| text.split_whitespace());
    let words: Vec<&str> = words.collect();
    (!words.is_empty()).then(|| words.join(" "))
}
