//! `GET /docs`: the API reference, rendered from the OpenAPI document. It says nothing that is not in the program, so
//! anyone may read it.

mod fields;
mod prose;
mod view;

use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;

use super::error::PageError;
use super::frame::Frame;
use super::page::html;
use super::session::{SignedIn, Visit};
use super::site::Site;
use fields::Word;
use prose::{Piece, Prose};
use view::{Group, Object, Trouble};

#[derive(Template)]
#[template(path = "docs.html")]
struct DocsPage {
    frame: Frame,
    version: String,
    introduction: Vec<Prose>,
    groups: Vec<Group>,
    objects: Vec<Object>,
    troubles: Vec<Trouble>,
}

pub async fn show(
    request: HttpRequest,
    site: web::Data<Site>,
    visit: Visit,
    who: Option<SignedIn>,
) -> Result<HttpResponse, PageError> {
    let frame = match who {
        Some(who) => Frame::new(&site, &who, "docs"),
        None => Frame::open(&site, &visit),
    };
    let page = DocsPage::new(frame, &site.reference, &site.origin());
    Ok(html(&request, page))
}

impl DocsPage {
    fn new(frame: Frame, document: &serde_json::Value, origin: &str) -> Self {
        let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
        let introduction = text(&document["info"]["description"]);
        Self {
            version: text(&document["info"]["version"]),
            introduction: introduction.split("\n\n").map(Prose::new).collect(),
            groups: view::groups(document, origin),
            objects: view::objects(document),
            troubles: view::troubles(document),
            frame,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::reference;
    use crate::providers::Registry;
    use crate::web::samples::{frame, keep};

    #[test]
    fn samples_of_the_reference_render() {
        let url = url::Url::parse("https://patchbay.example.com").expect("a URL");
        let document = reference::document(Registry, &url);
        let mut unknown = frame("");
        unknown.owner = None;
        for (name, frame) in [("signed in", frame("docs")), ("unknown", unknown)] {
            let page = DocsPage::new(frame, &document, "https://patchbay.example.com");
            let page = page.render().expect("a page");
            for part in [
                "listItems",
                "problem-cursor-expired",
                "object-Item",
                "https://patchbay.example.com/api/v1/items",
            ] {
                assert!(page.contains(part), "{part}");
            }
            assert!(!page.contains("{url}"));
            // The list of the classic API takes two scopes at once.
            assert!(
                page.contains("scope <code>loads:write</code> and <code>items:read</code></span>")
            );
            keep(&format!("docs {name}"), &page);
        }
    }
}
