//! What somebody wants to see of the items, as it stands in the URL.

use std::fmt;

use super::fold::fold;

/// Rows a page unless asked otherwise.
pub const DEFAULT_PER_PAGE: u32 = 50;
/// Most rows a page.
pub const MAX_PER_PAGE: u32 = 500;
/// Longest text filter, in characters.
const MAX_Q: usize = 200;
/// Page numbers beyond this make no sense.
const MAX_PAGE: u32 = 10_000_000;

/// A selection of items.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Query {
    /// Only items of this type.
    pub kind: Option<String>,
    /// Only items that hold this text, whatever its case; empty for all.
    pub q: String,
    /// By what they are sorted.
    pub sort: Sort,
    /// Which way.
    pub dir: Dir,
    /// Which page, from 1.
    pub page: u32,
    /// Rows a page.
    pub per_page: u32,
}

/// By what items are sorted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sort {
    /// Their name.
    Name,
    /// Their type.
    Type,
    /// What they lie in.
    Parent,
    /// When they were created.
    Created,
    /// When they were last changed.
    Modified,
}

/// Which way items are sorted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dir {
    /// Smallest, or earliest, first.
    Asc,
    /// Largest, or latest, first.
    Desc,
}

/// A value in the URL that makes no sense.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("'{name}' cannot be '{value}'; possible is {possible}")]
pub struct BadQuery {
    /// The parameter.
    pub name: &'static str,
    /// What it was, shortened.
    pub value: String,
    /// What it can be.
    pub possible: String,
}

impl Sort {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::Name,
        Self::Type,
        Self::Parent,
        Self::Created,
        Self::Modified,
    ];

    /// Its name in URLs.
    pub fn name(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Type => "type",
            Self::Parent => "parent",
            Self::Created => "created",
            Self::Modified => "modified",
        }
    }
}

impl Dir {
    /// Its name in URLs.
    pub fn name(self) -> &'static str {
        match self {
            Self::Asc => "asc",
            Self::Desc => "desc",
        }
    }

    /// The other way.
    pub fn reversed(self) -> Self {
        match self {
            Self::Asc => Self::Desc,
            Self::Desc => Self::Asc,
        }
    }
}

impl Default for Query {
    fn default() -> Self {
        Self {
            kind: None,
            q: String::new(),
            sort: Sort::Name,
            dir: Dir::Asc,
            page: 1,
            per_page: DEFAULT_PER_PAGE,
        }
    }
}

impl Query {
    /// Reads a query string. `kinds` are the types there can be. Empty values count as not given, and
    /// unknown names are somebody else's.
    pub fn parse(query: &str, kinds: &[&str]) -> Result<Self, BadQuery> {
        let mut parsed = Self::default();
        for (name, value) in url::form_urlencoded::parse(query.as_bytes()) {
            if !value.trim().is_empty() {
                parsed.read(&name, value.trim(), kinds)?;
            }
        }
        Ok(parsed)
    }

    fn read(&mut self, name: &str, value: &str, kinds: &[&str]) -> Result<(), BadQuery> {
        match name {
            "type" => {
                let kind = kinds.iter().find(|kind| kind.eq_ignore_ascii_case(value));
                let kind = kind.ok_or_else(|| bad("type", value, kinds.join(", ")))?;
                self.kind = Some((*kind).to_owned());
            }
            "q" => {
                if value.chars().count() > MAX_Q {
                    return Err(bad(
                        "q",
                        value,
                        format!("a text of up to {MAX_Q} characters"),
                    ));
                }
                self.q = value.to_owned();
            }
            "sort" => self.sort = one_of("sort", value, &Sort::ALL, Sort::name)?,
            "dir" => self.dir = one_of("dir", value, &[Dir::Asc, Dir::Desc], Dir::name)?,
            "page" => self.page = number("page", value, MAX_PAGE)?,
            "per_page" => self.per_page = number("per_page", value, MAX_PER_PAGE)?,
            _ => {}
        }
        Ok(())
    }

    /// The query string of this selection, without what is as usual. Empty, or beginning with `?`.
    pub fn to_url(&self) -> String {
        let usual = Self::default();
        let mut text = url::form_urlencoded::Serializer::new(String::new());
        if let Some(kind) = &self.kind {
            text.append_pair("type", kind);
        }
        if !self.q.is_empty() {
            text.append_pair("q", &self.q);
        }
        if (self.sort, self.dir) != (usual.sort, usual.dir) {
            text.append_pair("sort", self.sort.name())
                .append_pair("dir", self.dir.name());
        }
        if self.page != usual.page {
            text.append_pair("page", &self.page.to_string());
        }
        if self.per_page != usual.per_page {
            text.append_pair("per_page", &self.per_page.to_string());
        }
        let text = text.finish();
        if text.is_empty() {
            text
        } else {
            format!("?{text}")
        }
    }

    /// The whole selection: the same without a page.
    #[must_use]
    pub fn whole(&self) -> Self {
        let (page, per_page) = (1, DEFAULT_PER_PAGE);
        Self {
            page,
            per_page,
            ..self.clone()
        }
    }

    /// The index of the first row of the page.
    pub fn offset(&self) -> u64 {
        u64::from(self.page.saturating_sub(1)) * u64::from(self.per_page)
    }

    /// The text filter as it is compared; empty where it filters nothing.
    pub fn needle(&self) -> String {
        fold(&self.q)
    }

    /// Whether it is narrower than everything.
    pub fn is_filtered(&self) -> bool {
        self.kind.is_some() || !self.q.is_empty()
    }
}

fn one_of<T: Copy>(
    name: &'static str,
    value: &str,
    all: &[T],
    of: fn(T) -> &'static str,
) -> Result<T, BadQuery> {
    let names = || {
        all.iter()
            .map(|one| of(*one))
            .collect::<Vec<_>>()
            .join(", ")
    };
    all.iter()
        .copied()
        .find(|one| of(*one) == value)
        .ok_or_else(|| bad(name, value, names()))
}

fn number(name: &'static str, value: &str, most: u32) -> Result<u32, BadQuery> {
    value
        .parse()
        .ok()
        .filter(|number| (1..=most).contains(number))
        .ok_or_else(|| bad(name, value, format!("a number from 1 to {most}")))
}

fn bad(name: &'static str, value: &str, possible: impl fmt::Display) -> BadQuery {
    BadQuery {
        name,
        value: value.chars().take(40).collect(),
        possible: possible.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const KINDS: &[&str] = &["Contact", "Company"];

    #[test]
    fn what_is_not_said_is_as_usual() {
        assert_eq!(Query::parse("", KINDS), Ok(Query::default()));
        assert_eq!(
            Query::parse("type=&q=+&page=&other=1", KINDS),
            Ok(Query::default())
        );
    }

    #[test]
    fn nonsense_is_answered_with_what_is_possible() {
        for (query, name) in [
            ("type=Page", "type"),
            ("sort=color", "sort"),
            ("dir=up", "dir"),
            ("page=0", "page"),
            ("page=-1", "page"),
            ("page=x", "page"),
            ("per_page=501", "per_page"),
            ("per_page=99999999999", "per_page"),
        ] {
            assert_eq!(
                Query::parse(query, KINDS).map_err(|bad| bad.name),
                Err(name),
                "{query}"
            );
        }
        let error = Query::parse("sort=color", KINDS).expect_err("bad");
        assert!(
            error
                .to_string()
                .contains("name, type, parent, created, modified")
        );
    }

    proptest! {
        #[test]
        fn the_url_says_it_all(
            q in "[^\\s]{0,20}", kind in prop::option::of(prop::sample::select(KINDS)),
            sort in prop::sample::select(&Sort::ALL[..]), desc in any::<bool>(),
            page in 1u32..1000, per_page in 1u32..=500,
        ) {
            let query = Query {
                kind: kind.map(str::to_owned),
                q: q.trim().to_owned(),
                sort,
                dir: if desc { Dir::Desc } else { Dir::Asc },
                page,
                per_page,
            };
            let url = query.to_url();
            prop_assert_eq!(Query::parse(url.trim_start_matches('?'), KINDS), Ok(query));
        }

        #[test]
        fn no_query_string_panics(query in ".{0,200}") {
            let _ = Query::parse(&query, KINDS);
        }
    }
}
