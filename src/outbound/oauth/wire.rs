//! Requests to the token endpoint and beside it, as the provider wants them written.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Map, Value};
use url::Url;

use super::answer::{fields, normalised};
use super::{BodyEncoding, Client, ClientAuth, GrantError};
use crate::metrics::Asked;
use crate::outbound::failure::reference;
use crate::outbound::{Answer, NoAnswer, Outbound, To};

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

    /// Asks the token endpoint. Some refuse with success: an `error` stands where the tokens should be.
    pub(super) async fn ask(
        &self,
        outbound: &Outbound,
        request: oauth2::HttpRequest,
    ) -> Result<oauth2::HttpResponse, GrantError> {
        let answer = self.send(outbound, request).await?;
        Self::token_answer(&answer)
    }

    /// What the token endpoint's answer says, in the form that the protocol's crate reads.
    pub(super) fn token_answer(answer: &Answer) -> Result<oauth2::HttpResponse, GrantError> {
        if !is_success(answer) || is_refusal(&answer.body) {
            return Err(refusal(answer));
        }
        let body = normalised(&answer.body).ok_or(GrantError::Broken)?;
        // Any success is one: the crate would take a 201 for a refusal, and its tokens would be lost.
        http::Response::builder()
            .status(http::StatusCode::OK)
            .header(http::header::CONTENT_TYPE, "application/json")
            .body(body)
            .map_err(|_| GrantError::Broken)
    }

    /// Sends a form of the protocol as this provider wants it, and answers what it granted.
    pub(super) async fn send(
        &self,
        outbound: &Outbound,
        request: oauth2::HttpRequest,
    ) -> Result<Answer, GrantError> {
        let answer = self.deliver(outbound, request).await?;
        match is_success(&answer) {
            true => Ok(answer),
            false => Err(refusal(&answer)),
        }
    }

    /// The same, and answers whatever comes back.
    pub(super) async fn deliver(
        &self,
        outbound: &Outbound,
        mut request: oauth2::HttpRequest,
    ) -> Result<Answer, GrantError> {
        for (name, value) in self.headers {
            let value = http::HeaderValue::from_static(value);
            request.headers_mut().insert(*name, value);
        }
        if self.body == BodyEncoding::Json {
            request = as_json(request).ok_or(GrantError::NotSent)?;
        }
        let to = To {
            provider: self.service,
            asked: Asked::Oauth,
        };
        send(outbound, request, to).await
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
    to: To,
) -> Result<Answer, GrantError> {
    let request = reqwest::Request::try_from(request).map_err(|_| GrantError::NotSent)?;
    let answer = outbound.send(request, to).await;
    answer.map_err(|error| match error {
        NoAnswer::NotSent => GrantError::NotSent,
        NoAnswer::Late | NoAnswer::Lost | NoAnswer::TooLarge => GrantError::Lost,
    })
}

fn is_success(answer: &Answer) -> bool {
    (200..300).contains(&answer.status)
}

/// Whether a token answer brings no token but an error.
fn is_refusal(body: &[u8]) -> bool {
    let fields = fields(body);
    let says = |name| text(&fields, name).is_some();
    ERROR.into_iter().any(says) && !says("access_token")
}

/// Reads a refusal: OAuth's `error` (which some call `code`), a code of the provider's own and its id of the
/// failure, where the body is JSON at all.
fn refusal(answer: &Answer) -> GrantError {
    let fields = fields(&answer.body);
    GrantError::Refused {
        status: answer.status,
        error: ERROR.into_iter().find_map(|name| word(&fields, name)),
        code: word(&fields, "status"),
        retry_after: answer.retry_after,
        reference: reference(&answer.body),
    }
}

/// Where the word for an error stands.
const ERROR: [&str; 2] = ["error", "code"];
/// Longest word that is kept.
const WORD: usize = 64;

/// The word in a field. What is none goes nowhere: an endpoint may repeat what it was sent, our secret and token
/// among it. Those have digits or are longer; no code of OAuth's or a provider's is so.
fn word(fields: &Map<String, Value>, name: &str) -> Option<String> {
    let is_of_a_word = |byte: u8| byte.is_ascii_alphabetic() || b"_-.".contains(&byte);
    let text = text(fields, name)?;
    (text.len() <= WORD && text.bytes().all(is_of_a_word)).then(|| text.to_owned())
}

fn text<'a>(fields: &'a Map<String, Value>, name: &str) -> Option<&'a str> {
    let text = fields.get(name)?.as_str()?;
    (!text.is_empty()).then_some(text)
}
