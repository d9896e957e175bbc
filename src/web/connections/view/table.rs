//! The item table.

use jiff::Timestamp;

use crate::item::Item;
use crate::items::{Format, Query, Selection, Sort};
use crate::load::Load;
use crate::providers::{Profile, Stream};
use crate::web::words::{When, number, shortened};

/// A row of the item table.
pub struct Row {
    pub id: String,
    pub kind: String,
    pub name: String,
    pub parent: String,
    pub url: Option<String>,
    pub created: Option<When>,
    pub modified: Option<When>,
}

/// Names longer than this many characters are cut in the cell; the title has more.
const LONGEST_NAME: usize = 300;

impl Row {
    pub fn new(item: &Item, now: Timestamp) -> Self {
        Self {
            id: item.id.clone(),
            kind: item.kind.clone(),
            name: shortened(&item.name, LONGEST_NAME),
            parent: item
                .parent_path_or_name
                .as_deref()
                .map(|parent| shortened(parent, LONGEST_NAME))
                .unwrap_or_default(),
            url: item.url.clone().filter(|url| url.starts_with("https://")),
            created: item.creation_time.map(|at| When::new(at, now)),
            modified: item.last_modified_time.map(|at| When::new(at, now)),
        }
    }
}

/// A chip that narrows the table to a type.
pub struct TypeChip {
    pub title: String,
    pub count: String,
    pub url: String,
    pub chosen: bool,
}

/// A column that can be sorted by.
pub struct Column {
    pub title: &'static str,
    pub class: &'static str,
    pub sort: Sort,
    pub url: String,
    /// `aria-sort`, where the table is sorted by it.
    pub sorted: Option<&'static str>,
}

/// A link to the whole selection as a file.
pub struct ExportLink {
    /// How the format is called.
    pub name: String,
    pub url: String,
}

/// The item table.
pub struct Table {
    pub action: String,
    pub q: String,
    /// The chosen type, to be kept when the text changes.
    pub kind: String,
    pub sort: &'static str,
    pub dir: &'static str,
    pub per_page: u32,
    pub chips: Vec<TypeChip>,
    pub columns: Vec<Column>,
    pub rows: Vec<Row>,
    pub filtered: bool,
    pub beyond: bool,
    pub range: String,
    pub total: String,
    pub first: Option<String>,
    pub previous: Option<String>,
    pub next: Option<String>,
    pub last: Option<String>,
    pub exports: Vec<ExportLink>,
    /// Columns of which some row says something, or by which the table is sorted.
    pub show_parent: bool,
    pub show_created: bool,
    pub show_modified: bool,
}

impl Column {
    /// Whether a table shows it.
    pub fn shown(&self, table: &Table) -> bool {
        match self.sort {
            Sort::Name | Sort::Type => true,
            Sort::Parent => table.show_parent,
            Sort::Created => table.show_created,
            Sort::Modified => table.show_modified,
        }
    }
}

impl Table {
    pub fn new(
        profile: &Profile,
        snapshot: &Load,
        query: &Query,
        selection: &Selection,
        now: Timestamp,
    ) -> Self {
        let action = format!("/connections/{}/items", profile.id);
        let url = |query: &Query| format!("{action}{}", query.to_url());
        let pages = selection.total.div_ceil(u64::from(query.per_page)).max(1);
        let pages = u32::try_from(pages).unwrap_or(u32::MAX);
        let at = |page: u32| {
            url(&Query {
                page,
                ..query.clone()
            })
        };
        let rows: Vec<Row> = selection
            .items
            .iter()
            .map(|item| Row::new(item, now))
            .collect();
        let from = query.offset() + 1;
        Self {
            q: query.q.clone(),
            kind: query.kind.clone().unwrap_or_default(),
            sort: query.sort.name(),
            dir: query.dir.name(),
            per_page: query.per_page,
            chips: chips(profile, snapshot, query, selection, &url),
            columns: columns(query, &url),
            filtered: query.is_filtered(),
            beyond: rows.is_empty() && selection.total > 0,
            range: format!(
                "{}-{}",
                number(from),
                number(from + (rows.len() as u64).saturating_sub(1))
            ),
            total: number(selection.total),
            first: (query.page > 1).then(|| at(1)),
            previous: (query.page > 1).then(|| at((query.page - 1).min(pages))),
            next: (query.page < pages).then(|| at(query.page + 1)),
            last: (query.page < pages).then(|| at(pages)),
            exports: exports(&action, query),
            show_parent: query.sort == Sort::Parent
                || rows.iter().any(|row| !row.parent.is_empty()),
            show_created: query.sort == Sort::Created
                || rows.iter().any(|row| row.created.is_some()),
            show_modified: query.sort == Sort::Modified
                || rows.iter().any(|row| row.modified.is_some()),
            rows,
            action,
        }
    }
}

fn exports(action: &str, query: &Query) -> Vec<ExportLink> {
    let whole = query.whole().to_url();
    let link = |format: Format| ExportLink {
        name: format.name().to_uppercase(),
        url: format!("{action}.{}{whole}", format.name()),
    };
    Format::ALL.map(link).into()
}

/// A chip for all types and one for each: of what was loaded, those that there are, and the main one of each
/// stream in any case.
fn chips(
    profile: &Profile,
    snapshot: &Load,
    query: &Query,
    selection: &Selection,
    url: &dyn Fn(&Query) -> String,
) -> Vec<TypeChip> {
    let chip = |title: &str, kind: Option<&str>, count: u64| TypeChip {
        title: title.to_owned(),
        count: number(count),
        url: url(&Query {
            kind: kind.map(str::to_owned),
            page: 1,
            ..query.clone()
        }),
        chosen: query.kind.as_deref() == kind,
    };
    let all = chip("All", None, selection.kinds.values().sum());
    let loaded = |stream: &&Stream| snapshot.parts.iter().any(|part| part.stream == stream.id);
    let streams = profile.streams.iter().filter(loaded);
    let kinds = streams.flat_map(|stream| stream.kinds.iter().enumerate());
    let each = kinds.filter_map(|(nth, kind)| {
        let count = selection.count(profile.id, kind.id);
        let shown = nth == 0 || count > 0 || query.kind.as_deref() == Some(kind.id);
        shown.then(|| chip(kind.title, Some(kind.id), count))
    });
    std::iter::once(all).chain(each).collect()
}

fn columns(query: &Query, url: &dyn Fn(&Query) -> String) -> Vec<Column> {
    let column = |title, class, sort: Sort| {
        let here = query.sort == sort;
        let dir = if here {
            query.dir.reversed()
        } else {
            crate::items::Dir::Asc
        };
        Column {
            title,
            class,
            sort,
            url: url(&Query {
                sort,
                dir,
                page: 1,
                ..query.clone()
            }),
            sorted: here.then_some(match query.dir {
                crate::items::Dir::Asc => "ascending",
                crate::items::Dir::Desc => "descending",
            }),
        }
    };
    vec![
        column("Name", "name", Sort::Name),
        column("Type", "type", Sort::Type),
        column("Parent", "parent", Sort::Parent),
        column("Created", "time", Sort::Created),
        column("Modified", "time", Sort::Modified),
    ]
}
