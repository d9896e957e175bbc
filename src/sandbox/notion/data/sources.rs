//! Databases and their data sources: most have one, some have two or three.

use jiff::Timestamp;

use super::{Id, Kind, Odd, Parent, Space, Title, Within, minutes_ago, pages, pick, title};
use crate::sandbox::clock;

/// How many data sources the databases of a group of eight have.
const COUNTS: [u64; 8] = [1, 1, 1, 2, 1, 1, 3, 1];
/// The data sources of a group.
const PER_GROUP: u64 = 11;
/// What the property of the title is called.
const TITLE_KEYS: [&str; 7] = ["Name", "Aufgabe", "", "🚀 Task", "Name", "Page", "Name"];

/// One database.
#[derive(Debug, Clone, Copy)]
pub struct Database {
    pub space: Space,
    pub index: u64,
}

/// One data source.
#[derive(Debug, Clone, Copy)]
pub struct Source {
    pub space: Space,
    /// Its place among the data sources of all databases. A smaller one was edited later.
    pub ordinal: u64,
}

/// How many data sources the databases before this one have.
pub fn before(database: u64) -> u64 {
    let (group, rest) = (database / 8, database % 8);
    let counted = usize::try_from(rest).unwrap_or_default();
    group * PER_GROUP + COUNTS.iter().take(counted).sum::<u64>()
}

impl Database {
    pub fn id(self) -> Id {
        self.space.id(Kind::Database, self.index)
    }

    pub fn sources(self) -> impl Iterator<Item = Source> + Clone {
        (before(self.index)..before(self.index + 1)).map(move |ordinal| Source {
            space: self.space,
            ordinal,
        })
    }

    pub fn has_several(self) -> bool {
        self.sources().nth(1).is_some()
    }

    /// Some databases are in the trash, with their only data source.
    pub fn is_trashed(self) -> bool {
        self.index % 24 == 13
    }

    /// The title is that of the only data source; a database with several has its own.
    pub fn title(self) -> Title {
        match self.sources().next() {
            Some(source) if !self.has_several() => source.title(),
            _ => Title::Plain(format!("Programme {}", self.index + 1)),
        }
    }

    pub fn parent(self) -> Parent {
        match self.index % 8 {
            1 => Parent::Workspace,
            2 => Parent::Block(Within::Database(self.index).block()),
            4 => Parent::Database(self.index - 1),
            5 => Parent::Foreign(Within::Database(self.index).block()),
            _ => pages::root(self.space, self.index).map_or(Parent::Workspace, Parent::Page),
        }
    }

    /// Recorded times of databases, unlike all others, are not rounded to the minute.
    pub fn edited(self) -> Timestamp {
        self.sources()
            .next()
            .map_or_else(Timestamp::default, |source| {
                clock::plus_ms(source.edited(), self.odd_ms())
            })
    }

    pub fn created(self) -> Timestamp {
        self.sources()
            .next()
            .map_or_else(Timestamp::default, |source| {
                clock::plus_ms(source.created(), self.odd_ms())
            })
    }

    fn odd_ms(self) -> i64 {
        let draw = self.space.draw(Kind::Database, 1, self.index);
        i64::try_from(draw % 60_000).unwrap_or_default()
    }
}

impl Source {
    pub fn id(self) -> Id {
        self.space.id(Kind::Source, self.ordinal)
    }

    pub fn database(self) -> Database {
        let (group, rest) = (self.ordinal / PER_GROUP, self.ordinal % PER_GROUP);
        let first = group * 8;
        let place =
            (first..first + 8).take_while(|index| before(*index) <= group * PER_GROUP + rest);
        Database {
            space: self.space,
            index: place.last().unwrap_or(first),
        }
    }

    pub fn is_trashed(self) -> bool {
        self.database().is_trashed()
    }

    /// The connection may not read it: it is listed with little more than its id.
    pub fn is_partial(self) -> bool {
        self.ordinal % 40 == 9
    }

    /// Its columns are of types that clients may not know.
    pub fn has_unknown_types(self) -> bool {
        self.ordinal % 5 == 2
    }

    /// The data source it is synced from, which is another one of the workspace.
    pub fn synced_from(self) -> Option<Self> {
        let is_synced = self.ordinal % 33 == 13;
        self.space
            .source(self.ordinal.checked_sub(1)?)
            .filter(|_| is_synced)
    }

    /// The key of the title in `properties`, which need not be `Name`.
    pub fn title_key(self) -> &'static str {
        pick(&TITLE_KEYS, self.ordinal)
    }

    pub fn title(self) -> Title {
        let odd = Odd::of_source(self.ordinal).and_then(Odd::title);
        odd.unwrap_or_else(|| title::of_table(self.ordinal))
    }

    pub fn edited(self) -> Timestamp {
        minutes_ago(self.ordinal * 133 + 35)
    }

    pub fn created(self) -> Timestamp {
        minutes_ago(self.ordinal * 133 + 35 + self.draw(1) % 500_000)
    }

    /// A number that depends on the data source and on what it is drawn for.
    pub fn draw(self, salt: u64) -> u64 {
        self.space.draw(Kind::Source, salt, self.ordinal)
    }
}
