//! The links under a table by which its selection comes as files.

use super::table::Stand;
use crate::items::{Format, Query, Selection};
use crate::web::words::number;

/// A link to the whole selection as a file.
pub struct ExportLink {
    /// How the format is called.
    pub name: String,
    pub url: String,
}

/// The whole selection, or one provider's part of it, as files.
pub struct Export {
    /// The provider that it is of, where it is not all of the selection.
    pub of: Option<&'static str>,
    /// How many items there are.
    pub total: String,
    pub links: Vec<ExportLink>,
}

/// One file of all; one of each provider where no file has all of them.
pub(super) fn exports(stand: &Stand<'_>, query: &Query, selection: &Selection) -> Vec<Export> {
    if !stand.apart || query.provider.is_some() {
        return vec![Export {
            of: None,
            total: number(selection.total),
            links: export_links(&stand.action, query),
        }];
    }
    let sources = stand.sources.iter().map(|source| source.profile);
    let exports = sources.map(|profile| {
        let query = Query {
            provider: Some(profile.id.to_owned()),
            ..query.clone()
        };
        let total = match &query.kind {
            Some(kind) => selection.count(profile.id, kind),
            None => selection.count_of(profile.id),
        };
        let links = export_links(&stand.action, &query);
        (profile.name, total, links)
    });
    let exports = exports.filter(|(_, total, _)| *total > 0);
    exports
        .map(|(name, total, links)| Export {
            of: Some(name),
            total: number(total),
            links,
        })
        .collect()
}

fn export_links(action: &str, query: &Query) -> Vec<ExportLink> {
    let whole = query.whole().to_url();
    let link = |format: Format| ExportLink {
        name: format.name().to_uppercase(),
        url: format!("{action}.{}{whole}", format.name()),
    };
    Format::ALL.map(link).into()
}
