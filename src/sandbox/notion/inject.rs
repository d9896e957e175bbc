//! The calls as counters and faults know them.

use actix_web::{
    Error, HttpRequest, ResponseError,
    dev::{Payload, ServiceRequest},
    http::StatusCode,
    web::{Bytes, Data},
};

use super::{
    Notion,
    controls::Controls,
    data::Id,
    endpoint::{Call, Endpoint, Target},
    failure::Failure,
    faults::{Fault, Plan, hits},
    state::State,
    version::{self, Version},
    workspaces::WORKSPACES,
};
use crate::sandbox::{
    page,
    spoil::Spoil,
    traffic::{self, Effect, Twist},
};

impl traffic::Call<Notion> for Call {
    /// What a search is about stands in its body, which the handler reads once more.
    async fn read(request: &mut ServiceRequest, _: &Data<State>) -> Result<Option<Self>, Error> {
        let Some(endpoint) = endpoint(request.request()) else {
            return Ok(None);
        };
        let body = request.extract::<Bytes>().await?;
        let call = Self::of(&endpoint, &body);
        request.set_payload(Payload::from(body));
        Ok(Some(call))
    }

    fn counter(&self) -> &str {
        self.counter
    }

    fn is_hit(&self, plan: &Plan) -> bool {
        hits(plan, self)
    }

    fn effect(&self, fault: Fault, controls: &Controls) -> Effect {
        let failure = match fault {
            Fault::TooMany => Failure::rate_limited(controls.retry_after),
            Fault::TooManyPlain => Failure::rate_limited_plain(1),
            Fault::Blocked => Failure::blocked(),
            Fault::Overload => Failure::overload(controls.retry_after),
            Fault::Internal => Failure::internal(),
            Fault::Unavailable => Failure::unavailable(),
            Fault::GatewayTimeout | Fault::TooLarge => Failure::gateway_timeout(),
            Fault::Unauthorized => Failure::unauthorized(),
            Fault::Restricted => Failure::restricted(),
            Fault::NotFound => not_found(self.target),
            Fault::Cursor => Failure::cursor(self.cursor.as_deref().unwrap_or_default()),
            Fault::BadGateway => return edge(StatusCode::BAD_GATEWAY, "502 Bad Gateway"),
            Fault::HtmlOk => return edge(StatusCode::OK, "Just a moment"),
            Fault::EmptyPage => return Effect::Twist(Twist::Empty),
            Fault::NoResults => return Effect::Twist(Twist::NoResults),
            Fault::Timeout => return Effect::Spoil(Spoil::Hang),
            Fault::Truncated => return Effect::Spoil(Spoil::Truncate),
            Fault::Reset => return Effect::Spoil(Spoil::Reset),
            Fault::Lost => return Effect::Spoil(Spoil::Lose),
            Fault::Extra => return Effect::Spoil(Spoil::Strangers(&["results"])),
        };
        Effect::Instead(failure.error_response())
    }
}

/// The endpoint of a request, in the version that it names.
pub fn endpoint(request: &HttpRequest) -> Option<Endpoint> {
    let version = version::asked(request).and_then(Version::named);
    Endpoint::of(request.method(), request.path()).filter(|endpoint| endpoint.is_in(version))
}

fn not_found(target: Target) -> Failure {
    let what = if target == Target::Databases {
        "database"
    } else {
        "page"
    };
    Failure::not_found(what, &Id::nil().to_string(), &WORKSPACES[0])
}

/// A page of the edge: not JSON, and without Notion's request id.
fn edge(status: StatusCode, title: &str) -> Effect {
    let text = "The web server reported an error.";
    Effect::Instead(page::plain(status, title, text))
}
