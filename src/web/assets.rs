//! Static files, part of the program, under names that change with their content.

use std::sync::LazyLock;

use actix_web::http::header::{CACHE_CONTROL, CONTENT_TYPE, VARY};
use actix_web::{HttpResponse, web};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};

use super::error::PageError;
use crate::error::{Failure, Kind};

struct Asset {
    /// By which pages ask for it.
    name: &'static str,
    /// The name in its address, with part of its content's hash.
    hashed: String,
    kind: &'static str,
    bytes: &'static [u8],
}

static ASSETS: LazyLock<Vec<Asset>> = LazyLock::new(|| {
    vec![
        asset(
            "app.css",
            "text/css; charset=utf-8",
            include_bytes!("../../static/app.css"),
        ),
        asset(
            "htmx.js",
            "text/javascript; charset=utf-8",
            include_bytes!("../../static/vendor/htmx-4.0.1.min.js"),
        ),
        asset(
            "keys.js",
            "text/javascript; charset=utf-8",
            include_bytes!("../../static/keys.js"),
        ),
        asset(
            "popup.js",
            "text/javascript; charset=utf-8",
            include_bytes!("../../static/popup.js"),
        ),
        asset(
            "once.js",
            "text/javascript; charset=utf-8",
            include_bytes!("../../static/once.js"),
        ),
        asset(
            "api-keys.js",
            "text/javascript; charset=utf-8",
            include_bytes!("../../static/api-keys.js"),
        ),
        asset(
            "mark.svg",
            "image/svg+xml",
            include_bytes!("../../static/mark.svg"),
        ),
    ]
});

fn asset(name: &'static str, kind: &'static str, bytes: &'static [u8]) -> Asset {
    let hash = Sha256::digest(bytes);
    let hash = URL_SAFE_NO_PAD.encode(&hash[..9]);
    let hashed = match name.rsplit_once('.') {
        Some((stem, ending)) => format!("{stem}.{hash}.{ending}"),
        None => format!("{name}.{hash}"),
    };
    Asset {
        name,
        hashed,
        kind,
        bytes,
    }
}

/// The address of a file.
pub fn address(name: &str) -> String {
    let asset = ASSETS.iter().find(|asset| asset.name == name);
    format!("/static/{}", asset.map_or(name, |asset| &asset.hashed))
}

/// A file. Its address changes with its content, so it may be kept for good.
pub async fn show(name: web::Path<String>) -> Result<HttpResponse, PageError> {
    let asset = ASSETS.iter().find(|asset| asset.hashed == *name);
    let asset = asset.ok_or_else(|| Failure::of(Kind::NotFound))?;
    Ok(answer(asset, "public, max-age=31536000, immutable"))
}

/// The mark, for browsers that ask for it by its old name.
pub async fn favicon() -> Result<HttpResponse, PageError> {
    let asset = ASSETS.iter().find(|asset| asset.name == "mark.svg");
    let asset = asset.ok_or_else(|| Failure::of(Kind::NotFound))?;
    Ok(answer(asset, "public, max-age=86400"))
}

fn answer(asset: &Asset, keep: &'static str) -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, asset.kind))
        .insert_header((CACHE_CONTROL, keep))
        .insert_header((VARY, "Accept-Encoding"))
        .body(asset.bytes)
}
