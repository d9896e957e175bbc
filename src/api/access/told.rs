//! What is left of a limit, as answers tell it.

use actix_web::http::header::{HeaderMap, HeaderName, HeaderValue};

use crate::identity::Allowance;

/// The headers that tell what is left of a limit, and what it is.
pub const LIMITS: [&str; 2] = ["ratelimit", "ratelimit-policy"];

/// Says how much of a limit is left, where there is one, as the IETF's draft on rate limit headers has it.
pub fn tell(headers: &mut HeaderMap, allowance: Option<Allowance>) {
    let Some(Allowance {
        limit,
        left,
        whole_in,
        ..
    }) = allowance
    else {
        return;
    };
    let (name, window) = (limit.name, limit.window().as_secs());
    let policy = format!("\"{name}\";q={};w={window}", limit.burst);
    let state = format!(
        "\"{name}\";r={left};t={}",
        whole_in.as_millis().div_ceil(1_000)
    );
    for (name, value) in LIMITS.into_iter().zip([state, policy]) {
        put(headers, name, &value);
    }
}

fn put(headers: &mut HeaderMap, name: &'static str, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        headers.insert(HeaderName::from_static(name), value);
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::identity::Limit;

    #[test]
    fn what_is_left_is_told_in_headers() {
        let allowance = Allowance {
            limit: Limit::API,
            left: 42,
            whole_in: Duration::from_millis(1_580),
            again_in: None,
        };
        let mut headers = HeaderMap::new();
        tell(&mut headers, Some(allowance));
        let said = |name: &str| headers.get(name).and_then(|it| it.to_str().ok());
        assert_eq!(said("ratelimit-policy"), Some("\"api\";q=200;w=2"));
        assert_eq!(said("ratelimit"), Some("\"api\";r=42;t=2"));
    }
}
