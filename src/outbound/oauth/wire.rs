//! Requests to the token endpoint and beside it, as the provider wants them written.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Map, Value};
use url::Url;

use super::{BodyEncoding, Client, ClientAuth, GrantError, printable};
use crate::outbound::{Answer, NoAnswer, Outbound};

impl Client {
    /// A form with the client's proof of itself, in a header or among its fields.
    pub(super) fn proven(&self, url: Url, fields: &[(&str, &str)]) -> Option<oauth2::HttpRequest> {
        let mut form = url::form_urlencoded::Serializer::new(String::new());
        form.extend_pairs(fields);
        let mut request = http::Request::post(url.as_str());
        match (self.auth, &self.secret) {
            (ClientAuth::Basic, Some(secret)) => {
                request = request.header(http::header::AUTHORIZATION, basic(&self.id, secret)?);
            }
            (_, secret) => {
                form.append_pair("client_id", &self.id);
                if let Some(secret) = secret {
                    form.append_pair("client_secret", secret.expose_secret());
                }
            }
        }
        request
            .header(http::header::CONTENT_TYPE, FORM)
            .body(form.finish().into_bytes())
            .ok()
    }

    /// Sends a form of the protocol as this provider wants it.
    pub(super) async fn send(
        &self,
        outbound: &Outbound,
        mut request: oauth2::HttpRequest,
    ) -> Result<oauth2::HttpResponse, GrantError> {
        for (name, value) in self.headers {
            let value = http::HeaderValue::from_static(value);
            request.headers_mut().insert(*name, value);
        }
        if self.body == BodyEncoding::Json {
            request = as_json(request).ok_or(GrantError::NotSent)?;
        }
        send(outbound, request).await
    }
}

const FORM: &str = "application/x-www-form-urlencoded";

/// HTTP Basic as RFC 6749 section 2.3.1 says: id and secret are form-encoded first.
fn basic(id: &str, secret: &SecretString) -> Option<http::HeaderValue> {
    let encode =
        |text: &str| -> String { url::form_urlencoded::byte_serialize(text.as_bytes()).collect() };
    let pair = format!("{}:{}", encode(id), encode(secret.expose_secret()));
    let mut value = http::HeaderValue::try_from(format!("Basic {}", STANDARD.encode(pair))).ok()?;
    value.set_sensitive(true);
    Some(value)
}

/// The same request with its form written as a JSON object of strings.
fn as_json(request: oauth2::HttpRequest) -> Option<oauth2::HttpRequest> {
    let (mut parts, body) = request.into_parts();
    let fields: Map<String, Value> = url::form_urlencoded::parse(&body)
        .map(|(name, value)| (name.into_owned(), Value::String(value.into_owned())))
        .collect();
    let json = http::HeaderValue::from_static("application/json");
    parts.headers.insert(http::header::CONTENT_TYPE, json);
    Some(http::Request::from_parts(
        parts,
        serde_json::to_vec(&fields).ok()?,
    ))
}

async fn send(
    outbound: &Outbound,
    request: oauth2::HttpRequest,
) -> Result<oauth2::HttpResponse, GrantError> {
    let request = reqwest::Request::try_from(request).map_err(|_| GrantError::NotSent)?;
    let answer = outbound.send(request).await.map_err(|error| match error {
        NoAnswer::NotSent => GrantError::NotSent,
        NoAnswer::Late | NoAnswer::Lost | NoAnswer::TooLarge => GrantError::Lost,
    })?;
    if !(200..300).contains(&answer.status) {
        return Err(refusal(&answer));
    }
    http::Response::builder()
        .status(answer.status)
        .header(http::header::CONTENT_TYPE, "application/json")
        .body(answer.body)
        .map_err(|_| GrantError::Broken)
}

/// Reads a refusal: OAuth's `error` (which some call `code`) and a code of the provider's own, where the body
/// is JSON at all.
fn refusal(answer: &Answer) -> GrantError {
    let body: Map<String, Value> = serde_json::from_slice(&answer.body).unwrap_or_default();
    let text = |name: &str| body.get(name).and_then(Value::as_str).map(printable);
    GrantError::Refused {
        status: answer.status,
        error: text("error").or_else(|| text("code")),
        code: text("status"),
        retry_after: answer.retry_after,
    }
}
