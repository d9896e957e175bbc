//! Reading a selection of what was loaded, of one provider or of several, and what keeps it from being read.

use super::table::{Source, Stand, Table};
use crate::connections::Overview;
use crate::items::Query;
use crate::load::{LoadError, Shown};
use crate::web::error::PageError;
use crate::web::session::SignedIn;
use crate::web::site::Site;

/// A selection, or why there is none.
pub enum Read {
    /// Nothing was loaded.
    None,
    Table(Box<Table>),
    /// Some block is gone: a newer load has taken this one's place, or time did.
    Gone,
    /// Some block cannot be opened: its key is not in the key ring.
    Unreadable,
}

/// The snapshots of these providers.
pub fn shown<'a>(overviews: impl IntoIterator<Item = &'a Overview>) -> Vec<Shown> {
    let shown = |overview: &'a Overview| {
        Some(Shown {
            provider: overview.profile.id.to_owned(),
            load: overview.snapshot.clone()?,
        })
    };
    overviews.into_iter().filter_map(shown).collect()
}

/// The page of the table that `query` asks for, over the snapshots of all these providers.
pub async fn table(
    site: &Site,
    who: &SignedIn,
    stand: Stand<'_>,
    shown: &[Shown],
    query: &Query,
) -> Result<Read, PageError> {
    if shown.is_empty() {
        return Ok(Read::None);
    }
    keep(site, who, shown).await;
    match site.loads.select(&who.owner, shown, query).await {
        Ok(selection) => {
            let table = Table::new(&stand, query, &selection, site.clock.now());
            Ok(Read::Table(Box::new(table)))
        }
        Err(LoadError::Store(error)) => Err(error.into()),
        Err(LoadError::Gone) => Ok(Read::Gone),
        Err(error) => {
            tracing::error!(providers = ?names(shown), %error, "snapshots cannot be read");
            Ok(Read::Unreadable)
        }
    }
}

/// Keeps what somebody looks at from being forgotten. A Redis that takes no writes still has what was loaded.
pub async fn keep(site: &Site, who: &SignedIn, shown: &[Shown]) {
    for one in shown {
        let kept = site.loads.keep(&who.owner, &one.provider, &one.load).await;
        if let Err(error) = kept {
            tracing::debug!(%error, "a look at a snapshot could not be noted");
        }
    }
}

/// Those of some snapshots that can be read each by itself. For when together they cannot.
pub async fn readable(
    site: &Site,
    who: &SignedIn,
    shown: &[Shown],
) -> Result<Vec<Shown>, PageError> {
    let least = Query {
        per_page: 1,
        ..Query::default()
    };
    let mut readable = Vec::new();
    for one in shown {
        let alone = std::slice::from_ref(one);
        match site.loads.select(&who.owner, alone, &least).await {
            Ok(_) => readable.push(one.clone()),
            Err(LoadError::Store(error)) => return Err(error.into()),
            Err(error) => {
                tracing::error!(provider = one.provider, %error, "a snapshot cannot be read");
            }
        }
    }
    Ok(readable)
}

fn names(shown: &[Shown]) -> Vec<&str> {
    shown.iter().map(|one| &one.provider[..]).collect()
}

/// A table of these providers, as far as they are shown. A snapshot of theirs that is not among `shown` cannot be read.
pub fn stand<'a>(
    action: String,
    all: bool,
    overviews: impl IntoIterator<Item = &'a Overview>,
    shown: &'a [Shown],
) -> Stand<'a> {
    let source = |overview: &'a Overview| {
        let of = |one: &&Shown| one.provider == overview.profile.id;
        Some(Source {
            profile: overview.profile,
            load: &shown.iter().find(of)?.load,
        })
    };
    let overviews: Vec<&Overview> = overviews.into_iter().collect();
    let loaded = overviews.iter().filter(|one| one.snapshot.is_some());
    Stand {
        action,
        all,
        apart: loaded.count() > shown.len(),
        sources: overviews.into_iter().filter_map(source).collect(),
    }
}
