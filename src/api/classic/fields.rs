//! The fields of a request, form-encoded or as `multipart/form-data`.

use actix_multipart::Multipart;
use actix_web::http::header::HeaderMap;
use actix_web::web::{Bytes, Payload};
use actix_web::{HttpMessage, HttpRequest};
use futures_util::{StreamExt, TryStreamExt, future, stream};

use crate::api::body::{self, Unread};
use crate::error::{Failure, Kind};
use crate::form::Fields;
use crate::owner::{Owner, check_id};

/// Reads the fields of a body.
pub async fn read(request: &HttpRequest, payload: Payload) -> Result<Fields, Failure> {
    let body = body::read(request, payload).await;
    let body = body.map_err(|why| match why {
        Unread::TooLarge => Failure::of(Kind::TooLarge),
        Unread::Slow => malformed("It took too long to arrive."),
        Unread::Cut => malformed("It ended too early."),
    })?;
    match request.content_type().to_ascii_lowercase().as_str() {
        "application/x-www-form-urlencoded" => Fields::parse(&body).ok_or_else(not_text),
        "multipart/form-data" => parts(request.headers(), body).await,
        _ => Err(malformed(KINDS)),
    }
}

/// Whose things are meant.
pub fn owner(fields: &Fields) -> Result<Owner, Failure> {
    Ok(Owner {
        org: id(fields, "org_id")?,
        user: id(fields, "user_id")?,
    })
}

fn id(fields: &Fields, name: &str) -> Result<String, Failure> {
    let refused = |why: String| {
        let text = "Send user_id and org_id as fields of the form.";
        Failure::new(Kind::Unprocessable, format!("{name} {why}"), text)
    };
    let given = fields.all(name).next();
    let given = given.ok_or_else(|| refused("is missing".to_owned()))?;
    check_id(given).map_err(|bad| refused(bad.to_string()))
}

async fn parts(headers: &HeaderMap, body: Bytes) -> Result<Fields, Failure> {
    let whole = stream::once(future::ready(Ok(body)));
    let mut parts = Multipart::new(headers, whole);
    let mut fields = Vec::new();
    while let Some(part) = parts.next().await {
        let mut part = part.map_err(|_| malformed(BROKEN))?;
        let name = part.name().unwrap_or_default().to_owned();
        let mut value = Vec::new();
        while let Some(chunk) = part.try_next().await.map_err(|_| malformed(BROKEN))? {
            value.extend_from_slice(&chunk);
        }
        let value = String::from_utf8(value).map_err(|_| not_text())?;
        fields.push((name, value));
    }
    Ok(fields.into_iter().collect())
}

const KINDS: &str = "It must be application/x-www-form-urlencoded or multipart/form-data.";
const BROKEN: &str = "Its parts are not such as multipart/form-data has them.";

fn not_text() -> Failure {
    malformed("Its fields are not UTF-8.")
}

fn malformed(text: &'static str) -> Failure {
    Failure::new(Kind::Unprocessable, "The body cannot be read", text)
}
