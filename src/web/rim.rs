//! The rim: the outermost layer of the pages. Here failures get their face, every answer its headers, and
//! every request its allowance of time for the store.

use std::sync::Arc;

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::error::InternalError;
use actix_web::http::StatusCode;
use actix_web::http::header::{RETRY_AFTER, SET_COOKIE};
use actix_web::middleware::Next;
use actix_web::{Error, HttpMessage, HttpRequest, HttpResponse, web};
use askama::Template;
use tracing_actix_web::RequestId;

use super::error::PageError;
use super::frame::Frame;
use super::headers::{self, Answered, LeadsAway};
use super::page::{Wanted, is_htmx};
use super::session::Known;
use super::site::Site;
use crate::error::{Failure, Kind};
use crate::patience;

/// What of the request is still needed when it is gone.
struct Asked {
    site: web::Data<Site>,
    wanted: Wanted,
    htmx: bool,
    path: String,
    place: String,
    id: String,
}

/// Answers every request, whatever happens inside.
pub async fn rim<B: MessageBody + 'static>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let Some(site) = request.app_data::<web::Data<Site>>().cloned() else {
        return Ok(next.call(request).await?.map_into_boxed_body());
    };
    let asked = Asked {
        site,
        wanted: Wanted::of(request.headers()),
        htmx: is_htmx(request.headers()),
        path: request.path().to_owned(),
        place: request
            .uri()
            .path_and_query()
            .map_or("/", |place| place.as_str())
            .to_owned(),
        id: request
            .extensions()
            .get::<RequestId>()
            .map(ToString::to_string)
            .unwrap_or_default(),
    };
    let (result, store_away) = patience::scope(patience::PER_REQUEST, next.call(request)).await;
    match result {
        Ok(response) => Ok(asked.finish(response.map_into_boxed_body(), store_away)),
        Err(error) => {
            let failure = failure_of(&error, error.as_response_error().status_code(), store_away);
            let mut response = asked.dress(&failure, None);
            asked.headers(&mut response);
            Err(InternalError::from_response(error, response).into())
        }
    }
}

impl Asked {
    fn finish(
        &self,
        mut response: ServiceResponse<BoxBody>,
        store_away: bool,
    ) -> ServiceResponse<BoxBody> {
        let status = response.status();
        // An error with a body of its own (a form with its mistakes marked) is a page already.
        let bare = response.response().error().is_some() || is_empty(response.response());
        if (status.is_client_error() || status.is_server_error()) && bare {
            let failure = match response.response().error() {
                Some(error) => failure_of(error, status, store_away),
                None => Arc::new(Failure::of(Kind::from_status(status.as_u16()))),
            };
            let mut dressed = self.dress(&failure, Some(response.request()));
            for cookie in response.headers().get_all(SET_COOKIE) {
                dressed.headers_mut().append(SET_COOKIE, cookie.clone());
            }
            response = response.into_response(dressed);
        }
        self.headers(response.response_mut());
        response
    }

    fn headers(&self, response: &mut HttpResponse) {
        let leads_away = response.extensions().get::<LeadsAway>().is_some();
        let answered = Answered {
            leads_away,
            oauth: headers::is_callback(&self.path),
            in_window: self.path.starts_with("/integrations/"),
        };
        headers::set(response.headers_mut(), &self.site, &answered);
    }

    /// The page or fragment of a failure; for someone who is not signed in, the way to sign in.
    fn dress(&self, failure: &Failure, request: Option<&HttpRequest>) -> HttpResponse {
        failure.log(&self.id);
        if failure.kind == Kind::Unauthenticated {
            return self.to_sign_in();
        }
        let status = StatusCode::from_u16(failure.kind.status())
            .unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut answer = HttpResponse::build(status);
        if let Some(wait) = failure.wait() {
            answer.insert_header((RETRY_AFTER, wait.as_secs()));
        }
        // What a provider's redirect is answered with must not show its address to anyone, and a page
        // without referrer cannot send the forms of the frame.
        let oauth = headers::is_callback(&self.path);
        let known = request
            .filter(|_| !oauth)
            .and_then(|request| request.extensions().get::<Known>().cloned());
        let way_on = failure
            .way_on()
            .unwrap_or(usual_way(known.is_some() || oauth));
        let page = ErrorPage {
            frame: Frame::bare(&self.site, known),
            status: status.as_u16(),
            title: &failure.title,
            message: &failure.message,
            way_on,
            id: &self.id,
        };
        let text = match self.wanted {
            Wanted::Page => page.render(),
            Wanted::Part => page.as_failure().render(),
        };
        answer
            .content_type("text/html; charset=utf-8")
            .body(text.unwrap_or_else(|_| failure.to_string()))
    }

    fn to_sign_in(&self) -> HttpResponse {
        let mut address = "/sign-in".to_owned();
        if !self.htmx && self.place != "/" {
            let next: String =
                url::form_urlencoded::byte_serialize(self.place.as_bytes()).collect();
            address = format!("/sign-in?next={next}");
        }
        if self.htmx {
            HttpResponse::Ok()
                .insert_header(("HX-Redirect", address))
                .finish()
        } else {
            HttpResponse::SeeOther()
                .insert_header((actix_web::http::header::LOCATION, address))
                .finish()
        }
    }
}

/// Where to go on; for who is not signed in, the sign-in.
fn usual_way(is_known: bool) -> (&'static str, &'static str) {
    match is_known {
        true => ("Go to Connections", "/connections"),
        false => ("Go to the sign-in page", "/sign-in"),
    }
}

fn is_empty(response: &HttpResponse<BoxBody>) -> bool {
    matches!(
        response.body().size(),
        actix_web::body::BodySize::None | actix_web::body::BodySize::Sized(0)
    )
}

/// The failure behind an error. The session library hides that the store was away behind a plain 500.
fn failure_of(error: &Error, status: StatusCode, store_away: bool) -> Arc<Failure> {
    if let Some(PageError(failure)) = error.as_error::<PageError>() {
        return Arc::clone(failure);
    }
    if store_away && status.is_server_error() {
        return Arc::new(Failure::of(Kind::Unavailable).because(error.to_string()));
    }
    let failure = Failure::of(Kind::from_status(status.as_u16()));
    Arc::new(if status.is_server_error() {
        failure.because(error.to_string())
    } else {
        failure
    })
}

#[derive(Template)]
#[template(path = "error.html", blocks = ["failure"])]
struct ErrorPage<'a> {
    frame: Frame,
    status: u16,
    title: &'a str,
    message: &'a str,
    /// What the link says, and where it leads.
    way_on: (&'a str, &'a str),
    id: &'a str,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::web::samples::{frame, keep};

    #[test]
    fn samples_of_failures_render() {
        let known = frame("");
        let mut unknown = frame("");
        (unknown.owner, unknown.csrf) = (None, String::new());
        for (frame, kind) in [(known, Kind::NotFound), (unknown, Kind::Unavailable)] {
            let failure = Failure::of(kind);
            let page = ErrorPage {
                frame,
                status: kind.status(),
                title: &failure.title,
                message: &failure.message,
                way_on: usual_way(true),
                id: "0123456789ab",
            };
            let page = page.render().expect("a page");
            keep(&format!("failure {}", kind.status()), &page);
        }
    }
}
