//! `GET /activity`: what was done to one's connections.

use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;

use super::error::PageError;
use super::frame::Frame;
use super::page::html;
use super::session::SignedIn;
use super::site::Site;
use super::words::When;
use crate::activity::{Action, Actor, Noted};

/// Entries that the page shows.
const SHOWN: usize = 200;

#[derive(Template)]
#[template(path = "activity.html")]
struct ActivityPage {
    frame: Frame,
    rows: Vec<Row>,
    shown: usize,
}

struct Row {
    when: When,
    what: &'static str,
    provider: String,
    /// `None` for Patchbay itself.
    by: Option<String>,
}

pub async fn show(
    request: HttpRequest,
    site: web::Data<Site>,
    who: SignedIn,
) -> Result<HttpResponse, PageError> {
    let noted = site.activity.of(&who.owner, SHOWN).await?;
    let rows = noted.into_iter().map(|noted| row(&site, noted));
    let page = ActivityPage {
        rows: rows.collect(),
        shown: SHOWN,
        frame: Frame::new(&site, &who, "activity"),
    };
    Ok(html(&request, page))
}

fn row(site: &Site, noted: Noted) -> Row {
    let id = &noted.entry.provider;
    let known = site.connections.profile(id);
    Row {
        when: When::new(noted.at, site.clock.now()),
        what: words(noted.entry.action),
        provider: known.map_or_else(|| id.clone(), |profile| profile.name.to_owned()),
        by: match noted.entry.actor {
            Actor::User(user) => Some(user),
            Actor::Patchbay => None,
        },
    }
}

fn words(action: Action) -> &'static str {
    match action {
        Action::Connected => "Connected",
        Action::Reconnected => "Reconnected",
        Action::Replaced => "Reconnected as another account",
        Action::Disconnected => "Disconnected",
        Action::Forgotten => "Forgotten: nobody had used it for long",
        Action::ContactCreated => "Contact created",
        Action::ContactChanged => "Contact changed",
        Action::ContactDeleted => "Contact deleted",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::web::samples::{frame, keep, minutes, now};

    #[test]
    fn samples_of_the_trail_render() {
        let row = |what, by: Option<&str>| Row {
            when: When::new(minutes(-3), now()),
            what: words(what),
            provider: "Sample".to_owned(),
            by: by.map(str::to_owned),
        };
        let rows = vec![
            row(Action::Connected, Some("ada@example.com")),
            row(Action::Forgotten, None),
        ];
        for (name, rows) in [("none", Vec::new()), ("some", rows)] {
            let page = ActivityPage {
                frame: frame("activity"),
                rows,
                shown: SHOWN,
            };
            keep(&format!("activity {name}"), &page.render().expect("a page"));
        }
    }
}
