//! A page.

use serde_json::{Value, json};

use super::{archived, icon, iso, parent, properties, url, user};
use crate::sandbox::notion::{
    data::{Id, Odd, Page},
    version::Version,
    workspaces,
};

/// The page as this version writes it.
pub fn page(page: Page, version: Version) -> Value {
    let odd = page.odd();
    if odd == Some(Odd::Partial) {
        return json!({ "object": "page", "id": page.id() });
    }
    let mut object = json!({
        "object": "page",
        "id": page.id(),
        "created_time": iso(page.created()),
        "last_edited_time": iso(page.edited()),
        "created_by": user(workspaces::person()),
        "last_edited_by": user(editor(page)),
        "cover": icon::cover(page.draw(10)),
        "icon": icon::icon(page.space, page.draw(11)),
        "parent": parent(page.space, page.parent(), version),
        "in_trash": page.is_trashed(),
        "is_archived": false,
        "is_locked": page.draw(12).is_multiple_of(13),
        "properties": properties::values(page),
        "url": url(&page.title().text(), page.id()),
        "public_url": public_url(page),
    });
    archived(&mut object, page.is_trashed(), version);
    if let Some(odd) = odd {
        bend(&mut object, page, odd);
    }
    object
}

/// What is awkward beyond the title and the parent.
fn bend(object: &mut Value, page: Page, odd: Odd) {
    let id = page.id().simple();
    match odd {
        Odd::NoCreator => {
            if let Some(object) = object.as_object_mut() {
                object.remove("created_by");
                object.remove("last_edited_by");
            }
        }
        Odd::NoTitleType => without_type(object),
        Odd::NoTitleProperty => object["properties"] = json!({}),
        Odd::UnknownKeys => {
            // The first of these was recorded.
            object["developer_survey"] = "https://example.com/survey".into();
            object["orbit"] = json!({ "nested": [1, null] });
        }
        Odd::ScriptUrl => object["url"] = "javascript:alert(document.cookie)".into(),
        Odd::HttpUrl => object["url"] = format!("http://app.notion.com/p/{id}").into(),
        _ => {}
    }
}

/// The title then is known by its id alone.
fn without_type(object: &mut Value) {
    let values = object["properties"].as_object_mut();
    for value in values.into_iter().flat_map(|values| values.values_mut()) {
        if let Some(value) = value.as_object_mut()
            && value.get("id").is_some_and(|id| id == "title")
        {
            value.remove("type");
        }
    }
}

fn editor(page: Page) -> Id {
    if page.draw(13).is_multiple_of(3) {
        page.space.workspace.bot()
    } else {
        workspaces::person()
    }
}

fn public_url(page: Page) -> Option<String> {
    let is_public = page.draw(14).is_multiple_of(17);
    is_public.then(|| format!("https://sample.example.com/{}", page.id().simple()))
}
