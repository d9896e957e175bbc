//! `GET /account-info/{version}/details`: which account the token belongs to.

use actix_web::{HttpRequest, HttpResponse, http::StatusCode, web::Data};
use serde::Serialize;

use super::{answer, failure::Failure, guard, limits::Lane, portals::Portal, state::State};
use crate::sandbox::clock;

/// The answer, as recorded.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Details {
    portal_id: i64,
    account_type: &'static str,
    time_zone: &'static str,
    company_currency: &'static str,
    additional_currencies: [&'static str; 0],
    utc_offset: &'static str,
    utc_offset_milliseconds: i64,
    ui_domain: &'static str,
    data_hosting_location: &'static str,
}

impl From<&'static Portal> for Details {
    fn from(portal: &'static Portal) -> Self {
        Self {
            portal_id: portal.hub_id,
            account_type: "STANDARD",
            time_zone: portal.time_zone,
            company_currency: portal.currency,
            additional_currencies: [],
            utc_offset: portal.utc_offset,
            utc_offset_milliseconds: portal.utc_offset_ms,
            ui_domain: portal.ui_domain,
            data_hosting_location: portal.region,
        }
    }
}

/// Answers with the account's details. The scope `oauth` suffices.
pub async fn details(request: HttpRequest, state: Data<State>) -> Result<HttpResponse, Failure> {
    let caller = guard::caller(&request, &state, Lane::Burst, clock::now())?;
    caller.require(&["oauth".to_owned()])?;
    Ok(answer::json(StatusCode::OK, &Details::from(caller.portal)))
}
