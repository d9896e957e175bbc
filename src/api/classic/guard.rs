//! The guard before all routes: who calls, and whether they may. See [`crate::api::access`].

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::middleware::Next;
use actix_web::web::Data;
use actix_web::{Error, HttpMessage};

use super::Classic;
use super::caller::Caller;
use super::error::{Forbidden, detail};
use crate::api::access::{Access, Refused, address, peer, tell};
use crate::error::{Failure, Kind};
use crate::identity::Allowance;

/// Lets a request through, or answers why not.
pub async fn check<B: MessageBody + 'static>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let Some(classic) = request.app_data::<Data<Classic>>().cloned() else {
        let answer = detail(&Failure::of(Kind::Internal), request.request());
        return Ok(request.into_response(answer));
    };
    let (caller, allowance) = match admit(&classic.access, &request).await {
        Ok(admitted) => admitted,
        Err(refused) => {
            let allowance = refused.allowance();
            let mut answer = detail(&failure(refused), request.request());
            tell(answer.headers_mut(), allowance);
            return Ok(request.into_response(answer));
        }
    };
    request.extensions_mut().insert(caller.clone());
    let from = peer(request.request());
    let mut response = next.call(request).await?.map_into_boxed_body();
    let refused = response.response().extensions().get::<Forbidden>().cloned();
    if let (Caller::Key(key), Some(Forbidden(why))) = (caller, refused) {
        classic.access.note_refused(&key, from, &why).await;
    }
    tell(response.headers_mut(), allowance);
    Ok(response)
}

async fn admit(
    access: &Access,
    request: &ServiceRequest,
) -> Result<(Caller, Option<Allowance>), Refused> {
    access.check_place(request.headers())?;
    if access.is_demo() {
        let allowance = access.count(&address(request.request())).await?;
        return Ok((Caller::Demo, allowance));
    }
    let key = access.key(request.request()).await?;
    let allowance = access.count(key.counted_as()).await?;
    Ok((Caller::Key(Box::new(key)), allowance))
}

fn failure(refused: Refused) -> Failure {
    match refused {
        Refused::Host(own) => Failure::new(
            Kind::Forbidden,
            "This is not the address of this Patchbay",
            format!("Use {own} instead."),
        ),
        Refused::Origin => Failure::new(
            Kind::Forbidden,
            "Pages of this origin may not call Patchbay",
            "Its operator can name them in PATCHBAY_CORS_ORIGINS.",
        ),
        Refused::NoKey => Failure::new(
            Kind::Unauthenticated,
            "An API key is needed here",
            "Send it as 'Authorization: Bearer pb_…'. The settings make one, and so does 'patchbay key add'.",
        ),
        Refused::Key(error) => Failure::new(
            Kind::Unauthenticated,
            "The API key does not let you in",
            format!("Because {error}."),
        ),
        Refused::TooMany(allowance) => Failure::of(Kind::TooMany).retry_after(allowance.again_in),
        Refused::Failed(failure) => failure,
    }
}
