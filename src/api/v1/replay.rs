//! `Idempotency-Key`: a request that is sent again is done once, and answered alike.

use actix_web::http::StatusCode;
use actix_web::http::header::CONTENT_TYPE;
use actix_web::{HttpRequest, HttpResponse};
use serde::Serialize;

use super::V1;
use super::problem::{Problem, Type};
use crate::idempotency::{Answer, Begun};
use crate::owner::Owner;

/// The header.
pub const HEADER: &str = "idempotency-key";
/// Says that an answer is that of an earlier sending.
pub const REPLAYED: &str = "idempotency-replayed";
const LONGEST: usize = 255;

/// An answer that can be kept and given again.
pub fn reply(status: StatusCode, body: &impl Serialize) -> Result<Answer, Problem> {
    let body = serde_json::to_string(body);
    Ok(Answer {
        status: status.as_u16(),
        headers: Vec::new(),
        body: body.map_err(|error| Problem::of(Type::Internal).because(error))?,
    })
}

/// The idempotency key of a request, if it has one.
pub fn key(request: &HttpRequest) -> Result<Option<&str>, Problem> {
    let mut given = request.headers().get_all(HEADER);
    let Some(first) = given.next() else {
        return Ok(None);
    };
    let text = first.to_str().unwrap_or_default();
    // The draft has it as a quoted string; nearly everybody sends it bare.
    let bare = text.strip_prefix('"').and_then(|it| it.strip_suffix('"'));
    let key = bare.unwrap_or(text);
    let fits = (1..=LONGEST).contains(&key.len()) && key.bytes().all(|it| it.is_ascii_graphic());
    match fits && given.next().is_none() {
        true => Ok(Some(key)),
        false => Err(Problem::of(Type::IdempotencyKeyInvalid)),
    }
}

/// Does a request, unless it was done before under the same key.
pub async fn once(
    v1: &V1,
    request: &HttpRequest,
    owner: &Owner,
    body: &[u8],
    work: impl Future<Output = Result<Answer, Problem>>,
) -> Result<HttpResponse, Problem> {
    let Some(key) = key(request)? else {
        return Ok(answer(&work.await?, false));
    };
    let says = [
        request.method().as_str().as_bytes(),
        request.uri().to_string().as_bytes(),
        body,
    ]
    .map(<[u8]>::to_vec);
    let says: Vec<&[u8]> = says.iter().map(|part| &part[..]).collect();
    match v1.answers.begin(owner, key, &says).await? {
        Begun::First(ticket) => {
            let done = work.await?;
            ticket.settle(&done).await;
            Ok(answer(&done, false))
        }
        Begun::Answered(before) => Ok(answer(&before, true)),
        Begun::UnderWay => Err(Problem::of(Type::IdempotencyKeyInUse)
            .again_in(Some(std::time::Duration::from_secs(1)))),
        Begun::Other => Err(Problem::of(Type::IdempotencyKeyReused)),
    }
}

fn answer(of: &Answer, again: bool) -> HttpResponse {
    let status = StatusCode::from_u16(of.status).unwrap_or(StatusCode::OK);
    let mut answer = HttpResponse::build(status);
    for (name, value) in &of.headers {
        answer.insert_header((name.as_str(), value.as_str()));
    }
    if again {
        answer.insert_header((REPLAYED, "true"));
    }
    answer
        .insert_header((CONTENT_TYPE, "application/json"))
        .body(of.body.clone())
}
