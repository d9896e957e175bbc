//! `/api/v1/connections`: how the owner's connections are. Never a token.

use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use super::V1;
use super::guard::Caller;
use super::problem::{Problem, Type};
use crate::connections::Overview;
use crate::identity::Scope;
use crate::load::Load;
use crate::vault::Revocation;

/// What the routes of this file answer beside what every route may.
pub const ONE: &[Type] = &[Type::ProviderUnknown];
/// The same for the end of a connection.
pub const END: &[Type] = &[Type::ProviderUnknown, Type::NotConnected];

/// How a connection is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// All is well.
    Connected,
    /// It works, but a permission that Patchbay asks for was not granted.
    Limited,
    /// The token cannot be renewed just now; that passes.
    Retrying,
    /// The provider takes the tokens no more: its owner must reconnect.
    ActionNeeded,
    /// The operator must mend something: the client id or secret, or a record that cannot be read.
    Misconfigured,
    /// Nobody has connected it.
    NotConnected,
    /// The operator does not offer it.
    NotConfigured,
}

/// Every connection that there is or could be, one a provider.
#[derive(Serialize, ToSchema)]
pub struct ConnectionList {
    /// In the order in which pages show them.
    pub connections: Vec<Connection>,
}

/// A connection to a provider, or that there is none.
#[derive(Serialize, ToSchema)]
pub struct Connection {
    /// The provider's id.
    pub provider: &'static str,
    /// The provider's name, for people.
    pub name: &'static str,
    /// How it is.
    pub state: State,
    /// Since when.
    pub state_since: Option<Timestamp>,
    /// Who it is at the provider.
    pub account: Option<Account>,
    /// The permissions that were granted, as the provider names them.
    pub scopes: Vec<String>,
    /// The permissions that Patchbay needs and that were not granted.
    pub missing_scopes: Vec<String>,
    /// When it was connected, or last reconnected.
    pub connected_at: Option<Timestamp>,
    /// When its access token ends; it is renewed before. `null` where the provider names no end.
    pub expires_at: Option<Timestamp>,
    /// When its token was last renewed.
    pub refreshed_at: Option<Timestamp>,
    /// When its token was last used, to the minute.
    pub used_at: Option<Timestamp>,
    /// What went wrong last, which may be over.
    pub last_error: Option<LastError>,
    /// What was loaded of it.
    pub items: Option<Loaded>,
    /// The id of the load that runs.
    pub running_load: Option<String>,
}

/// An account at a provider.
#[derive(Serialize, ToSchema)]
pub struct Account {
    /// The provider's id of it.
    pub id: String,
    /// What people know it by.
    pub name: String,
}

/// Something that went wrong.
#[derive(Serialize, ToSchema)]
pub struct LastError {
    /// When.
    pub at: Timestamp,
    /// What, for people.
    pub text: String,
}

/// What was loaded of a connection.
#[derive(Serialize, ToSchema)]
pub struct Loaded {
    /// How many items there are.
    pub count: u64,
    /// When they were loaded.
    pub loaded_at: Option<Timestamp>,
    /// The load that brought them.
    pub load: String,
}

/// How a disconnect went.
#[derive(Serialize, ToSchema)]
pub struct Disconnected {
    /// What became of the access at the provider.
    pub revocation: Revoked,
}

/// What became of the access at the provider.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Revoked {
    /// It is ended there too.
    Done,
    /// The provider did not confirm it: end it there by hand.
    Failed,
    /// The provider has no way to: end it there by hand.
    Impossible,
    /// Another connection here uses the same access, so it was left alive.
    Shared,
}

/// List connections
///
/// How the connection to each provider is: its state, the account, what was granted and what was loaded. Providers that
/// nobody has connected are listed too. Never answers a token.
#[utoipa::path(get, path = "/api/v1/connections", tag = "Connections", operation_id = "listConnections",
    responses((status = 200, description = "All connections", body = ConnectionList)))]
pub async fn list(v1: Data<V1>, caller: Caller) -> Result<HttpResponse, Problem> {
    let overviews = v1.connections.overviews(caller.any()).await?;
    let connections = overviews.iter().map(Connection::of).collect();
    Ok(HttpResponse::Ok().json(ConnectionList { connections }))
}

/// Show a connection
///
/// How the connection to one provider is. One that is not there is shown as `not_connected`.
#[utoipa::path(get, path = "/api/v1/connections/{provider}", tag = "Connections", operation_id = "showConnection",
    params(("provider" = String, Path, description = "The provider's id")),
    responses((status = 200, description = "The connection", body = Connection)))]
pub async fn show(v1: Data<V1>, caller: Caller, id: Path<String>) -> Result<HttpResponse, Problem> {
    let profile = v1.profile(&id)?;
    let overview = v1.connections.overview(caller.any(), profile.id).await?;
    let overview = overview.ok_or_else(|| Problem::of(Type::ProviderUnknown))?;
    Ok(HttpResponse::Ok().json(Connection::of(&overview)))
}

/// Disconnect
///
/// Ends the connection: its tokens and everything that was loaded are erased here, and the provider is told to end the
/// access where it offers that. Nothing is changed in the account itself.
#[utoipa::path(delete, path = "/api/v1/connections/{provider}", tag = "Connections", operation_id = "disconnect",
    params(("provider" = String, Path, description = "The provider's id")),
    responses((status = 200, description = "It is disconnected", body = Disconnected)))]
pub async fn end(v1: Data<V1>, caller: Caller, id: Path<String>) -> Result<HttpResponse, Problem> {
    let owner = caller.owner(Scope::ConnectionsWrite)?;
    let profile = v1.profile(&id)?;
    let connections = &v1.connections;
    let done = connections.disconnect(owner, profile.id, caller.by());
    let done = done.await?;
    if !done.was_connected {
        return Err(Problem::of(Type::NotConnected));
    }
    let revocation = done.revocation.into();
    Ok(HttpResponse::Ok().json(Disconnected { revocation }))
}

impl Connection {
    fn of(overview: &Overview) -> Self {
        let profile = overview.profile;
        let stored = overview.stored.as_ref();
        let connection = stored.map(|stored| &stored.connection);
        let running = overview
            .load
            .as_ref()
            .filter(|load| load.ended_at.is_none());
        Self {
            provider: profile.id,
            name: profile.name,
            state: State::of(overview),
            state_since: connection.map(|it| it.state_since),
            account: connection.map(|it| Account {
                id: it.account.id.clone(),
                name: it.account.name.clone(),
            }),
            scopes: connection.map(|it| it.scopes.clone()).unwrap_or_default(),
            missing_scopes: connection.map(|it| it.missing.clone()).unwrap_or_default(),
            connected_at: connection.map(|it| it.connected_at),
            expires_at: connection.and_then(|it| it.credential.expires_at),
            refreshed_at: connection.and_then(|it| it.refreshed_at),
            used_at: stored.and_then(|stored| stored.used_at),
            last_error: connection
                .and_then(|it| it.last_error.as_ref())
                .map(|error| LastError {
                    at: error.at,
                    text: error.text.clone(),
                }),
            items: overview.snapshot.as_ref().map(Loaded::of),
            running_load: running.map(|load| load.id.clone()),
        }
    }
}

impl Loaded {
    fn of(load: &Load) -> Self {
        Self {
            count: load.items(),
            loaded_at: load.ended_at,
            load: load.id.clone(),
        }
    }
}

impl State {
    fn of(overview: &Overview) -> Self {
        use crate::vault::State as Stored;
        let state = overview.stored.as_ref().map(|it| it.connection.state);
        match state {
            _ if overview.unreadable.is_some() => Self::Misconfigured,
            Some(Stored::Connected) => Self::Connected,
            Some(Stored::Limited) => Self::Limited,
            Some(Stored::Retrying) => Self::Retrying,
            Some(Stored::ActionNeeded) => Self::ActionNeeded,
            Some(Stored::Misconfigured) => Self::Misconfigured,
            None if overview.configured => Self::NotConnected,
            None => Self::NotConfigured,
        }
    }
}

impl From<Revocation> for Revoked {
    fn from(revocation: Revocation) -> Self {
        match revocation {
            Revocation::Done => Self::Done,
            Revocation::Failed => Self::Failed,
            Revocation::Impossible => Self::Impossible,
            Revocation::Shared => Self::Shared,
        }
    }
}
