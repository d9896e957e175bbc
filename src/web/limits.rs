//! How often somebody may ask for what costs us, or what others would like to guess.

use std::time::Duration;

use actix_web::HttpRequest;

use super::error::PageError;
use super::session::peer;
use super::site::Site;
use super::words::counted;
use crate::error::{Failure, Kind};
use crate::identity::Limit;

/// Counts a request of its address, or refuses it and says when to come again.
pub async fn by_address(site: &Site, request: &HttpRequest, limit: Limit) -> Result<(), PageError> {
    by(site, limit, &peer(request).counted_as()).await
}

/// Counts a request of somebody, or refuses it and says when to come again. Where that cannot be counted, nobody is let
/// through.
pub async fn by(site: &Site, limit: Limit, who: &str) -> Result<(), PageError> {
    let allowance = site.limits.take(limit, who).await?;
    match allowance.and_then(|allowance| allowance.again_in) {
        None => Ok(()),
        Some(wait) => Err(too_many(wait).into()),
    }
}

fn too_many(wait: Duration) -> Failure {
    let seconds = wait.as_millis().div_ceil(1_000).max(1) as u64;
    let time = counted(seconds, "second", "seconds");
    let text = format!("Try again in {time}. Nothing was changed.");
    Failure::new(Kind::TooMany, "Too many requests", text).retry_after(Some(wait))
}
