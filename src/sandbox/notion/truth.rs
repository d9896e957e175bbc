//! What a client should end up with, so that tests can compare a load with the stand-in's own count.

use serde::Serialize;

use super::{
    controls::Controls,
    data::Space,
    grants::{Consent, Share},
    workspaces,
};

/// What a full walk brings under one consent, without the trash and without what the index lags behind.
#[derive(Debug, Serialize, PartialEq, Eq)]
pub struct Truth {
    pub workspace: &'static str,
    pub workspace_id: String,
    pub workspace_name: Option<&'static str>,
    pub share: Share,
    pub pages: u64,
    pub data_sources: u64,
    /// The databases of these data sources that have more than one.
    pub multi_source_databases: u64,
}

impl Truth {
    /// Counts what a consent shows.
    pub fn of(consent: &Consent, controls: &Controls) -> Option<Self> {
        let workspace = workspaces::find(&consent.workspace)?;
        let space = controls.space(workspace, consent.share);
        let (data_sources, multi_source_databases) = tables(space);
        Some(Self {
            workspace: workspace.key,
            workspace_id: workspace.id().to_string(),
            workspace_name: workspace.name,
            share: consent.share,
            pages: pages(space),
            data_sources,
            multi_source_databases,
        })
    }
}

fn pages(space: Space) -> u64 {
    let pages = (0..space.pages).filter_map(|index| space.page(index));
    pages.filter(|page| !page.is_trashed()).count() as u64
}

fn tables(space: Space) -> (u64, u64) {
    let databases = (0..space.databases).filter_map(|index| space.database(index));
    databases.filter(|database| !database.is_trashed()).fold(
        (0, 0),
        |(sources, several), database| {
            let more = database.sources().count() as u64;
            (sources + more, several + u64::from(database.has_several()))
        },
    )
}
