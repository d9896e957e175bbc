//! Short waits for tests: what providers leave to a client's patience is said in a header.

use actix_web::{
    dev::ServiceResponse,
    http::{
        StatusCode,
        header::{HeaderValue, RETRY_AFTER},
    },
};

/// Lets an answer of 'too many requests' say that a second is enough, where the tester is in haste.
pub fn hasten<B>(mut response: ServiceResponse<B>, quick: bool) -> ServiceResponse<B> {
    if quick && response.status() == StatusCode::TOO_MANY_REQUESTS {
        let second = HeaderValue::from_static("1");
        response.headers_mut().insert(RETRY_AFTER, second);
    }
    response
}
