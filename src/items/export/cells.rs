//! The cells of a table.
//!
//! A spreadsheet takes a cell that begins with certain characters for a formula, and computes it when the file is opened;
//! whoever can name a contact could so run something at whoever exports it (OWASP, 'CSV Injection'). Such a cell gets
//! an apostrophe in front, which spreadsheets take for 'this is text'. One that begins with apostrophes and such a character
//! after them gets one more, so that who takes one off has what was loaded, always.

use std::borrow::Cow;

use jiff::Timestamp;
use serde_json::Value;

use crate::item::Item;

const APOSTROPHE: char = '\'';
/// What a formula may begin with: OWASP's list and the null of its verification standard (ASVS 1.2.10), also as East Asian
/// keyboards write them.
const BEGINNINGS: [char; 12] = [
    '=', '+', '-', '@', '\t', '\r', '\n', '\0', '＝', '＋', '－', '＠',
];

/// The cells of what all items have, in the order of the columns.
pub(super) fn fields(item: &Item) -> [Cow<'_, str>; 15] {
    let children = item.children.as_ref();
    let children = children.map(|ids| Value::from(ids.clone()).to_string());
    [
        text(&item.id),
        text(&item.provider),
        text(&item.kind),
        text(&item.name),
        truth(item.directory),
        maybe(&item.parent_id),
        maybe(&item.parent_path_or_name),
        time(item.creation_time),
        time(item.last_modified_time),
        maybe(&item.url),
        children.unwrap_or_default().into(),
        maybe(&item.mime_type),
        maybe(&item.delta),
        maybe(&item.drive_id),
        maybe(&item.visibility),
    ]
}

/// The cell of a property. Numbers are left as they are, lists and objects stand in it as JSON, and nothing as nothing.
pub(super) fn value(value: &Value) -> Cow<'_, str> {
    match value {
        Value::Null => Cow::default(),
        Value::Bool(is) => truth(*is),
        Value::String(of) => text(of),
        other => other.to_string().into(),
    }
}

fn truth(is: bool) -> Cow<'static, str> {
    if is { "true".into() } else { "false".into() }
}

fn time(at: Option<Timestamp>) -> Cow<'static, str> {
    at.map(|at| at.to_string()).unwrap_or_default().into()
}

fn maybe(of: &Option<String>) -> Cow<'_, str> {
    of.as_deref().map(text).unwrap_or_default()
}

fn text(of: &str) -> Cow<'_, str> {
    let begins_a_formula = of.trim_start_matches(APOSTROPHE).starts_with(BEGINNINGS);
    match begins_a_formula && !is_negative(of) {
        true => format!("{APOSTROPHE}{of}").into(),
        false => of.into(),
    }
}

/// Whether it is a negative number and no more: providers give amounts as texts, and nothing is computed of one. A plus in
/// front is not left alone, since most who begin with it are phone numbers, which would lose it.
fn is_negative(of: &str) -> bool {
    let Some(number) = of.strip_prefix('-') else {
        return false;
    };
    let (whole, part) = number.split_once('.').unwrap_or((number, "0"));
    let digits = |of: &str| !of.is_empty() && of.bytes().all(|byte| byte.is_ascii_digit());
    digits(whole) && digits(part)
}
