//! The calls as counters and faults know them.

use actix_web::{
    Error, HttpMessage, HttpRequest, HttpResponse, ResponseError, dev::ServiceRequest,
    http::StatusCode, web::Data,
};
use jiff::Timestamp;
use serde_json::json;

use super::{
    Airtable, answer,
    controls::{Controls, Form429},
    endpoint::{Call, Target},
    failure::Failure,
    faults::{Fault, Plan, hits},
    gauge::UnderWay,
    oauth_error::OauthError,
    state::State,
};
use crate::sandbox::{
    clock, page,
    params::Params,
    spoil::Spoil,
    traffic::{self, Effect, Twist},
};

/// Beyond it Airtable documents that a listing must be a POST; how it answers is not documented.
const MAX_URL: usize = 16_000;

/// When a request came. Limits count by it: a call that waits here is not counted late.
struct Arrived(Timestamp);

/// When the request came.
pub fn arrived(request: &HttpRequest) -> Timestamp {
    let arrived = request.extensions().get::<Arrived>().map(|at| at.0);
    arrived.unwrap_or_else(clock::now)
}

/// A call with what else of its request counts here.
pub struct Arrival {
    call: Call,
    /// Whether it asks for a page after another.
    follows: bool,
    is_too_long: bool,
    _under_way: UnderWay,
}

impl traffic::Call<Airtable> for Arrival {
    async fn read(
        request: &mut ServiceRequest,
        state: &Data<State>,
    ) -> Result<Option<Self>, Error> {
        let Some(call) = Call::of(request.method(), request.path()) else {
            return Ok(None);
        };
        request.extensions_mut().insert(Arrived(clock::now()));
        let by_post = matches!(call, Call::List { by_post: true, .. });
        let query = Params::parse(request.query_string().as_bytes());
        Ok(Some(Self {
            follows: by_post || query.has("offset"),
            is_too_long: request.uri().to_string().len() > MAX_URL,
            _under_way: UnderWay::new(state, call.target() == Target::Token),
            call,
        }))
    }

    fn counter(&self) -> &str {
        self.call.counter()
    }

    fn is_hit(&self, plan: &Plan) -> bool {
        hits(plan, &self.call, self.follows)
    }

    fn refusal(&self) -> Option<HttpResponse> {
        let (title, text) = ("414 URI Too Long", "The URL is too long.");
        self.is_too_long
            .then(|| page::plain(StatusCode::URI_TOO_LONG, title, text))
    }

    fn effect(&self, fault: Fault, controls: &Controls) -> Effect {
        let failure = match fault {
            Fault::TooMany => Failure::too_many(controls.error_429),
            Fault::TooManyObject => Failure::too_many(Form429::Object),
            Fault::Quota => Failure::quota(),
            Fault::Internal => Failure::internal(),
            Fault::NullError => Failure::null_error(),
            Fault::Retriable => Failure::retriable(),
            Fault::Unauthorized if self.call == Call::Token => {
                return Effect::Instead(OauthError::Client.error_response());
            }
            Fault::Unauthorized => Failure::bad_token(),
            Fault::Forbidden => Failure::no_model(),
            Fault::NotFound => Failure::not_found(),
            Fault::Iterator => Failure::no_iterator(),
            Fault::Empty => return Effect::Instead(answer::json(StatusCode::OK, &json!({}))),
            Fault::BadGateway => return Effect::Instead(bad_gateway()),
            Fault::HtmlOk => return Effect::Instead(html()),
            Fault::EmptyPage => return Effect::Twist(Twist::Empty),
            Fault::Timeout => return Effect::Spoil(Spoil::Hang),
            Fault::Truncated => return Effect::Spoil(Spoil::Truncate),
            Fault::Reset => return Effect::Spoil(Spoil::Reset),
            Fault::Lost => return Effect::Spoil(Spoil::Lose),
            Fault::Extra => {
                return Effect::Spoil(Spoil::Strangers(&["bases", "tables", "records"]));
            }
        };
        Effect::Instead(failure.error_response())
    }
}

fn bad_gateway() -> HttpResponse {
    let (title, text) = ("502 Bad Gateway", "The server is restarting.");
    page::plain(StatusCode::BAD_GATEWAY, title, text)
}

fn html() -> HttpResponse {
    page::plain(StatusCode::OK, "Airtable", "We'll be right back.")
}
