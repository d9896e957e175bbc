//! `GET /connections/{provider}/items.csv`, `.json`, `.ndjson`: the whole selection as a download.

use actix_web::http::Method;
use actix_web::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use actix_web::web::{self, Bytes};
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder};
use futures_util::stream;

use super::{profile, show};
use crate::error::{Failure, Kind};
use crate::items::{Format, Query};
use crate::load::{BrokenOff, Download, Load, LoadError, Shown};
use crate::providers::Profile;
use crate::web::error::PageError;
use crate::web::session::SignedIn;
use crate::web::site::Site;

pub async fn show(
    request: HttpRequest,
    site: web::Data<Site>,
    who: SignedIn,
    path: web::Path<(String, String)>,
) -> Result<HttpResponse, PageError> {
    let (id, format) = path.into_inner();
    let profile = profile(&site, &id)?;
    let format = Format::named(&format).ok_or_else(|| Failure::of(Kind::NotFound))?;
    let query = show::query(&request, profile)?;
    let snapshot = snapshot(&site, &who, profile).await?;
    if request.method() == Method::HEAD {
        return Ok(answer(profile, &snapshot, &query, format).finish());
    }
    let (snapshot, download) = begin(&site, &who, profile, snapshot, &query, format).await?;
    Ok(answer(profile, &snapshot, &query, format).streaming(pieces(download)))
}

/// The head of the answer.
fn answer(
    profile: &Profile,
    snapshot: &Load,
    query: &Query,
    format: Format,
) -> HttpResponseBuilder {
    let name = file_name(profile, snapshot, query, format);
    let mut answer = HttpResponse::Ok();
    answer
        .insert_header((CONTENT_TYPE, format.media_type()))
        .insert_header((
            CONTENT_DISPOSITION,
            format!("attachment; filename=\"{name}\""),
        ));
    answer
}

/// The pieces of the file. After a failure the connection is closed without an end, which every client notices.
fn pieces(download: Download) -> impl stream::Stream<Item = Result<Bytes, BrokenOff>> {
    stream::unfold(download, |mut download| async {
        let piece = download.next().await?;
        Some((piece.map(Bytes::from), download))
    })
}

async fn begin(
    site: &Site,
    who: &SignedIn,
    profile: &Profile,
    mut snapshot: Load,
    query: &Query,
    format: Format,
) -> Result<(Load, Download), PageError> {
    let (loads, owner) = (&site.loads, &who.owner);
    loads.keep(owner, profile.id, &snapshot).await?;
    let export = async |of: &Load| {
        let shown = Shown {
            provider: profile.id.to_owned(),
            load: of.clone(),
        };
        loads.export(owner, &[shown], query, format).await
    };
    let mut begun = export(&snapshot).await;
    if matches!(begun, Err(LoadError::Gone)) {
        // Most likely a newer load has just taken this one's place.
        snapshot = self::snapshot(site, who, profile).await?;
        begun = export(&snapshot).await;
    }
    match begun {
        Ok(download) => Ok((snapshot, download)),
        Err(error) => Err(unreadable(error).into()),
    }
}

async fn snapshot(site: &Site, who: &SignedIn, profile: &Profile) -> Result<Load, PageError> {
    let snapshot = site.loads.snapshot(&who.owner, profile.id).await?;
    Ok(snapshot.ok_or_else(nothing_loaded)?)
}

fn nothing_loaded() -> Failure {
    Failure::new(
        Kind::NotFound,
        "Nothing has been loaded yet",
        "Load items first; then they can be exported.",
    )
}

/// What the page of the connection says of items that cannot be read.
fn unreadable(error: LoadError) -> Failure {
    match error {
        LoadError::Gone | LoadError::Cipher(_) => Failure::new(
            Kind::Internal,
            "The loaded items cannot be read",
            "Their encryption key is not in this Patchbay's key ring, or they are gone. Load them anew.",
        )
        .because(error),
        other => other.into(),
    }
}

/// `hubspot-contacts-2026-11-20.csv`: the provider, the type if one is chosen, and the day of the load.
fn file_name(profile: &Profile, snapshot: &Load, query: &Query, format: Format) -> String {
    let mut name = profile.id.to_owned();
    let chosen = profile
        .kinds()
        .find(|kind| query.kind.as_deref() == Some(kind.id));
    if let Some(kind) = chosen {
        name.push('-');
        name.push_str(&kind.title.to_lowercase().replace(' ', "-"));
    }
    let loaded = snapshot.ended_at.unwrap_or(snapshot.started_at);
    format!("{name}-{}.{}", loaded.strftime("%Y-%m-%d"), format.name())
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};
    use std::net::{SocketAddr, TcpListener, TcpStream};

    use actix_web::middleware::Compress;
    use actix_web::{App, HttpServer};
    use futures_util::StreamExt;
    use tokio::sync::Notify;

    use super::*;

    /// A file that breaks off after some bytes, and not before somebody got the first of them.
    async fn broken(begun: web::Data<Notify>) -> HttpResponse {
        let begin = stream::iter([Ok(Bytes::from(vec![b'x'; 200_000]))]);
        let end = stream::once(async move {
            begun.notified().await;
            Err(BrokenOff)
        });
        HttpResponse::Ok().streaming(begin.chain(end))
    }

    /// All bytes of an answer; tells when it has the first.
    fn answer(from: SocketAddr, encoding: &str, begun: &Notify) -> Vec<u8> {
        let mut stream = TcpStream::connect(from).expect("a connection");
        let head = "GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nAccept-Encoding:";
        write!(stream, "{head} {encoding}\r\n\r\n").expect("sent");
        let mut answer = vec![0];
        stream.read_exact(&mut answer).expect("a beginning");
        begun.notify_one();
        let _ = stream.read_to_end(&mut answer);
        answer
    }

    #[tokio::test]
    async fn a_file_that_breaks_off_is_no_whole_answer() {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let place = listener.local_addr().expect("an address");
        let begun = web::Data::new(Notify::new());
        let shared = begun.clone();
        let app = move || {
            let app = App::new().wrap(Compress::default());
            let app = app.app_data(shared.clone());
            app.default_service(web::to(broken))
        };
        let server = HttpServer::new(app).workers(1).disable_signals();
        let server = server.listen(listener).expect("a server").run();
        let handle = server.handle();
        tokio::spawn(server);
        for encoding in ["identity", "gzip", "zstd"] {
            let begun = begun.clone();
            let answer = move || answer(place, encoding, &begun);
            let answer = tokio::task::spawn_blocking(answer).await;
            let answer = answer.expect("an answer");
            assert!(answer.starts_with(b"HTTP/1.1 200"), "{encoding}");
            let last_chunk = b"0\r\n\r\n";
            assert!(!answer.ends_with(last_chunk), "{encoding}: it looks whole");
        }
        handle.stop(false).await;
    }
}
