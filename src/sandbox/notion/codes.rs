//! Codes: made by a consent, exchanged once. Time is always told. They do not survive a restart.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::grants::Consent;
use crate::sandbox::clock;

/// Life of a code. Notion does not publish it.
const LIFE_MS: i64 = 600_000;

/// The codes that wait to be exchanged. One that is not here was used, has expired or never was.
#[derive(Debug, Default)]
pub struct Codes(BTreeMap<String, Code>);

#[derive(Debug)]
struct Code {
    consent: Consent,
    redirect_uri: String,
    made: Timestamp,
}

/// Why a code was refused.
#[derive(Debug, PartialEq, Eq)]
pub enum Refused {
    /// Unknown, used or expired.
    Code,
    /// Another redirect address than the code was made for.
    Redirect,
}

impl Codes {
    /// Makes a code for a consent, bound to the redirect address.
    pub fn make(&mut self, consent: Consent, redirect_uri: String, now: Timestamp) -> String {
        self.0.retain(|_, code| code.is_live(now));
        let code = uuid::Uuid::new_v4().to_string();
        let made = Code {
            consent,
            redirect_uri,
            made: now,
        };
        self.0.insert(code.clone(), made);
        code
    }

    /// Takes a code, once. A wrong redirect address does not use it up.
    ///
    /// # Errors
    ///
    /// When it is not live, or was made for another redirect address.
    pub fn take(
        &mut self,
        code: &str,
        redirect_uri: &str,
        now: Timestamp,
    ) -> Result<Consent, Refused> {
        let found = self.0.get(code).filter(|code| code.is_live(now));
        if found.ok_or(Refused::Code)?.redirect_uri != redirect_uri {
            return Err(Refused::Redirect);
        }
        let taken = self.0.remove(code);
        taken.map(|code| code.consent).ok_or(Refused::Code)
    }
}

impl Code {
    fn is_live(&self, now: Timestamp) -> bool {
        now < clock::plus_ms(self.made, LIFE_MS)
    }
}
