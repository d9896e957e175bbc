//! The security headers of every answer.

use actix_web::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, HeaderMap, HeaderName, HeaderValue, REFERRER_POLICY,
    STRICT_TRANSPORT_SECURITY, VARY, X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};

use super::site::Site;
use super::sso;

/// Marks an answer whose page has a Connect button: its forms lead away, to the provider.
#[derive(Clone, Copy)]
pub struct LeadsAway;

/// What of an answer decides its headers.
pub struct Answered {
    /// It is a page with a Connect button.
    pub leads_away: bool,
    /// It answers a provider's redirect.
    pub oauth: bool,
    /// It may stand in a window that a program opened, which waits until it is closed.
    pub in_window: bool,
}

/// Sets the headers.
pub fn set(headers: &mut HeaderMap, site: &Site, answered: &Answered) {
    let Answered {
        leads_away, oauth, ..
    } = *answered;
    put(headers, CONTENT_SECURITY_POLICY, &policy(site, leads_away));
    put(headers, X_CONTENT_TYPE_OPTIONS, "nosniff");
    put(headers, X_FRAME_OPTIONS, "DENY");
    // A page with `no-referrer` posts with `Origin: null`, so pages with forms use `same-origin`.
    put(
        headers,
        REFERRER_POLICY,
        if oauth { "no-referrer" } else { "same-origin" },
    );
    put(
        headers,
        HeaderName::from_static("permissions-policy"),
        PERMISSIONS,
    );
    put(
        headers,
        HeaderName::from_static("cross-origin-resource-policy"),
        "same-origin",
    );
    // With it, a window that another page opened would seem closed to that page at once.
    if !answered.in_window {
        put(
            headers,
            HeaderName::from_static("cross-origin-opener-policy"),
            "same-origin",
        );
    }
    if site.is_https() {
        put(headers, STRICT_TRANSPORT_SECURITY, "max-age=31536000");
    }
    if !headers.contains_key(CACHE_CONTROL) {
        put(headers, CACHE_CONTROL, "no-store");
        headers.append(
            VARY,
            HeaderValue::from_static("HX-Request, HX-Request-Type"),
        );
    }
}

/// Whether what a provider's redirect is answered with lies at a path: nobody must learn its address, which holds a code.
pub fn is_callback(path: &str) -> bool {
    path.ends_with("/oauth2callback") || path == sso::CALLBACK
}

const PERMISSIONS: &str =
    "camera=(), geolocation=(), microphone=(), payment=(), usb=(), browsing-topics=()";

/// Browsers hold a form to `form-action` over its whole chain of redirects, and providers redirect on to
/// regional hosts, so a page with a Connect button allows any `https:` address.
fn policy(site: &Site, leads_away: bool) -> String {
    let mut forms = "'self'".to_owned();
    if leads_away {
        forms.push_str(" https:");
        for origin in &site.form_origins {
            forms.push(' ');
            forms.push_str(origin);
        }
    }
    format!(
        "default-src 'none'; script-src 'self'; object-src 'none'; style-src 'self'; img-src 'self' data:; connect-src 'self'; form-action {forms}; frame-ancestors 'none'; base-uri 'none'"
    )
}

fn put(headers: &mut HeaderMap, name: HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        headers.insert(name, value);
    }
}
