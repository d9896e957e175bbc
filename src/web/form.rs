//! The fields of a form that a page posted.

use std::fmt::Display;
use std::future::Future;
use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest, web};

use super::error::PageError;
use crate::error::{Failure, Kind};
pub use crate::form::Fields;

/// Largest form, in bytes.
pub const LARGEST: usize = 64 * 1024;
/// Largest form of a contact: ten of the longest texts, in characters that take twelve bytes each in a form, each twice
/// (what it was, and what it is).
const LARGEST_CONTACT: usize = 16 * 1024 * 1024;

/// The digits of an id; see [`crate::clock::Entropy::name`].
const ID_DIGITS: usize = 12;

/// The whole body, if it is not too large.
pub async fn read(body: web::Payload, largest: usize) -> Result<web::Bytes, PageError> {
    let body = body.to_bytes_limited(largest).await;
    let body = body.map_err(|_| Failure::of(Kind::TooLarge))?;
    body.map_err(|_| Failure::of(Kind::BadRequest).into())
}

/// The largest form that is taken at a path.
pub fn largest(path: &str) -> usize {
    match path.split('/').nth(3) {
        Some("contacts") => LARGEST_CONTACT,
        _ => LARGEST,
    }
}

/// What was typed into a field, and what is wrong with it.
#[derive(Default)]
pub struct Field {
    pub value: String,
    pub error: Option<String>,
}

impl Field {
    /// A field called `name` that was checked: as it is kept, or as it was typed with what is wrong.
    pub fn checked<E: Display>(typed: &str, checked: Result<String, E>, name: &str) -> Self {
        match checked {
            Ok(value) => Self { value, error: None },
            Err(bad) => Self {
                value: typed.to_owned(),
                error: Some(format!("The {name} {bad}.")),
            },
        }
    }
}

/// The id that a form brought along, if it is such as we give: it becomes part of an address.
pub fn own_id(fields: &Fields) -> Option<&str> {
    let id = fields.get("id");
    let hex = |digit: u8| matches!(digit, b'0'..=b'9' | b'a'..=b'f');
    (id.len() == ID_DIGITS && id.bytes().all(hex)).then_some(id)
}

fn not_text() -> Failure {
    Failure::new(
        Kind::BadRequest,
        "The form is not text",
        "Its bytes are not UTF-8, so nothing of it was taken. Send it again from the page itself.",
    )
}

impl FromRequest for Fields {
    type Error = PageError;
    type Future = Pin<Box<dyn Future<Output = Result<Self, PageError>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let is_form = request
            .headers()
            .get(actix_web::http::header::CONTENT_TYPE)
            .and_then(|kind| kind.to_str().ok())
            .is_some_and(|kind| kind.starts_with("application/x-www-form-urlencoded"));
        let body = web::Payload::from_request(request, payload);
        let largest = largest(request.path());
        Box::pin(async move {
            if !is_form {
                return Err(Failure::of(Kind::BadRequest).into());
            }
            let body = body.await.map_err(|_| Failure::of(Kind::BadRequest))?;
            let body = read(body, largest).await?;
            Fields::parse(&body).ok_or_else(|| not_text().into())
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_contact_with_several_of_the_longest_texts_fits() {
        let longest = 2 * 12 * 65_536;
        assert!(largest("/connections/sample/contacts/1") >= 10 * longest);
        assert!(largest("/connections/sample/account") < longest);
    }
}
