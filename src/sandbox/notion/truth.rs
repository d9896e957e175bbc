//! What a client should end up with, without the trash and without what the index lags behind.

use super::{
    controls::Controls,
    data::Space,
    grants::Share,
    workspaces::{WORKSPACES, Workspace},
};
use crate::sandbox::truth::Truth;

/// The truth about every workspace.
pub fn truth(controls: &Controls) -> Vec<Truth> {
    let of = |workspace| of_workspace(workspace, controls);
    WORKSPACES.iter().map(of).collect()
}

/// Of databases only those are items that have several data sources.
fn of_workspace(workspace: &'static Workspace, controls: &Controls) -> Truth {
    let space = controls.space(workspace, Share::All);
    let (sources, several) = tables(space);
    Truth::new(
        workspace.key,
        [
            ("Page", pages(space)),
            ("DataSource", sources),
            ("Database", several),
        ],
    )
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
