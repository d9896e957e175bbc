//! `POST /integrations/{provider}/load`: the items of an account as one list, those of the streams that are chosen for the
//! connection: what was chosen last, or else the usual ones.

mod incomplete;
mod lent;
mod told;
mod wait;

use actix_web::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use actix_web::web::{Bytes, Data, Payload};
use actix_web::{HttpRequest, HttpResponse};
use futures_util::stream;
use tokio::time::Instant;

use super::caller::Caller;
use super::given::{Given, given};
use super::{Classic, fields};
use crate::error::{Failure, Kind};
use crate::identity::Scope;
use crate::items::{Format, Query};
use crate::load::{BrokenOff, Download, Load, LoadError, Shown};
use crate::owner::Owner;
use crate::patience;
use crate::providers::Profile;
use wait::Wait;

/// What a key needs: a load may begin, and its items are read.
const SCOPES: [Scope; 2] = [Scope::LoadsWrite, Scope::ItemsRead];
/// Says in words what of the list is not whole.
pub const INCOMPLETE: &str = "patchbay-incomplete";

pub async fn submit(
    request: HttpRequest,
    classic: Data<Classic>,
    payload: Payload,
) -> Result<HttpResponse, Failure> {
    let until = Instant::now() + classic.load_timeout;
    let id = request.match_info().get("provider").unwrap_or_default();
    let profile = classic.profile(id)?;
    let fields = fields::read(&request, payload).await?;
    let caller = Caller::of(&request)?;
    match given(&fields)? {
        Given::Ids(owner) => {
            SCOPES
                .iter()
                .try_for_each(|scope| caller.may(&owner, *scope))?;
            connected(&classic, profile, &owner, until).await
        }
        Given::Token(token) => {
            SCOPES.iter().try_for_each(|scope| caller.has(*scope))?;
            lent::answer(&classic, profile, token, until).await
        }
    }
}

/// The items of a connection.
async fn connected(
    classic: &Classic,
    profile: &'static Profile,
    owner: &Owner,
    until: Instant,
) -> Result<HttpResponse, Failure> {
    let wait = Wait::new(classic, profile, owner, until);
    let mut load = wait.until_whole().await?;
    let mut begun = export(classic, profile, owner, &load).await;
    if matches!(begun, Err(LoadError::Gone)) {
        // Most likely a newer load has just taken the snapshot's place.
        load = wait.until_whole().await?;
        begun = export(classic, profile, owner, &load).await;
    }
    let download = begun.map_err(unreadable)?;
    Ok(list(profile, &load, download, ()))
}

/// Begins to read a snapshot, which is kept from being forgotten.
async fn export(
    classic: &Classic,
    profile: &Profile,
    owner: &Owner,
    load: &Load,
) -> Result<Download, LoadError> {
    let loads = &classic.loads;
    let export = async {
        if let Err(error) = loads.keep(owner, profile.id, load).await {
            tracing::debug!(%error, "a look at a snapshot could not be noted");
        }
        let shown = Shown {
            provider: profile.id.to_owned(),
            load: load.clone(),
        };
        let (query, format) = (Query::default(), Format::Json);
        loads.export(owner, &[shown], &query, format).await
    };
    patience::scope(patience::PER_REQUEST, export).await.0
}

/// The list, piece by piece; `held` is let go after the last one, or when nobody reads on.
fn list(
    profile: &Profile,
    load: &Load,
    download: Download,
    held: impl Sized + 'static,
) -> HttpResponse {
    let mut answer = HttpResponse::Ok();
    answer
        .insert_header((CONTENT_TYPE, "application/json"))
        .insert_header((CACHE_CONTROL, "no-store"));
    if let Some(words) = incomplete::words(profile, load) {
        answer.insert_header((INCOMPLETE, words));
    }
    answer.streaming(pieces(download, held))
}

/// The pieces of the list. After a failure the connection is closed without an end, which every client notices.
fn pieces(
    download: Download,
    held: impl Sized + 'static,
) -> impl stream::Stream<Item = Result<Bytes, BrokenOff>> {
    stream::unfold((download, held), |(mut download, held)| async {
        let piece = download.next().await?;
        Some((piece.map(Bytes::from), (download, held)))
    })
}

fn unreadable(error: LoadError) -> Failure {
    match error {
        LoadError::Gone | LoadError::Cipher(_) => Failure::new(
            Kind::Internal,
            "The loaded items cannot be read",
            "Their encryption key is not in this Patchbay's key ring, or they are gone. Load them anew on the page of the connection.",
        )
        .because(error),
        other => other.into(),
    }
}
