//! `Idempotency-Key`: a request that is sent again is done once, and answered alike.

use std::time::Duration;

use actix_web::http::StatusCode;
use actix_web::http::header::CONTENT_TYPE;
use actix_web::{HttpRequest, HttpResponse};
use futures_util::future::BoxFuture;
use serde::Serialize;

use super::V1;
use super::problem::{Problem, Type, id_of};
use crate::digest::digest;
use crate::error::Failure;
use crate::idempotency::{Answer, Done};
use crate::identity::Limit;
use crate::owner::Owner;

/// The header.
pub const HEADER: &str = "idempotency-key";
/// Says that an answer is that of an earlier sending.
pub const REPLAYED: &str = "idempotency-replayed";
const LONGEST: usize = 255;
/// When to ask again what came of a request that is being done.
const AGAIN: Duration = Duration::from_secs(1);

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

/// What tells a repetition of a request from another one, for what knows forms by their tokens: of its idempotency key,
/// where it has one, and else of nothing that comes again.
pub fn token(v1: &V1, request: &HttpRequest) -> Result<String, Problem> {
    let key = key(request)?;
    Ok(match key {
        Some(key) => digest(format!("idempotency key {key}")),
        None => v1.entropy.token(),
    })
}

/// The work of a request. It is boxed since it is handed on from task to task: what talks to providers is large, and the
/// stacks of threads are not.
pub type Work = BoxFuture<'static, Result<Answer, Problem>>;

/// Does a request, unless it was done before under the same key. With a key it is done to its end even if whoever asked
/// goes away, and a problem that leaves open whether it was done is kept like an answer. An answer counts for the account to
/// which it was done.
pub async fn once(
    v1: &V1,
    request: &HttpRequest,
    (owner, provider): (&Owner, &str),
    body: &[u8],
    work: Work,
) -> Result<HttpResponse, Problem> {
    let Some(key) = key(request)? else {
        return Ok(answer(&work.await?, false));
    };
    let Some(stored) = v1.vault.get(owner, provider).await? else {
        // Nothing can be done, and what was done before was done to what is connected no more.
        return Ok(answer(&work.await?, false));
    };
    let whose = owner.counted_as();
    let kept = v1.access.limits.take(Limit::KEPT, &whose);
    let kept = kept.await.map_err(Failure::from)?;
    if let Some(wait) = kept.and_then(|allowance| allowance.again_in) {
        let detail = "A user's programs may use 50,000 idempotency keys at once, and one a second after that.";
        return Err(Problem::new(Type::RateLimited, detail).again_in(Some(wait)));
    }
    let uri = request.uri().to_string();
    let (method, account) = (request.method().as_str(), stored.connection.account.id);
    let says = [method.as_bytes(), uri.as_bytes(), account.as_bytes(), body];
    let id = id_of(request);
    let work = async move {
        match work.await {
            Err(problem) if problem.what == Type::OutcomeUnknown => Ok(problem.kept(&id)),
            done => done,
        }
    };
    match v1.answers.once(owner, key, &says, work).await? {
        Done::Answered { answer: of, before } => Ok(answer(&of, before)),
        Done::Failed(problem) => Err(problem),
        Done::UnderWay => Err(Problem::of(Type::IdempotencyKeyInUse).again_in(Some(AGAIN))),
        Done::Other => Err(Problem::of(Type::IdempotencyKeyReused)),
        Done::BrokeOff => Err(Problem::of(Type::OutcomePending).again_in(Some(AGAIN))),
    }
}

fn answer(of: &Answer, again: bool) -> HttpResponse {
    let status = StatusCode::from_u16(of.status).unwrap_or(StatusCode::OK);
    let mut answer = HttpResponse::build(status);
    answer.insert_header((CONTENT_TYPE, "application/json"));
    for (name, value) in &of.headers {
        answer.insert_header((name.as_str(), value.as_str()));
    }
    if again {
        answer.insert_header((REPLAYED, "true"));
    }
    answer.body(of.body.clone())
}
