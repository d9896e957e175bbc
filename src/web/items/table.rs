//! The item table: of one provider on its connection's page, of all of them on a page of its own.

use askama::Template;
use jiff::Timestamp;

use super::chips::{self, Chip};
use super::files::{Export, exports};
use super::pager::Pager;
use super::place;
use crate::item::Item;
use crate::items::{Dir, Query, Selection, Sort, View};
use crate::load::Load;
use crate::providers::Profile;
use crate::web::words::{When, number, shortened};

/// Names longer than this many characters are cut in the cell; the item's own page has all of it.
const LONGEST_NAME: usize = 300;

/// A provider whose snapshot is shown.
pub struct Source<'a> {
    pub profile: &'static Profile,
    pub load: &'a Load,
}

/// Where a table stands.
pub struct Stand<'a> {
    /// Its address, without a query.
    pub action: String,
    /// Whether it shows all providers in one; then each row says which one it is of.
    pub all: bool,
    /// Whether some provider's snapshot cannot be read. Then no file has all of them, and each has one of its own.
    pub apart: bool,
    pub sources: Vec<Source<'a>>,
}

/// A row of the item table.
pub struct Row {
    pub id: String,
    /// The item's own page.
    pub place: String,
    /// The provider's name.
    pub provider: &'static str,
    pub kind: String,
    pub name: String,
    pub parent: String,
    pub url: Option<String>,
    pub created: Option<When>,
    pub modified: Option<When>,
}

impl Row {
    pub fn new(item: &Item, provider: &'static str, now: Timestamp) -> Self {
        let parent = item.parent_path_or_name.as_deref();
        Self {
            id: item.id.clone(),
            place: place::of(&item.provider, &item.kind, &item.id),
            provider,
            kind: item.kind.clone(),
            name: shortened(&item.name, LONGEST_NAME),
            parent: parent
                .map(|parent| shortened(parent, LONGEST_NAME))
                .unwrap_or_default(),
            url: place::at_provider(item),
            created: item.creation_time.map(|at| When::new(at, now)),
            modified: item.last_modified_time.map(|at| When::new(at, now)),
        }
    }
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

/// What the items of a narrowed table lie in.
pub struct Within {
    pub name: String,
    /// The table without this.
    pub without: String,
}

/// See the module.
#[derive(Template)]
#[template(path = "items/table.html")]
pub struct Table {
    pub action: String,
    /// Whether it shows all providers in one.
    pub all: bool,
    pub q: String,
    /// What of the selection is kept when the text changes: the names and values of hidden fields.
    pub kept: Vec<(&'static str, String)>,
    pub providers: Vec<Chip>,
    pub kinds: Vec<Chip>,
    pub within: Option<Within>,
    pub columns: Vec<Column>,
    pub rows: Vec<Row>,
    /// The rows as JSON, where that was asked for.
    pub json: Option<String>,
    /// The same page in the other form.
    pub other_view: String,
    pub filtered: bool,
    pub beyond: bool,
    pub total: String,
    pub pager: Pager,
    pub exports: Vec<Export>,
    /// Columns of which some row says something, or by which the table is sorted.
    pub show_parent: bool,
    pub show_created: bool,
    pub show_modified: bool,
    /// Some items were changed here since they were loaded, and are not shown as they are now.
    pub more_changed: bool,
}

impl Table {
    pub fn new(stand: &Stand<'_>, query: &Query, selection: &Selection, now: Timestamp) -> Self {
        let url = |query: &Query| format!("{}{}", stand.action, query.to_url());
        let rows = rows(stand, &selection.items, now);
        let any = |sort, says: fn(&Row) -> bool| query.sort == sort || rows.iter().any(says);
        Self {
            all: stand.all,
            q: query.q.clone(),
            kept: kept(query),
            providers: chips::providers(stand, query, selection, &url),
            kinds: chips::kinds(stand, query, selection, &url),
            within: within(query, &selection.items, &url),
            columns: columns(query, &url),
            json: (query.view == View::Json).then(|| formatted(&selection.items)),
            other_view: url(&other_view(query)),
            filtered: query.is_filtered(),
            beyond: rows.is_empty() && selection.total > 0,
            total: number(selection.total),
            pager: Pager::new(query, selection, &url),
            exports: exports(stand, query, selection),
            show_parent: any(Sort::Parent, |row| !row.parent.is_empty()),
            show_created: any(Sort::Created, |row| row.created.is_some()),
            show_modified: any(Sort::Modified, |row| row.modified.is_some()),
            more_changed: selection.more_changed,
            rows,
            action: stand.action.clone(),
        }
    }

    /// Whether there is nothing at all, filter or not; why, the page around the table says.
    pub fn nothing(&self) -> bool {
        self.rows.is_empty() && !self.beyond && !self.filtered
    }

    /// Whether a column is shown.
    fn shows(&self, column: &Column) -> bool {
        match column.sort {
            Sort::Name | Sort::Type => true,
            Sort::Parent => self.show_parent,
            Sort::Created => self.show_created,
            Sort::Modified => self.show_modified,
        }
    }
}

fn rows(stand: &Stand<'_>, items: &[Item], now: Timestamp) -> Vec<Row> {
    let name = |item: &Item| {
        let mut sources = stand.sources.iter();
        let source = sources.find(|source| source.profile.id == item.provider);
        source.map_or("", |source| source.profile.name)
    };
    let rows = items.iter();
    rows.map(|item| Row::new(item, name(item), now)).collect()
}

/// All of the selection but its text and its page.
fn kept(query: &Query) -> Vec<(&'static str, String)> {
    let chosen = |name, value: &Option<String>| Some((name, value.clone()?));
    let json = (query.view == View::Json).then(|| ("view", query.view.name().to_owned()));
    let narrow = [
        chosen("provider", &query.provider),
        chosen("type", &query.kind),
        chosen("parent_id", &query.parent_id),
        json,
    ];
    let mut kept: Vec<_> = narrow.into_iter().flatten().collect();
    kept.push(("sort", query.sort.name().to_owned()));
    kept.push(("dir", query.dir.name().to_owned()));
    kept
}

fn within(query: &Query, items: &[Item], url: &dyn Fn(&Query) -> String) -> Option<Within> {
    let id = query.parent_id.as_ref()?;
    let named = items
        .first()
        .and_then(|item| item.parent_path_or_name.as_ref());
    Some(Within {
        name: shortened(named.unwrap_or(id), LONGEST_NAME),
        without: url(&Query {
            parent_id: None,
            page: 1,
            ..query.clone()
        }),
    })
}

fn other_view(query: &Query) -> Query {
    let view = match query.view {
        View::Table => View::Json,
        View::Json => View::Table,
    };
    Query {
        view,
        ..query.clone()
    }
}

fn formatted(items: &[Item]) -> String {
    // Items are always JSON: nothing in them fails to be written.
    serde_json::to_string_pretty(items).unwrap_or_default()
}

fn columns(query: &Query, url: &dyn Fn(&Query) -> String) -> Vec<Column> {
    let column = |title, class, sort: Sort| {
        let here = query.sort == sort;
        let sorted = match query.dir {
            Dir::Asc => "ascending",
            Dir::Desc => "descending",
        };
        Column {
            title,
            class,
            sort,
            url: url(&Query {
                sort,
                dir: if here { query.dir.reversed() } else { Dir::Asc },
                page: 1,
                ..query.clone()
            }),
            sorted: here.then_some(sorted),
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
