//! The text of tokens, as logs of the live service show it: the grant's id, `v1`, base64 and 64 hexadecimal digits.

use jiff::Timestamp;

use super::{Policy, Token};
use crate::sandbox::{clock, opaque};

/// Lengths of the parts in the middle: whole tokens of about 330 and 360 characters.
const ACCESS: usize = 244;
const REFRESH: usize = 266;

/// A new access token.
pub fn access(grant: &str, policy: Policy, now: Timestamp) -> Token {
    let middle = middle(ACCESS, policy.odd);
    Token {
        text: format!("{grant}.v1.{middle}.{}", hexadecimal()),
        expires: clock::plus_ms(now, policy.life_ms),
    }
}

/// A new refresh token.
pub fn refresh(grant: &str, policy: Policy, now: Timestamp) -> Token {
    let middle = middle(REFRESH, policy.odd);
    Token {
        text: format!("{grant}.v1.refresh.{middle}.{}", hexadecimal()),
        expires: clock::plus_ms(now, policy.refresh_life_ms),
    }
}

/// The grant's id at the head of a token.
pub fn grant_of(token: &str) -> &str {
    token.split('.').next().unwrap_or_default()
}

/// With `odd`, all three characters of base64 that a form must encode are certain to be there.
fn middle(length: usize, odd: bool) -> String {
    if !odd {
        return opaque::text(length);
    }
    let text = opaque::text(length.saturating_sub(4));
    format!("{}+/==", text.replace('-', "+").replace('_', "/"))
}

fn hexadecimal() -> String {
    let digit = |drawn: char| char::from_digit(u32::from(drawn) % 16, 16);
    opaque::text(64).chars().filter_map(digit).collect()
}
