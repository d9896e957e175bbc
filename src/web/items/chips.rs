//! The chips that narrow a table to a provider or to a type, with how many items there are of each.

use super::table::{Source, Stand};
use crate::items::{Query, Selection};
use crate::providers::Kind;
use crate::web::words::number;

/// A chip.
pub struct Chip {
    pub title: String,
    pub count: String,
    pub url: String,
    pub chosen: bool,
}

/// A chip for all providers and one for each; none where the table is of one provider. A type that was chosen is let
/// go, since another provider has others.
pub(super) fn providers(
    stand: &Stand<'_>,
    query: &Query,
    selection: &Selection,
    url: &dyn Fn(&Query) -> String,
) -> Vec<Chip> {
    if !stand.all {
        return Vec::new();
    }
    let chip = |title: &str, provider: Option<&str>, count: u64| Chip {
        title: title.to_owned(),
        count: number(count),
        url: url(&Query {
            provider: provider.map(str::to_owned),
            kind: None,
            page: 1,
            ..query.clone()
        }),
        chosen: query.provider.as_deref() == provider,
    };
    let all = chip("All providers", None, selection.kinds.values().sum());
    let each = stand.sources.iter().map(|source| {
        let profile = source.profile;
        chip(
            profile.name,
            Some(profile.id),
            selection.count_of(profile.id),
        )
    });
    std::iter::once(all).chain(each).collect()
}

/// A chip for all types and one for each: of what was loaded of the chosen provider, those that there are, and the
/// main one of each stream in any case.
pub(super) fn kinds(
    stand: &Stand<'_>,
    query: &Query,
    selection: &Selection,
    url: &dyn Fn(&Query) -> String,
) -> Vec<Chip> {
    let chip = |title: &str, kind: Option<&str>, count: u64| Chip {
        title: title.to_owned(),
        count: number(count),
        url: url(&Query {
            kind: kind.map(str::to_owned),
            page: 1,
            ..query.clone()
        }),
        chosen: query.kind.as_deref() == kind,
    };
    let counted = counted(stand, query, selection);
    let chosen = |kind: &Kind| query.kind.as_deref() == Some(kind.id);
    let shown = counted
        .iter()
        .filter(|(kind, main, count)| *main || *count > 0 || chosen(kind));
    let each = shown.map(|(kind, _, count)| chip(kind.title, Some(kind.id), *count));
    let all = chip("All", None, counted.iter().map(|(_, _, count)| count).sum());
    std::iter::once(all).chain(each).collect()
}

/// The types of the chosen provider, or of all: whether each is the main one of its stream, and how many items there
/// are of it. Where two providers have a type of the same name it is one here, as it is in the selection.
fn counted(
    stand: &Stand<'_>,
    query: &Query,
    selection: &Selection,
) -> Vec<(&'static Kind, bool, u64)> {
    let chosen = |source: &&Source<'_>| {
        let provider = query.provider.as_deref();
        provider.is_none_or(|provider| provider == source.profile.id)
    };
    let mut counted: Vec<(&'static Kind, bool, u64)> = Vec::new();
    for source in stand.sources.iter().filter(chosen) {
        for (kind, main) in loaded(source) {
            let count = selection.count(source.profile.id, kind.id);
            match counted.iter_mut().find(|(known, ..)| known.id == kind.id) {
                Some((_, is_main, sum)) => {
                    *is_main |= main;
                    *sum += count;
                }
                None => counted.push((kind, main, count)),
            }
        }
    }
    counted
}

/// The types of the streams that were loaded, and whether each is the main one of its stream.
fn loaded(source: &Source<'_>) -> impl Iterator<Item = (&'static Kind, bool)> {
    let streams = source.profile.streams.iter();
    let parts = &source.load.parts;
    let loaded = streams.filter(|stream| parts.iter().any(|part| part.stream == stream.id));
    loaded.flat_map(|stream| {
        let kinds = stream.kinds.iter().enumerate();
        kinds.map(|(nth, kind)| (kind, nth == 0))
    })
}
