//! Trying a client: a code that cannot work is exchanged, and the refusal tells what was wrong, the client or the code.

use std::sync::{Arc, OnceLock};

use jiff::Timestamp;
use oauth2::{AuthorizationCode, PkceCodeVerifier};
use secrecy::{ExposeSecret, SecretString};

use super::grant::flatten;
use super::{Client, Grant, GrantError};
use crate::outbound::Outbound;

/// What came of a trial.
pub struct Trial {
    /// Why nothing was granted; `None` in the case that cannot be, that something was.
    pub refusal: Option<GrantError>,
    /// What time it is, as the answer says (its `Date`), to the second.
    pub date: Option<Timestamp>,
}

impl Client {
    /// Exchanges a code that nobody was given. Nothing is used up by it.
    pub async fn try_code(
        &self,
        outbound: &Outbound,
        code: &SecretString,
        verifier: Option<&str>,
    ) -> Trial {
        let heard = Arc::new(OnceLock::new());
        let protocol = self.protocol();
        let code = AuthorizationCode::new(code.expose_secret().to_owned());
        let mut request = protocol.exchange_code(code);
        if let Some(verifier) = verifier {
            request = request.set_pkce_verifier(PkceCodeVerifier::new(verifier.to_owned()));
        }
        let send = |request: oauth2::HttpRequest| {
            let (client, outbound, heard) = (self.clone(), outbound.clone(), Arc::clone(&heard));
            Box::pin(async move {
                let answer = client.deliver(&outbound, request).await?;
                if let Some(date) = date(&answer.headers) {
                    let _ = heard.set(date);
                }
                Self::token_answer(&answer)
            })
        };
        let answer = request.request_async(&send).await;
        let granted = answer.map_err(flatten).and_then(Grant::read);
        Trial {
            refusal: granted.err(),
            date: heard.get().copied(),
        }
    }
}

/// The `Date` of an answer (RFC 9110 section 6.6.1).
fn date(headers: &reqwest::header::HeaderMap) -> Option<Timestamp> {
    let text = headers.get(reqwest::header::DATE)?.to_str().ok()?;
    let date = jiff::fmt::rfc2822::parse(text).ok()?;
    Some(date.timestamp())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_date_of_an_answer_is_read() {
        let read = |text: &str| {
            let value = reqwest::header::HeaderValue::from_str(text).expect("a value");
            date(&[(reqwest::header::DATE, value)].into_iter().collect())
        };
        let moment = read("Sun, 06 Nov 1994 08:49:37 GMT").expect("a moment");
        assert_eq!(moment.to_string(), "1994-11-06T08:49:37Z");
        assert_eq!(read("now"), None);
    }
}
