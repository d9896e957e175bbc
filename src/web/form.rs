//! The fields of a posted form.

use std::future::Future;
use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest, web};

use super::error::PageError;
use crate::error::{Failure, Kind};

/// The fields of an `application/x-www-form-urlencoded` body.
pub struct Fields(Vec<(String, String)>);

impl Fields {
    /// The first field of this name, as it was typed; empty where there is none.
    pub fn get(&self, name: &str) -> &str {
        self.all(name).next().unwrap_or_default()
    }

    /// All fields of this name.
    pub fn all<'a, 'n>(&'a self, name: &'n str) -> impl Iterator<Item = &'a str> + use<'a, 'n> {
        let fields = self.0.iter().filter(move |(field, _)| field == name);
        fields.map(|(_, value)| value.as_str())
    }
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
        let body = web::Bytes::from_request(request, payload);
        Box::pin(async move {
            if !is_form {
                return Err(Failure::of(Kind::BadRequest).into());
            }
            let body = body.await.map_err(|_| Failure::of(Kind::TooLarge))?;
            // The parser would put a replacement character in the place of what is no text.
            if percent_encoding::percent_decode(&body)
                .decode_utf8()
                .is_err()
            {
                return Err(not_text().into());
            }
            Ok(Self(
                url::form_urlencoded::parse(&body).into_owned().collect(),
            ))
        })
    }
}
