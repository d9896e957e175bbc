//! Strings that mean nothing to their holder: codes, tokens and PKCE challenges.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use sha2::{Digest, Sha256};

/// A random string of `length` characters that are safe in URLs.
#[expect(
    clippy::disallowed_methods,
    reason = "the one place in the sandbox that draws randomness"
)]
pub fn text(length: usize) -> String {
    let mut text = String::with_capacity(length + 43);
    while text.len() < length {
        URL_SAFE_NO_PAD.encode_string(rand::random::<[u8; 32]>(), &mut text);
    }
    text.truncate(length);
    text
}

/// A random string of `length` letters and digits.
pub fn alphanumeric(length: usize) -> String {
    let mut found = String::with_capacity(length);
    while found.len() < length {
        let drawn = text(length);
        let plain = drawn.chars().filter(char::is_ascii_alphanumeric);
        found.extend(plain.take(length - found.len()));
    }
    found
}

/// The S256 challenge of a PKCE verifier (RFC 7636).
pub fn s256(verifier: &str) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(verifier))
}
