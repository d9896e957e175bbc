//! A provider of lists within lists, made of a seed: bases on pages, tables in them, records on pages that repeat
//! some, lists that cannot be read, and cursors that die once.

use std::collections::{BTreeSet, HashSet};
use std::sync::Mutex;
use std::time::Duration;

use serde_json::json;

use crate::testing::http::{Reply, Request};

/// How long an answer takes, so that a load has a middle. It blocks a thread of the server's.
const ANSWER: Duration = Duration::from_millis(25);

/// Chance that repeats itself: a linear congruential generator, whose upper bits are good enough here.
pub struct Chance(pub u64);

impl Chance {
    pub fn below(&mut self, most: u64) -> u64 {
        let (factor, step) = (6_364_136_223_846_793_005, 1_442_695_040_888_963_407);
        self.0 = self.0.wrapping_mul(factor).wrapping_add(step);
        (self.0 >> 33) % most.max(1)
    }
}

/// The lists of an account.
pub struct Tree {
    bases: Vec<Base>,
    /// The cursors that have died already.
    dead: Mutex<HashSet<String>>,
}

struct Base {
    readable: bool,
    tables: Vec<Table>,
}

struct Table {
    readable: bool,
    records: usize,
    page: usize,
    /// The page whose cursor dies once.
    dies_at: Option<usize>,
}

impl Tree {
    pub fn grow(seed: u64) -> Self {
        let mut chance = Chance(seed);
        let bases = (0..4 + chance.below(3)).map(|_| Base::grow(&mut chance));
        let mut bases: Vec<Base> = bases.collect();
        // A stream of which nothing can be read fails, which is another story.
        bases.push(Base::sound(&mut chance));
        Self {
            bases,
            dead: Mutex::default(),
        }
    }

    /// The ids of all that can be read, and the names of what cannot.
    pub fn truth(&self) -> (BTreeSet<String>, BTreeSet<String>) {
        let (mut ids, mut missed) = (BTreeSet::new(), BTreeSet::new());
        for (b, base) in self.bases.iter().enumerate() {
            ids.insert(format!("app{b}"));
            if !base.readable {
                missed.insert(format!("base {b}"));
                continue;
            }
            for (t, table) in base.tables.iter().enumerate() {
                ids.insert(format!("tbl{b}x{t}"));
                if table.readable {
                    ids.extend((0..table.records).map(|n| format!("rec{b}x{t}x{n}")));
                } else {
                    missed.insert(format!("base {b} / table {t}"));
                }
            }
        }
        (ids, missed)
    }

    pub fn answer(&self, request: &Request) -> Reply {
        std::thread::sleep(ANSWER);
        self.find(request).unwrap_or_else(|| Reply::new(404, "{}"))
    }

    fn find(&self, request: &Request) -> Option<Reply> {
        let query = request.query();
        let offset = query.iter().find(|(name, _)| name == "offset");
        let offset = offset.map(|(_, at)| &at[..]);
        let path: Vec<&str> = request.path().split('/').skip(2).collect();
        match path[..] {
            ["meta", "bases"] => Some(self.list_bases(offset)),
            ["meta", "bases", base, "tables"] => self.list_tables(base),
            [_, table] => self.list_records(table, offset),
            _ => None,
        }
    }

    /// Two on a page.
    fn list_bases(&self, offset: Option<&str>) -> Reply {
        let from = offset.map_or(0, |at| at.parse().expect("an offset of ours"));
        let to = self.bases.len().min(from + 2);
        let bases =
            (from..to).map(|b| json!({"id": format!("app{b}"), "name": format!("base {b}")}));
        let next = (to < self.bases.len()).then(|| to.to_string());
        let body = json!({"bases": bases.collect::<Vec<_>>(), "offset": next});
        Reply::new(200, body.to_string())
    }

    fn list_tables(&self, base: &str) -> Option<Reply> {
        let b: usize = base.strip_prefix("app")?.parse().ok()?;
        let base = self.bases.get(b)?;
        if !base.readable {
            return Some(Reply::new(403, "{}"));
        }
        let table = |t: usize| json!({"id": format!("tbl{b}x{t}"), "name": format!("table {t}")});
        let tables: Vec<_> = (0..base.tables.len()).map(table).collect();
        Some(Reply::new(200, json!({ "tables": tables }).to_string()))
    }

    fn list_records(&self, id: &str, offset: Option<&str>) -> Option<Reply> {
        let place = id.strip_prefix("tbl")?;
        let (b, t) = place.split_once('x')?;
        let base = self.bases.get(b.parse::<usize>().ok()?)?;
        let table = base.tables.get(t.parse::<usize>().ok()?)?;
        let page: usize = offset.map_or(0, |at| at.parse().expect("an offset of ours"));
        if !table.readable {
            return None;
        }
        if table.dies_at == Some(page) && page > 0 && self.dies(format!("{id} {page}")) {
            let died = json!({"error": {"type": "LIST_RECORDS_ITERATOR_NOT_AVAILABLE"}});
            return Some(Reply::new(422, died.to_string()));
        }
        // One of the page before comes again.
        let from = (page * table.page).saturating_sub(1).min(table.records);
        let to = table.records.min((page + 1) * table.page);
        let records = (from..to).map(|n| json!({"id": format!("rec{place}x{n}")}));
        let next = (to < table.records).then(|| (page + 1).to_string());
        let body = json!({"records": records.collect::<Vec<_>>(), "offset": next});
        Some(Reply::new(200, body.to_string()))
    }

    fn dies(&self, cursor: String) -> bool {
        self.dead.lock().expect("no panic").insert(cursor)
    }
}

impl Base {
    fn sound(chance: &mut Chance) -> Self {
        let sound = Table {
            readable: true,
            ..Table::grow(chance)
        };
        Self {
            readable: true,
            tables: vec![sound],
        }
    }

    fn grow(chance: &mut Chance) -> Self {
        let tables = (0..chance.below(6)).map(|_| Table::grow(chance));
        Self {
            tables: tables.collect(),
            readable: chance.below(6) > 0,
        }
    }
}

impl Table {
    fn grow(chance: &mut Chance) -> Self {
        let at = chance.below(5) as usize;
        Self {
            readable: chance.below(8) > 0,
            records: chance.below(400) as usize,
            page: 20 + chance.below(60) as usize,
            dies_at: Some(at).filter(|at| *at > 0),
        }
    }
}
