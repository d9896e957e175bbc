//! Random strings that mean nothing to their holder: codes and tokens.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

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
