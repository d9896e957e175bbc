//! What a listing asks for, checked. All pages of a listing must ask the same.

use serde_json::{Map, Value};

use super::asked::Asked;
use crate::sandbox::airtable::{data::Table, failure::Failure};

const MOST_ON_A_PAGE: u64 = 100;

/// The parameters of a listing.
const MANY: [&str; 13] = [
    "pageSize",
    "maxRecords",
    "offset",
    "view",
    "sort",
    "filterByFormula",
    "fields",
    "recordMetadata",
    "cellFormat",
    "returnFieldsByFieldId",
    "includeDateDependencyMetadata",
    "timeZone",
    "userLocale",
];
/// Those of a single record.
pub const ONE: [&str; 5] = [
    "cellFormat",
    "returnFieldsByFieldId",
    "includeDateDependencyMetadata",
    "timeZone",
    "userLocale",
];

/// How records are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Look {
    by_id: bool,
    dependencies: bool,
}

/// One listing's wishes. Fields and views are named by their place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Query {
    pub page_size: usize,
    pub max_records: Option<usize>,
    /// Every how manieth record the view shows; `None` without a view.
    pub view: Option<u32>,
    /// Fields to sort by, and whether downwards.
    pub sort: Vec<(u32, bool)>,
    pub fields: Option<Vec<u32>>,
    pub comments: bool,
    look: Look,
}

impl Look {
    /// # Errors
    ///
    /// 422 for what is not in `known`, or of a wrong type, or for cells as text, which are not offered.
    pub fn read(asked: &Asked, known: &[&str]) -> Result<Self, Failure> {
        asked.knows_only(known)?;
        if asked
            .text("cellFormat")?
            .is_some_and(|format| format != "json")
        {
            return Err(Failure::bad_parameter());
        }
        Ok(Self {
            by_id: asked.flag("returnFieldsByFieldId")?,
            dependencies: asked.flag("includeDateDependencyMetadata")?,
        })
    }
}

impl Query {
    /// # Errors
    ///
    /// 422 in the form that the first problem has.
    pub fn read(asked: &Asked, table: Table) -> Result<Self, Failure> {
        let look = Look::read(asked, &MANY)?;
        let formula = asked.text("filterByFormula")?.unwrap_or_default();
        if !formula.is_empty() {
            return Err(Failure::not_in_sandbox("filterByFormula"));
        }
        let fields = asked.texts("fields")?;
        let fields = fields.map(|names| names.into_iter().map(|name| place(table, name)).collect());
        let sort = asked.objects("sort")?.into_iter();
        Ok(Self {
            page_size: page_size(asked)?,
            max_records: max_records(asked)?,
            view: view(asked, table)?,
            sort: sort
                .map(|one| sorted_by(table, one))
                .collect::<Result<_, _>>()?,
            fields: fields.transpose()?,
            comments: comments(asked)?,
            look,
        })
    }

    /// What a single record is asked for with.
    pub fn of_one(look: Look) -> Self {
        Self {
            page_size: 1,
            max_records: None,
            view: None,
            sort: Vec::new(),
            fields: None,
            comments: false,
            look,
        }
    }

    /// Whether fields are named by their ids.
    pub fn by_id(&self) -> bool {
        self.look.by_id
    }

    /// Whether links are objects.
    pub fn dependencies(&self) -> bool {
        self.look.dependencies
    }
}

fn page_size(asked: &Asked) -> Result<usize, Failure> {
    let size = asked.number("pageSize")?.unwrap_or(MOST_ON_A_PAGE);
    let size = Some(size).filter(|size| (1..=MOST_ON_A_PAGE).contains(size));
    size.and_then(|size| usize::try_from(size).ok())
        .ok_or_else(Failure::bad_parameter)
}

fn max_records(asked: &Asked) -> Result<Option<usize>, Failure> {
    let most = asked.number("maxRecords")?.map(|most| {
        let most = usize::try_from(most).ok().filter(|most| *most > 0);
        most.ok_or_else(Failure::bad_parameter)
    });
    most.transpose()
}

fn view(asked: &Asked, table: Table) -> Result<Option<u32>, Failure> {
    let Some(name) = asked.text("view")?.filter(|name| !name.is_empty()) else {
        return Ok(None);
    };
    let mut views = table.views().into_iter();
    let view = views.find(|view| view.name == name || view.id() == name);
    let view = view.ok_or_else(|| Failure::unknown_view(name))?;
    Ok(Some(view.stride()))
}

fn sorted_by(table: Table, one: &Map<String, Value>) -> Result<(u32, bool), Failure> {
    let known = ["field", "direction"];
    let field = one.get("field").and_then(Value::as_str);
    let (Some(field), true) = (field, one.keys().all(|name| known.contains(&name.as_str()))) else {
        return Err(Failure::bad_parameter());
    };
    let is_descending = match one.get("direction").map(Value::as_str) {
        None | Some(Some("asc")) => false,
        Some(Some("desc")) => true,
        _ => return Err(Failure::bad_parameter()),
    };
    Ok((place(table, field)?, is_descending))
}

fn comments(asked: &Asked) -> Result<bool, Failure> {
    match asked.texts("recordMetadata")?.as_deref() {
        None | Some([]) => Ok(false),
        Some(["commentCount"]) => Ok(true),
        Some(_) => Err(Failure::bad_parameter()),
    }
}

/// The place of the field with this name or id.
fn place(table: Table, named: &str) -> Result<u32, Failure> {
    let field = table.field(named);
    let field = field.ok_or_else(|| Failure::unknown_field(named))?;
    Ok(field.index)
}
