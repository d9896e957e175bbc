//! Fits our sessions to actix-session, and decides the cookie.

use std::time::Duration;

use actix_session::SessionMiddleware;
use actix_session::config::{CookieContentSecurity, PersistentSession, TtlExtensionPolicy};
use actix_session::storage::{LoadError, SaveError, SessionKey, SessionStore, UpdateError};
use actix_web::cookie::{Key, SameSite, time};
use anyhow::Error;

use super::session::Visit;
use crate::identity::Sessions;

/// Our sessions, as actix-session wants them.
pub struct Adapter(Sessions);

/// The middleware that loads and saves sessions. `key` signs the cookie; `idle` is a session's life
/// without use.
pub fn middleware(
    sessions: Sessions,
    key: &[u8; 64],
    https: bool,
    idle: Duration,
) -> SessionMiddleware<Adapter> {
    let life = time::Duration::try_from(idle).unwrap_or(time::Duration::HOUR);
    let lifecycle = PersistentSession::default()
        .session_ttl(life)
        .session_ttl_extension_policy(TtlExtensionPolicy::OnEveryRequest);
    let name = if https { "__Host-patchbay" } else { "patchbay" };
    SessionMiddleware::builder(Adapter(sessions), Key::from(key))
        .cookie_name(name.to_owned())
        .cookie_secure(https)
        .cookie_http_only(true)
        .cookie_same_site(SameSite::Lax)
        .cookie_content_security(CookieContentSecurity::Signed)
        .session_lifecycle(lifecycle)
        .build()
}

type State = std::collections::HashMap<String, String>;

impl SessionStore for Adapter {
    async fn load(&self, key: &SessionKey) -> Result<Option<State>, LoadError> {
        self.0
            .load(key.as_ref())
            .await
            .map_err(|error| LoadError::Other(error.into()))
    }

    async fn save(&self, state: State, ttl: &time::Duration) -> Result<SessionKey, SaveError> {
        let entered = Visit::entered(&state);
        let whose = entered.as_ref();
        let whose = whose.map(|(owner, entered)| (owner, entered.clone()));
        let id = self
            .0
            .begin(&state, life(&state, ttl), whose)
            .await
            .map_err(|error| SaveError::Other(error.into()))?;
        SessionKey::try_from(id).map_err(|error| SaveError::Other(error.into()))
    }

    async fn update(
        &self,
        key: SessionKey,
        state: State,
        ttl: &time::Duration,
    ) -> Result<SessionKey, UpdateError> {
        // A session that has ended meanwhile stays ended: its id then leads nowhere.
        self.0
            .update(key.as_ref(), &state, life(&state, ttl))
            .await
            .map_err(|error| UpdateError::Other(error.into()))?;
        Ok(key)
    }

    async fn update_ttl(&self, key: &SessionKey, ttl: &time::Duration) -> Result<(), Error> {
        Ok(self.0.touch(key.as_ref(), idle(ttl)).await?)
    }

    async fn delete(&self, key: &SessionKey) -> Result<(), Error> {
        Ok(self.0.end(key.as_ref()).await?)
    }
}

/// A session in which nobody has signed in lives for an hour at most: every visit of a robot makes one.
fn life(state: &State, ttl: &time::Duration) -> Duration {
    let anonymous = !state.contains_key(super::session::ORG);
    if anonymous {
        idle(ttl).min(Duration::from_secs(60 * 60))
    } else {
        idle(ttl)
    }
}

fn idle(ttl: &time::Duration) -> Duration {
    Duration::try_from(*ttl).unwrap_or(Duration::from_secs(60))
}
