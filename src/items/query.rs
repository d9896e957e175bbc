//! What somebody wants to see of the items, as it stands in the URL.

mod choices;
mod values;

use super::fold::fold;
use values::{known, number, one_of, saturated, text};

pub use choices::{Dir, Order, Sort, View};
pub use values::BadQuery;

/// Rows a page unless asked otherwise.
pub const DEFAULT_PER_PAGE: u32 = 50;
/// Most rows a page.
pub const MAX_PER_PAGE: u32 = 500;
/// Longest text filter, in characters.
const MAX_Q: usize = 200;
/// Longest id of what items lie in that an address can say, in characters.
pub const MAX_ID: usize = 200;
/// Page numbers beyond this count as this: no selection has so many pages.
const MAX_PAGE: u32 = 10_000_000;

/// A selection of items.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Query {
    /// Only items of this provider.
    pub provider: Option<String>,
    /// Only items of this type.
    pub kind: Option<String>,
    /// Only items that lie right in the one with this id.
    pub parent_id: Option<String>,
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
    /// As what they are shown.
    pub view: View,
}

impl Default for Query {
    fn default() -> Self {
        Self {
            provider: None,
            kind: None,
            parent_id: None,
            q: String::new(),
            sort: Sort::Name,
            dir: Dir::Asc,
            page: 1,
            per_page: DEFAULT_PER_PAGE,
            view: View::Table,
        }
    }
}

impl Query {
    /// Reads a query string. `kinds` are the types there can be, `providers` those to choose from; where there are
    /// none, nobody chooses, and the parameter is somebody else's. Empty values count as not given, and so do
    /// unknown names.
    pub fn parse(query: &str, kinds: &[&str], providers: &[&str]) -> Result<Self, BadQuery> {
        let mut parsed = Self::default();
        for (name, value) in url::form_urlencoded::parse(query.as_bytes()) {
            if !value.trim().is_empty() {
                parsed.read(&name, value.trim(), kinds, providers)?;
            }
        }
        Ok(parsed)
    }

    fn read(
        &mut self,
        name: &str,
        value: &str,
        kinds: &[&str],
        providers: &[&str],
    ) -> Result<(), BadQuery> {
        match name {
            "provider" if !providers.is_empty() => {
                self.provider = Some(known("provider", value, providers)?);
            }
            "type" => self.kind = Some(known("type", value, kinds)?),
            "parent_id" => self.parent_id = Some(text("parent_id", value, MAX_ID)?),
            "q" => self.q = text("q", value, MAX_Q)?,
            "sort" => self.sort = one_of("sort", value, &Sort::ALL, Sort::name)?,
            "dir" => self.dir = one_of("dir", value, &[Dir::Asc, Dir::Desc], Dir::name)?,
            "page" => self.page = saturated("page", value, MAX_PAGE)?,
            "per_page" => self.per_page = number("per_page", value, MAX_PER_PAGE)?,
            "view" => self.view = one_of("view", value, &[View::Table, View::Json], View::name)?,
            _ => {}
        }
        Ok(())
    }

    /// The query string of this selection, without what is as usual. Empty, or beginning with `?`.
    pub fn to_url(&self) -> String {
        let mut text = url::form_urlencoded::Serializer::new(String::new());
        for (name, value) in self.unusual() {
            text.append_pair(name, &value);
        }
        let text = text.finish();
        if text.is_empty() {
            text
        } else {
            format!("?{text}")
        }
    }

    /// The parameters that are not as usual.
    fn unusual(&self) -> impl Iterator<Item = (&'static str, String)> {
        let usual = Self::default();
        let text = |name, value: &Option<String>| Some((name, value.clone()?));
        let unless = |usual: bool, name, value: String| (!usual).then_some((name, value));
        let sorted = (self.sort, self.dir) == (usual.sort, usual.dir);
        let (page, per_page) = (self.page, self.per_page);
        let all = [
            text("provider", &self.provider),
            text("type", &self.kind),
            text("parent_id", &self.parent_id),
            unless(self.q.is_empty(), "q", self.q.clone()),
            unless(sorted, "sort", self.sort.name().to_owned()),
            unless(sorted, "dir", self.dir.name().to_owned()),
            unless(page == usual.page, "page", page.to_string()),
            unless(per_page == usual.per_page, "per_page", per_page.to_string()),
            unless(self.view == usual.view, "view", self.view.name().to_owned()),
        ];
        all.into_iter().flatten()
    }

    /// The whole selection: the same without a page, whatever it is shown as.
    #[must_use]
    pub fn whole(&self) -> Self {
        let (page, per_page) = (1, DEFAULT_PER_PAGE);
        Self {
            page,
            per_page,
            view: View::Table,
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
        let chosen = [&self.provider, &self.kind, &self.parent_id];
        chosen.iter().any(|one| one.is_some()) || !self.q.is_empty()
    }
}

#[cfg(test)]
mod tests;
