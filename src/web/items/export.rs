//! `GET /connections/{provider}/items.csv`, `.json`, `.ndjson`, and the same of `/items`: the whole selection as a
//! download.

use actix_web::http::Method;
use actix_web::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use actix_web::web::{self, Bytes};
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder};
use futures_util::stream;
use jiff::Timestamp;

use super::{index, reading};
use crate::activity::{Action, Entry};
use crate::error::{Failure, Kind};
use crate::identity::Limit;
use crate::items::{Format, Query};
use crate::load::{BrokenOff, Download, LoadError, Shown};
use crate::providers::Profile;
use crate::web::connections::{profile, query};
use crate::web::error::PageError;
use crate::web::limits;
use crate::web::session::SignedIn;
use crate::web::site::Site;

/// `GET /connections/{provider}/items.{format}`
pub async fn show(
    request: HttpRequest,
    site: web::Data<Site>,
    who: SignedIn,
    path: web::Path<(String, String)>,
) -> Result<HttpResponse, PageError> {
    let (id, format) = path.into_inner();
    let profile = profile(&site, &id)?;
    let query = query(&request, profile)?;
    let name = of_one(profile, &query);
    let asked = Asked::new(vec![profile], query, &format, name)?;
    asked.answer(&request, &site, &who).await
}

/// `GET /items.{format}`
pub async fn show_all(
    request: HttpRequest,
    site: web::Data<Site>,
    who: SignedIn,
    format: web::Path<String>,
) -> Result<HttpResponse, PageError> {
    let query = index::query(&request, &site)?;
    let chosen = |profile: &&Profile| {
        let provider = query.provider.as_deref();
        provider.is_none_or(|provider| provider == profile.id)
    };
    // What cannot be read of a provider that is not wanted does not matter.
    let profiles = site.connections.profiles().filter(chosen).collect();
    let asked = Asked::new(profiles, query, &format, "items".to_owned())?;
    asked.answer(&request, &site, &who).await
}

/// A download that was asked for.
struct Asked {
    /// Of which providers.
    profiles: Vec<&'static Profile>,
    query: Query,
    format: Format,
    /// The file's name, without the day of the load and without its ending.
    name: String,
}

impl Asked {
    fn new(
        profiles: Vec<&'static Profile>,
        query: Query,
        format: &str,
        name: String,
    ) -> Result<Self, PageError> {
        let format = Format::named(format).ok_or_else(|| Failure::of(Kind::NotFound))?;
        Ok(Self {
            profiles,
            query,
            format,
            name,
        })
    }

    async fn answer(
        &self,
        request: &HttpRequest,
        site: &Site,
        who: &SignedIn,
    ) -> Result<HttpResponse, PageError> {
        limits::by(site, Limit::EXPORT, &who.owner.counted_as()).await?;
        limits::by_address(site, request, Limit::EXPORT_ADDRESS).await?;
        let shown = self.shown(site, who).await?;
        if request.method() == Method::HEAD {
            return Ok(self.head(&shown).finish());
        }
        let (shown, download) = self.begin(site, who, shown).await?;
        self.note(site, who, &shown).await;
        Ok(self.head(&shown).streaming(pieces(download)))
    }

    /// Notes in the trail which file was taken away.
    async fn note(&self, site: &Site, who: &SignedIn, shown: &[Shown]) {
        let entry = Entry::of(&who.by(), &who.owner, Action::Exported);
        let entry = entry.about(&self.file_name(shown));
        let entry = match &self.profiles[..] {
            [profile] => entry.at(profile.id),
            _ => entry,
        };
        site.activity.note(&entry).await;
    }

    fn file_name(&self, shown: &[Shown]) -> String {
        file_name(&self.name, loaded(shown), self.format)
    }

    /// The head of the answer.
    fn head(&self, shown: &[Shown]) -> HttpResponseBuilder {
        let name = self.file_name(shown);
        let mut answer = HttpResponse::Ok();
        answer
            .insert_header((CONTENT_TYPE, self.format.media_type()))
            .insert_header((
                CONTENT_DISPOSITION,
                format!("attachment; filename=\"{name}\""),
            ));
        answer
    }

    async fn begin(
        &self,
        site: &Site,
        who: &SignedIn,
        mut shown: Vec<Shown>,
    ) -> Result<(Vec<Shown>, Download), PageError> {
        let (loads, owner) = (&site.loads, &who.owner);
        reading::keep(site, who, &shown).await;
        let export = async |of: &[Shown]| loads.export(owner, of, &self.query, self.format).await;
        let mut begun = export(&shown).await;
        if matches!(begun, Err(LoadError::Gone)) {
            // Most likely a newer load has just taken a snapshot's place.
            shown = self.shown(site, who).await?;
            begun = export(&shown).await;
        }
        match begun {
            Ok(download) => Ok((shown, download)),
            Err(error) => Err(unreadable(error).into()),
        }
    }

    /// The snapshots, at least one.
    async fn shown(&self, site: &Site, who: &SignedIn) -> Result<Vec<Shown>, PageError> {
        let mut shown = Vec::new();
        for profile in &self.profiles {
            let load = site.loads.snapshot(&who.owner, profile.id).await?;
            shown.extend(load.map(|load| Shown {
                provider: profile.id.to_owned(),
                load,
            }));
        }
        match shown.is_empty() {
            true => Err(nothing_loaded().into()),
            false => Ok(shown),
        }
    }
}

/// The pieces of the file. After a failure the connection is closed without an end, which every client notices.
fn pieces(download: Download) -> impl stream::Stream<Item = Result<Bytes, BrokenOff>> {
    stream::unfold(download, |mut download| async {
        let piece = download.next().await?;
        Some((piece.map(Bytes::from), download))
    })
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

/// `sample-contacts`: the provider, and the type if one is chosen.
fn of_one(profile: &Profile, query: &Query) -> String {
    let mut kinds = profile.kinds();
    match kinds.find(|kind| query.kind.as_deref() == Some(kind.id)) {
        Some(kind) => format!(
            "{}-{}",
            profile.id,
            kind.title.to_lowercase().replace(' ', "-")
        ),
        None => profile.id.to_owned(),
    }
}

/// When the newest of some snapshots was loaded.
fn loaded(shown: &[Shown]) -> Option<Timestamp> {
    let times = shown.iter().map(|one| &one.load);
    times
        .map(|load| load.ended_at.unwrap_or(load.started_at))
        .max()
}

/// `items-2026-11-20.csv`
fn file_name(name: &str, loaded: Option<Timestamp>, format: Format) -> String {
    let day = loaded.map(|at| at.strftime("-%Y-%m-%d").to_string());
    format!("{name}{}.{}", day.unwrap_or_default(), format.name())
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
