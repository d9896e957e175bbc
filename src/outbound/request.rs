//! A request to a provider's API: what it asks for, what a repeat of it may do there, and how long somebody waits for it.

use std::time::Duration;

use reqwest::Method;
use serde_json::Value;
use url::Url;

use super::retry::TRIES;

/// What to ask for, below the API's address. Made anew for each page.
#[derive(Clone, Debug)]
pub struct Request {
    method: Method,
    pub(super) effect: Effect,
    path: &'static str,
    segments: Vec<String>,
    query: Vec<(String, String)>,
    body: Option<Value>,
    pub(super) unit: Option<NamedUnit>,
    pub(super) gives_up_when_slow: bool,
    pub(super) tries: u32,
    /// How long a person waits for it; `None` where nobody waits.
    pub(super) patience: Option<Patience>,
}

/// What a request does at the provider, which decides when it may be repeated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Effect {
    /// Nothing: it may always be repeated.
    Reads,
    /// It changes what is there in a way that comes to the same when it is done twice: it may always be repeated, but
    /// whether it was done may stay unknown.
    Sets,
    /// It makes something, which would be there twice if it were done twice: it is repeated only where it surely
    /// was not done.
    Makes,
}

/// How long a person waits for a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Patience {
    /// For its turn in the limits.
    pub(super) turn: Duration,
    /// For all of it, with its repeats; `None` where the caller has a limit of its own.
    pub(super) whole: Option<Duration>,
}

/// A unit that a request counts in, by its kind among the provider's limits.
#[derive(Clone, Debug)]
pub(super) struct NamedUnit {
    pub(super) kind: &'static str,
    /// Which one, beside the account; none, where the account itself has such a unit and the request counts in that
    /// alone.
    pub(super) id: Option<String>,
}

/// A person waits so long for the turn of a request: the rest of the time is the answer's.
const TURN: Duration = Duration::from_secs(5);
/// A person waits so long for a request with all its repeats.
const WHOLE: Duration = Duration::from_secs(15);
/// So often a request is sent that a person waits for.
const TRIES_FOR_A_PERSON: u32 = 3;

impl Request {
    /// `GET path`.
    pub fn get(path: &'static str) -> Self {
        Self {
            method: Method::GET,
            effect: Effect::Reads,
            path,
            segments: Vec::new(),
            query: Vec::new(),
            body: None,
            unit: None,
            gives_up_when_slow: false,
            tries: TRIES,
            patience: None,
        }
    }

    /// `POST path` with a JSON body. Only for what reads, such as a search: it is repeated like a GET.
    pub fn post(path: &'static str, body: Value) -> Self {
        Self {
            method: Method::POST,
            body: Some(body),
            ..Self::get(path)
        }
    }

    /// `POST path` with a JSON body, for what makes something. Once it may have been done it is not repeated:
    /// [`super::CallError::Unclear`] says so then. A person waits for it.
    pub fn make(path: &'static str, body: Value) -> Self {
        let effect = Effect::Makes;
        Self {
            effect,
            ..Self::post(path, body).for_a_person()
        }
    }

    /// `PATCH path` with a JSON body. It may be repeated, so it must come to the same when it is done twice. A person
    /// waits for it.
    pub fn patch(path: &'static str, body: Value) -> Self {
        Self {
            method: Method::PATCH,
            effect: Effect::Sets,
            ..Self::post(path, body).for_a_person()
        }
    }

    /// `DELETE path`. It may be repeated. A person waits for it.
    pub fn delete(path: &'static str) -> Self {
        Self {
            method: Method::DELETE,
            effect: Effect::Sets,
            ..Self::get(path).for_a_person()
        }
    }

    /// Whether it takes something away.
    pub(super) fn deletes(&self) -> bool {
        self.method == Method::DELETE
    }

    /// Goes one segment deeper; whatever it holds, it stays one segment.
    pub fn at(mut self, segment: &str) -> Self {
        self.segments.push(segment.to_owned());
        self
    }

    /// Adds a parameter to the query.
    pub fn with(mut self, name: &str, value: impl Into<String>) -> Self {
        self.query.push((name.to_owned(), value.into()));
        self
    }

    /// Counts the request in a narrower unit too, named as in the provider's limits: one base, for example.
    pub fn within(mut self, unit: &'static str, id: &str) -> Self {
        self.unit = Some(NamedUnit {
            kind: unit,
            id: Some(id.to_owned()),
        });
        self
    }

    /// Counts the request in another limit of the account, named as in the provider's limits, and not in the one that
    /// holds for the rest: searches, for example.
    pub fn apart(mut self, unit: &'static str) -> Self {
        self.unit = Some(NamedUnit {
            kind: unit,
            id: None,
        });
        self
    }

    /// Does not repeat it when the provider takes too long (504, or no answer in time): asking for less will
    /// do better.
    pub fn give_up_when_slow(mut self) -> Self {
        self.gives_up_when_slow = true;
        self
    }

    /// Does not repeat it, but after a 401 with another token, nor let it wait long for its turn: a person waits.
    pub(super) fn once(mut self) -> Self {
        self.tries = 1;
        self.patience = Some(Patience {
            turn: TURN,
            whole: None,
        });
        self
    }

    /// Lets a person wait for it: it is repeated little, and everything together ends within a quarter of a minute.
    /// [`super::CallError::Busy`] tells when it may be tried again, where its turn would come too late.
    pub fn for_a_person(mut self) -> Self {
        self.tries = TRIES_FOR_A_PERSON;
        self.patience = Some(Patience {
            turn: TURN,
            whole: Some(WHOLE),
        });
        self
    }

    /// The request without its token; `None` if it has no valid address.
    pub(super) fn build(&self, base: &Url) -> Option<reqwest::Request> {
        let mut url = base.join(self.path).ok()?;
        // What would go up or nowhere leads to another list than was meant.
        let leads_astray = |segment: &String| matches!(segment.as_str(), "" | "." | "..");
        if self.segments.iter().any(leads_astray) {
            return None;
        }
        if !self.segments.is_empty() {
            url.path_segments_mut().ok()?.extend(&self.segments);
        }
        if !self.query.is_empty() {
            url.query_pairs_mut().extend_pairs(&self.query);
        }
        let mut request = reqwest::Request::new(self.method.clone(), url);
        if let Some(body) = &self.body {
            let json = reqwest::header::HeaderValue::from_static("application/json");
            request
                .headers_mut()
                .insert(reqwest::header::CONTENT_TYPE, json);
            *request.body_mut() = Some(body.to_string().into());
        }
        Some(request)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_segment_leaves_its_place() {
        let base = Url::parse("https://api.example.com").expect("a URL");
        for (segment, path) in [
            ("appX", "/v0/appX/tblY"),
            ("a/b", "/v0/a%2Fb/tblY"),
            ("//evil.example.com", "/v0/%2F%2Fevil.example.com/tblY"),
            ("?q#f", "/v0/%3Fq%23f/tblY"),
        ] {
            let request = Request::get("/v0").at(segment).at("tblY");
            let url = request.build(&base).expect("a request").url().clone();
            assert_eq!(
                (url.host_str(), url.path()),
                (Some("api.example.com"), path)
            );
        }
    }

    #[test]
    fn a_segment_that_leads_astray_is_refused() {
        let base = Url::parse("https://api.example.com").expect("a URL");
        for segment in ["", ".", ".."] {
            assert!(Request::get("/v0").at(segment).build(&base).is_none());
        }
    }
}
