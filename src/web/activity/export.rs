//! `GET /activity.csv`: all of the trail that is asked for, as a table.

use actix_web::http::Method;
use actix_web::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use actix_web::web::{self, Bytes};
use actix_web::{HttpRequest, HttpResponse};
use futures_util::stream::{self, Stream};

use super::{filter, sight};
use crate::activity::{Action, Activity, Entry, Filter, Sight, table};
use crate::error::Failure;
use crate::identity::Limit;
use crate::web::error::PageError;
use crate::web::limits;
use crate::web::session::SignedIn;
use crate::web::site::Site;

/// Entries of a piece of the file.
const PIECE: usize = 1_000;
const MEDIA_TYPE: &str = "text/csv; charset=utf-8; header=present";

/// The same parameters as the page's.
pub async fn show(
    request: HttpRequest,
    site: web::Data<Site>,
    who: SignedIn,
) -> Result<HttpResponse, PageError> {
    let mut asked = Asked {
        activity: site.activity.clone(),
        org: who.owner.org.clone(),
        sight: sight(&who),
        filter: filter(&site, request.query_string())?.behind(None),
        begun: false,
        request: who.peer.request.clone().unwrap_or_default(),
    };
    let name = format!("activity-{}.csv", site.clock.now().strftime("%Y-%m-%d"));
    let mut answer = HttpResponse::Ok();
    answer
        .insert_header((CONTENT_TYPE, MEDIA_TYPE))
        .insert_header((
            CONTENT_DISPOSITION,
            format!("attachment; filename=\"{name}\""),
        ));
    if request.method() == Method::HEAD {
        return Ok(answer.finish());
    }
    limits::by(&site, Limit::EXPORT, &who.owner.counted_as()).await?;
    limits::by_address(&site, &request, Limit::EXPORT_ADDRESS).await?;
    // Before the answer begins, so that what cannot be read is a page.
    let (first, more) = asked.piece().await?;
    let entry = Entry::of(&who.by(), &who.owner, Action::Exported);
    site.activity.note(&entry.about(&name)).await;
    let rest = more.then_some(asked).map(rest);
    let pieces = stream::iter([Ok(first)]);
    Ok(match rest {
        Some(rest) => answer.streaming(stream::StreamExt::chain(pieces, rest)),
        None => answer.streaming(pieces),
    })
}

/// A file that was asked for, and how far it is made.
struct Asked {
    activity: Activity,
    org: String,
    sight: Sight,
    filter: Filter,
    begun: bool,
    /// The request's id, for the log.
    request: String,
}

impl Asked {
    /// The next piece, and whether one follows.
    async fn piece(&mut self) -> Result<(Bytes, bool), Failure> {
        loop {
            let (org, filter) = (&self.org, &self.filter);
            let page = self.activity.page(org, &self.sight, filter, PIECE).await?;
            let rows = table(&page.entries, !self.begun).map_err(Failure::internal)?;
            self.begun = true;
            self.filter.before = page.next;
            // A piece of nothing would be taken for the end.
            if !rows.is_empty() || page.next.is_none() {
                return Ok((rows.into(), page.next.is_some()));
            }
        }
    }
}

/// All further pieces. After a failure the connection is closed without an end, which every client notices.
fn rest(asked: Asked) -> impl Stream<Item = Result<Bytes, Failure>> {
    stream::try_unfold(Some(asked), |asked| async {
        let Some(mut asked) = asked else {
            return Ok(None);
        };
        let piece = asked.piece().await;
        let (piece, more) = piece.inspect_err(|error| error.log(&asked.request))?;
        Ok(Some((piece, more.then_some(asked))))
    })
}
