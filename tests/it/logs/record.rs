//! What was said in a journey, and what must not have been.

use reqwest::header::SET_COOKIE;
use url::Url;

use crate::support::Page;

/// What was said where anybody could read it, and what must not be in it.
#[derive(Default)]
pub struct Record {
    pub said: Vec<(String, String)>,
    pub secrets: Vec<(&'static str, String)>,
}

impl Record {
    /// A page, its address and its heads; the cookie alone may hold the session.
    pub fn page(&mut self, place: &str, page: &Page) {
        let heads = page.headers.iter().filter(|(name, _)| *name != SET_COOKIE);
        let heads: String = heads
            .map(|(name, value)| format!("{name}: {}\n", String::from_utf8_lossy(value.as_bytes())))
            .collect();
        self.said.push((place.to_owned(), heads + &page.text));
        for cookie in page.headers.get_all(SET_COOKIE) {
            let cookie = cookie.to_str().expect("text");
            let value = cookie.split(['=', ';']).nth(1).expect("a value").to_owned();
            if !value.is_empty() {
                let plain = percent_encoding::percent_decode_str(&value);
                let plain = plain.decode_utf8().expect("text").into_owned();
                // The signature, an equals sign, and the session's id.
                let id = plain.rsplit('=').next().expect("an id").to_owned();
                self.secrets
                    .extend([("cookie", value), ("cookie", plain), ("session", id)]);
            }
        }
    }

    pub fn secret(&mut self, name: &'static str, value: &str) {
        self.secrets.push((name, value.to_owned()));
    }

    /// The code and the state of an address that leads back to Patchbay.
    pub fn way_back(&mut self, back: &Url) {
        for (name, value) in back.query_pairs() {
            match name.as_ref() {
                "code" => self.secret("code", &value),
                "state" => self.secret("state", &value),
                _ => {}
            }
        }
    }

    /// No place says a secret, as it is or as it stands in an address.
    pub fn holds_nothing(&self) {
        for (name, secret) in &self.secrets {
            assert!(
                secret.len() >= 16,
                "{name} is too short to be looked for: {secret}"
            );
            let encoded: String = url::form_urlencoded::byte_serialize(secret.as_bytes()).collect();
            for (place, text) in &self.said {
                let line = text
                    .lines()
                    .find(|line| line.contains(secret.as_str()) || line.contains(encoded.as_str()));
                assert!(
                    line.is_none(),
                    "the {name} is in {place}: {}",
                    line.unwrap_or_default()
                );
            }
        }
    }

    pub fn count(&self, name: &str) -> usize {
        self.secrets.iter().filter(|(of, _)| *of == name).count()
    }
}
