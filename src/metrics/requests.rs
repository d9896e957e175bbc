//! Requests to our own routes.

use std::time::Instant;

use super::labels::{class, method};
use super::{is_on, list};

/// A request that is being answered.
pub struct Request {
    route: String,
    method: &'static str,
    begun: Instant,
    status: Option<u16>,
}

/// A request to a route's pattern begins; it counts as being answered until what is returned is dropped.
pub fn request_begins(route: Option<String>, by: &str) -> Option<Request> {
    if !is_on() {
        return None;
    }
    metrics::gauge!(list::HTTP_IN_FLIGHT.name).increment(1.0);
    Some(Request {
        route: route.unwrap_or_else(|| "none".to_owned()),
        method: method(by),
        begun: Instant::now(),
        status: None,
    })
}

impl Request {
    /// The head of its answer is there.
    pub fn answered(mut self, status: u16) {
        self.status = Some(status);
    }
}

impl Drop for Request {
    fn drop(&mut self) {
        metrics::gauge!(list::HTTP_IN_FLIGHT.name).decrement(1.0);
        let route = std::mem::take(&mut self.route);
        let status = self.status.map(|status| status.to_string());
        let status = status.unwrap_or_else(|| "none".to_owned());
        metrics::counter!(
            list::HTTP_REQUESTS.name,
            "route" => route.clone(), "method" => self.method, "status" => status,
        )
        .increment(1);
        metrics::histogram!(
            list::HTTP_DURATION.name,
            "route" => route, "method" => self.method, "class" => class(self.status),
        )
        .record(self.begun.elapsed());
    }
}
