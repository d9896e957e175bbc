//! What pages say of a connection, a load and its items: plain values for the templates.

use jiff::Timestamp;

use crate::connections::Overview;
use crate::item::Item;
use crate::items::{Query, Selection, Sort};
use crate::load::{Cut, Load, Outcome, Part, Status};
use crate::providers::Profile;
use crate::vault::State;
use crate::web::words::{When, number, span};

/// The state chip: a glyph, a word, and the state's name for programs.
pub struct Chip {
    /// `data-state`.
    pub state: &'static str,
    /// Its colour: `ok`, `warn`, `danger` or `quiet`.
    pub tone: &'static str,
    /// The glyph.
    pub glyph: &'static str,
    /// The word.
    pub word: &'static str,
}

impl Chip {
    fn of(state: &'static str) -> Self {
        let (tone, glyph, word) = match state {
            "connected" => ("ok", "●", "Connected"),
            "limited" => ("warn", "▲", "Limited"),
            "retrying" => ("warn", "↻", "Retrying"),
            "action_needed" => ("danger", "!", "Reconnect"),
            "misconfigured" => ("danger", "⚙", "Misconfigured"),
            "not_configured" => ("quiet", "○", "Not configured"),
            _ => ("quiet", "○", "Not connected"),
        };
        Self {
            state,
            tone,
            glyph,
            word,
        }
    }
}

/// A message across the page.
pub struct Banner {
    /// Its colour: `info`, `warn` or `danger`.
    pub tone: &'static str,
    /// What is the matter.
    pub title: String,
    /// What it means and what to do.
    pub text: String,
}

/// A permission and whether it was granted.
pub struct Permission {
    pub words: &'static str,
    pub id: &'static str,
    pub granted: bool,
}

/// Something that happened.
pub struct Happened {
    pub when: When,
    pub text: String,
}

/// A provider on a card or at the head of its page.
pub struct Head {
    pub id: &'static str,
    pub name: &'static str,
    /// The letter in the provider's mark.
    pub initial: char,
    pub chip: Chip,
    pub configured: bool,
    pub connected: bool,
    /// Whether the way on is to reconnect.
    pub reconnect: bool,
    pub permissions: Vec<Permission>,
    /// What a load brings, in words: 'contacts, companies and deals'.
    pub brings: String,
    pub account: String,
    /// How many items there are, if anything was loaded.
    pub items: Option<String>,
    pub loaded: Option<When>,
    pub used: Option<When>,
    pub redirect_uri: String,
    pub env_prefix: String,
    pub developer_url: &'static str,
}

impl Head {
    pub fn new(overview: &Overview, redirect_uri: String, now: Timestamp) -> Self {
        let profile = overview.profile;
        let connection = overview.stored.as_ref().map(|stored| &stored.connection);
        let state = connection.map(|connection| connection.state);
        let asks = matches!(
            state,
            Some(State::Limited | State::ActionNeeded | State::Misconfigured)
        );
        let permissions = profile.scopes.iter().map(|scope| Permission {
            words: scope.words,
            id: scope.id,
            granted: connection.is_none_or(|connection| {
                connection.scopes.iter().any(|granted| granted == scope.id)
            }),
        });
        Self {
            id: profile.id,
            name: profile.name,
            initial: profile.name.chars().next().unwrap_or('?'),
            chip: Chip::of(overview.state()),
            configured: overview.configured,
            connected: connection.is_some() || overview.unreadable,
            reconnect: asks || overview.unreadable,
            permissions: permissions.collect(),
            brings: brings(profile),
            account: connection
                .map(|connection| connection.account.name.clone())
                .unwrap_or_default(),
            items: overview.snapshot.as_ref().map(|load| number(load.items())),
            loaded: overview
                .snapshot
                .as_ref()
                .and_then(|load| load.ended_at)
                .map(|at| When::new(at, now)),
            used: overview
                .stored
                .as_ref()
                .and_then(|stored| stored.used_at)
                .map(|at| When::new(at, now)),
            redirect_uri,
            env_prefix: profile.id.to_uppercase(),
            developer_url: profile.developer_url,
        }
    }
}

fn brings(profile: &Profile) -> String {
    let titles: Vec<String> = profile
        .streams
        .iter()
        .map(|stream| stream.title.to_lowercase())
        .collect();
    match titles.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, rest)) => format!("{} and {last}", rest.join(", ")),
        None => "nothing".to_owned(),
    }
}

/// The column of facts beside a connection's items.
pub struct Facts {
    pub account: Vec<(String, String)>,
    pub connected: When,
    pub by: String,
    pub expires: Option<When>,
    pub refreshed: Option<When>,
    pub used: Option<When>,
    pub last_error: Option<Happened>,
    pub history: Vec<Happened>,
    pub apps_url: &'static str,
}

impl Facts {
    pub fn new(overview: &Overview, by: &str, now: Timestamp) -> Option<Self> {
        let stored = overview.stored.as_ref()?;
        let connection = &stored.connection;
        let when = |at: Timestamp| When::new(at, now);
        Some(Self {
            account: connection.account.facts.clone(),
            connected: when(connection.connected_at),
            by: by.to_owned(),
            expires: connection.credential.expires_at.map(when),
            refreshed: connection.refreshed_at.map(when),
            used: stored.used_at.map(when),
            last_error: connection.last_error.as_ref().map(|error| Happened {
                when: when(error.at),
                text: error.text.clone(),
            }),
            history: connection
                .history
                .iter()
                .map(|event| Happened {
                    when: when(event.at),
                    text: event.text.clone(),
                })
                .collect(),
            apps_url: overview.profile.apps_url,
        })
    }
}

/// What must be said above everything else about a connection.
pub fn state_banner(overview: &Overview, now: Timestamp) -> Option<Banner> {
    let name = overview.profile.name;
    if overview.unreadable {
        return Some(Banner {
            tone: "danger",
            title: "The stored credential cannot be read".to_owned(),
            text: "Its encryption key is not in this Patchbay's key ring. The operator can put the key back; or reconnect, which replaces it.".to_owned(),
        });
    }
    let connection = &overview.stored.as_ref()?.connection;
    let since = When::new(connection.state_since, now);
    let banner = |tone, title: String, text: String| Some(Banner { tone, title, text });
    match connection.state {
        State::Connected => None,
        State::Limited => {
            let missing = overview
                .profile
                .scopes
                .iter()
                .filter(|scope| !connection.scopes.iter().any(|granted| granted == scope.id));
            let words: Vec<&str> = missing.map(|scope| scope.words).collect();
            banner(
                "warn",
                format!("Some permissions were not granted: {}", words.join("; ")),
                format!(
                    "What they are for is left out. Reconnect and allow them at {name} if you want it."
                ),
            )
        }
        State::Retrying => {
            let next = connection.retry.map(|retry| When::new(retry.at, now).words);
            banner(
                "warn",
                format!("{name} is not answering"),
                format!(
                    "A fresh token could not be had since {}; next try {}. Loaded items stay readable.",
                    since.words,
                    next.unwrap_or_else(|| "soon".to_owned())
                ),
            )
        }
        State::ActionNeeded => banner(
            "danger",
            format!("Access was withdrawn at {name} ({})", since.words),
            "Reconnect to go on. What was loaded before stays readable.".to_owned(),
        ),
        State::Misconfigured => banner(
            "danger",
            format!("{name} does not accept this Patchbay's client id or secret"),
            "That is for the operator to mend. What was loaded before stays readable.".to_owned(),
        ),
    }
}

/// One stream of a load.
pub struct StreamLine {
    pub title: String,
    /// `running`, `done`, `failed` or `skipped`.
    pub state: &'static str,
    pub items: String,
    pub pages: String,
    /// How far it is, where the total is known: (so many, of so many).
    pub bar: Option<(u64, u64)>,
    pub note: String,
}

/// A load, while it runs and when it has ended.
pub struct Progress {
    pub running: bool,
    pub headline: String,
    pub tone: &'static str,
    pub streams: Vec<StreamLine>,
    pub banners: Vec<Banner>,
    /// Rows that just arrived.
    pub arriving: Vec<Row>,
    pub started: When,
}

impl Progress {
    pub fn new(load: &Load, name: &str, arriving: &[Item], now: Timestamp) -> Self {
        let until = load.ended_at.unwrap_or(now);
        let took = span(load.started_at.duration_until(until));
        let items = number(load.items());
        let (headline, tone) = match load.status {
            Status::Running => (format!("Loading: {items} items so far, {took}"), "info"),
            Status::Complete => (format!("Loaded {items} items in {took}"), "ok"),
            Status::Partial => (format!("Loaded in part, in {took}"), "warn"),
            Status::Failed => ("Nothing could be loaded".to_owned(), "danger"),
            Status::Interrupted => (
                "The last load was interrupted: Patchbay stopped while it ran. Load items again."
                    .to_owned(),
                "warn",
            ),
        };
        Self {
            running: load.status == Status::Running,
            headline,
            tone,
            streams: load.parts.iter().map(|part| line(part, load)).collect(),
            banners: load
                .parts
                .iter()
                .filter_map(|part| part_banner(part, load, name, now))
                .collect(),
            arriving: arriving.iter().map(|item| Row::new(item, now)).collect(),
            started: When::new(load.started_at, now),
        }
    }
}

fn line(part: &Part, load: &Load) -> StreamLine {
    let mut notes = Vec::new();
    if part.retries > 0 {
        notes.push(format!("{} retries", number(part.retries)));
    }
    if part.limited > 0 {
        notes.push(format!("{} times asked to wait", number(part.limited)));
    }
    if part.repeated > 0 {
        notes.push(format!("{} came twice", number(part.repeated)));
    }
    if part.is_old(load) {
        notes.push("items of an earlier load".to_owned());
    }
    StreamLine {
        title: part.title.clone(),
        state: match (&part.outcome, load.status) {
            (Outcome::Running, Status::Running) => "running",
            (Outcome::Running | Outcome::Failed(_), _) => "failed",
            (Outcome::Done, _) => "done",
            (Outcome::Skipped(_), _) => "skipped",
        },
        items: number(part.items),
        pages: number(part.pages.into()),
        bar: part.total.map(|total| (part.items, total)),
        note: notes.join(", "),
    }
}

fn part_banner(part: &Part, load: &Load, name: &str, now: Timestamp) -> Option<Banner> {
    let title = &part.title;
    let old = part
        .loaded_at
        .filter(|_| part.is_old(load))
        .map(|at| When::new(at, now).words);
    let rest = match old {
        Some(old) => format!("Shown are its items of the load {old}."),
        None => "There are no items of it to show.".to_owned(),
    };
    let banner = |tone, title, text| Some(Banner { tone, title, text });
    match (&part.outcome, part.cut) {
        (Outcome::Failed(why), _) => banner(
            "danger",
            format!("{title} did not load"),
            format!("{why}. {rest} Load items again to retry."),
        ),
        (Outcome::Skipped(why), _) => banner(
            "warn",
            format!("{title} were left out"),
            format!("Reason: {why}. {rest} Reconnect to grant it."),
        ),
        (_, Some(Cut::Pages(limit))) => banner(
            "warn",
            format!(
                "{title} were cut at {} pages, {} items",
                number(limit),
                number(part.items)
            ),
            format!(
                "{name} has more. The operator limits a load to {} pages a stream (PATCHBAY_LOAD_MAX_PAGES).",
                number(limit)
            ),
        ),
        (_, Some(Cut::Items(limit))) => banner(
            "warn",
            format!("{title} were cut at {} items", number(part.items)),
            format!(
                "The operator limits a connection to {} items (PATCHBAY_ITEMS_MAX).",
                number(limit)
            ),
        ),
        _ => None,
    }
}

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

/// Names longer than this are cut in the cell; the title has more.
const LONGEST_NAME: usize = 300;

impl Row {
    pub fn new(item: &Item, now: Timestamp) -> Self {
        Self {
            id: item.id.clone(),
            kind: item.kind.clone(),
            name: shortened(&item.name),
            parent: item.parent_path_or_name.clone().unwrap_or_default(),
            url: item.url.clone().filter(|url| url.starts_with("https://")),
            created: item.creation_time.map(|at| When::new(at, now)),
            modified: item.last_modified_time.map(|at| When::new(at, now)),
        }
    }
}

fn shortened(name: &str) -> String {
    match name.char_indices().nth(LONGEST_NAME) {
        Some((end, _)) => format!("{}…", &name[..end]),
        None => name.to_owned(),
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
    pub url: String,
    /// `aria-sort`, where the table is sorted by it.
    pub sorted: Option<&'static str>,
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
    pub show_parent: bool,
}

impl Table {
    pub fn new(profile: &Profile, query: &Query, selection: &Selection, now: Timestamp) -> Self {
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
            chips: chips(profile, query, selection, &url),
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
            show_parent: rows.iter().any(|row| !row.parent.is_empty()),
            rows,
            action,
        }
    }
}

fn chips(
    profile: &Profile,
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
    let each = profile.streams.iter().map(|stream| {
        let count = selection.kinds.get(stream.kind).copied().unwrap_or(0);
        chip(stream.title, Some(stream.kind), count)
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
