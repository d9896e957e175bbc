//! Where an item is to be seen: here, and at its provider.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, PercentEncode, utf8_percent_encode};

use crate::item::Item;

/// What of a segment is encoded: all that RFC 3986 does not call unreserved.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'~');

/// The page of an item. Its type and id are a segment of the address each, whatever they hold.
pub(super) fn of(provider: &str, kind: &str, id: &str) -> String {
    format!(
        "/connections/{provider}/items/{}/{}",
        segment(kind),
        segment(id)
    )
}

/// The page on which a contact is worked on.
pub(super) fn of_contact(provider: &str, id: &str) -> String {
    format!("/connections/{provider}/contacts/{}", segment(id))
}

fn segment(text: &str) -> PercentEncode<'_> {
    utf8_percent_encode(text, ENCODED)
}

/// The provider's own page of it, if that is an `https` one.
pub(super) fn at_provider(item: &Item) -> Option<String> {
    item.url.clone().filter(|url| url.starts_with("https://"))
}
