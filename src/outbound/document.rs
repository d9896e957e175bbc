//! Documents that are read outside of any provider's API, such as what an identity provider says of itself.

use std::time::Duration;

use reqwest::header::{ACCEPT, AUTHORIZATION, HeaderValue};
use reqwest::{Method, Request};
use secrecy::SecretString;
use url::Url;

use super::call::bearer_header;
use super::{NoAnswer, Outbound, To};
use crate::metrics::Asked;

/// Largest document that is taken.
const DOCUMENT_BYTES: usize = 1024 * 1024;

/// Why a document was not read. Says nothing of what stands in it.
#[derive(Debug, thiserror::Error)]
pub enum DocumentError {
    /// No answer.
    #[error(transparent)]
    NoAnswer(#[from] NoAnswer),
    /// Another answer than the document. A redirect is one too: it is not followed.
    #[error("status {0} in place of a document")]
    Status(u16),
    /// It is larger than any such document is.
    #[error("a document of more than {} KiB", DOCUMENT_BYTES / 1024)]
    TooLarge,
    /// The token cannot stand in a header.
    #[error("a token that cannot be sent")]
    Token,
}

impl Outbound {
    /// Reads a JSON document of `service` once, within `most`. `token` is for one that is its holder's alone.
    pub async fn document(
        &self,
        service: &'static str,
        url: &Url,
        token: Option<&SecretString>,
        most: Duration,
    ) -> Result<Vec<u8>, DocumentError> {
        let mut request = Request::new(Method::GET, url.clone());
        let headers = request.headers_mut();
        headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
        if let Some(token) = token {
            let value = bearer_header(token).map_err(|_| DocumentError::Token)?;
            headers.insert(AUTHORIZATION, value);
        }
        let to = To {
            provider: service,
            asked: Asked::Document,
        };
        let answer = self.send_within(request, most, to).await?;
        match answer.status {
            200 if answer.body.len() > DOCUMENT_BYTES => Err(DocumentError::TooLarge),
            200 => Ok(answer.body),
            status => Err(DocumentError::Status(status)),
        }
    }
}
