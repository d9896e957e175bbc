//! The calls as counters and faults know them.

use actix_web::{
    Error, HttpResponse, ResponseError, dev::ServiceRequest, http::StatusCode, web::Data,
};

use super::{
    HubSpot,
    controls::Controls,
    endpoint::Call,
    failure::Failure,
    faults::{Fault, Plan, hits},
    portals::PORTALS,
    state::State,
};
use crate::sandbox::{
    page,
    spoil::Spoil,
    traffic::{self, Effect, Twist},
};

impl traffic::Call<HubSpot> for Call {
    async fn read(request: &mut ServiceRequest, _: &Data<State>) -> Result<Option<Self>, Error> {
        Ok(Self::of(request.method(), request.path()))
    }

    fn counter(&self) -> &str {
        &self.counter
    }

    fn is_hit(&self, plan: &Plan) -> bool {
        hits(plan, self)
    }

    fn effect(&self, fault: Fault, controls: &Controls) -> Effect {
        let failure = match fault {
            Fault::TooMany if self.is_search => Failure::too_many_searches(),
            Fault::TooMany => Failure::too_many(PORTALS[0].hub_id),
            Fault::Daily => Failure::daily(),
            Fault::Internal => Failure::internal(),
            Fault::Locked => Failure::locked(),
            Fault::Moving => Failure::moving(controls.retry_after),
            Fault::BadGateway => return Effect::Instead(bad_gateway()),
            Fault::HtmlOk => return Effect::Instead(html()),
            Fault::EmptyPage => return Effect::Twist(Twist::Empty),
            Fault::Timeout => return Effect::Spoil(Spoil::Hang),
            Fault::Truncated => return Effect::Spoil(Spoil::Truncate),
            Fault::Reset => return Effect::Spoil(Spoil::Reset),
            Fault::Extra => return Effect::Spoil(Spoil::Strangers(&["results"])),
        };
        Effect::Instead(failure.error_response())
    }
}

fn bad_gateway() -> HttpResponse {
    let text = "The server returned an invalid or incomplete response.";
    page::plain(StatusCode::BAD_GATEWAY, "502 Bad Gateway", text)
}

fn html() -> HttpResponse {
    page::plain(StatusCode::OK, "HubSpot", "We'll be right back.")
}
