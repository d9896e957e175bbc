//! What a redirect brings back in its query, from a provider or from an identity provider.

use secrecy::SecretString;

/// The answer to an authorisation request, or what came in its place. What is empty in it is not there. It has no `Debug`:
/// code and state do not print.
#[derive(Default)]
pub struct AuthorizationResponse {
    /// The state that we gave.
    pub state: Option<String>,
    /// The code to exchange.
    pub code: Option<SecretString>,
    /// Why there is none.
    pub error: Option<String>,
    /// Who says so (RFC 9207).
    pub iss: Option<String>,
}

impl AuthorizationResponse {
    /// Reads the query by hand: whatever it holds, none of it may end up in an error text.
    pub fn read(query: &str) -> Self {
        let mut response = Self::default();
        for (name, value) in url::form_urlencoded::parse(query.as_bytes()) {
            if value.is_empty() {
                continue;
            }
            match name.as_ref() {
                "state" => response.state = Some(value.into_owned()),
                "code" => response.code = Some(value.into_owned().into()),
                "error" => response.error = Some(value.into_owned()),
                "iss" => response.iss = Some(value.into_owned()),
                _ => {}
            }
        }
        response
    }
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret as _;

    use super::*;

    #[test]
    fn what_is_empty_or_unknown_is_not_there() {
        let query = "code=a%2Fb+c&state=&error&scope=x&iss=https%3A%2F%2Fissuer.example";
        let response = AuthorizationResponse::read(query);
        let code = response.code.as_ref().map(|code| code.expose_secret());
        assert_eq!(code, Some("a/b c"));
        assert_eq!(response.state, None);
        assert_eq!(response.error, None);
        assert_eq!(response.iss.as_deref(), Some("https://issuer.example"));
    }
}
