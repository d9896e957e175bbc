//! Traces of a Patchbay that has a collector: whoever asks, Patchbay and the provider see one trace.

use std::net::TcpListener;

use opentelemetry_proto::tonic::trace::v1::Span;
use opentelemetry_proto::tonic::trace::v1::span::SpanKind;
use reqwest::Method;
use rustix::process::Signal;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use super::collector::{Collector, hex, text};
use super::metrics::scrape;
use super::names::alias_of;
use crate::support::{Home, Wire, control, start_sandbox};

const TRACE: &str = "0af7651916cd43dd8448eb211c80319c";
const PARENT: &str = "b7ad6b7169203331";
/// What leaves of a span.
const ATTRIBUTES: [&str; 11] = [
    "http.request.method",
    "http.route",
    "http.response.status_code",
    "server.address",
    "server.port",
    "patchbay.request_id",
    "patchbay.org",
    "patchbay.user",
    "patchbay.provider",
    "patchbay.outcome",
    "patchbay.items",
];

fn only(spans: &[Span], fits: impl Fn(&Span) -> bool) -> Vec<&Span> {
    spans.iter().filter(|span| fits(span)).collect()
}

fn kind(span: &Span, kind: SpanKind) -> bool {
    span.kind == kind as i32
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_a_provider_and_a_load_are_seen_as_what_belongs_together() {
    let collector = Collector::start();
    let mut home = Home::new();
    let sandbox = start_sandbox(&home.url()).await;
    let hubspot = sandbox.endpoints("hubspot").expect("HubSpot");
    let wire = Wire::open(Some(&hubspot.origin));
    home.use_sandbox(&sandbox);
    let token = format!("{}/oauth/2026-09/token", wire.origin);
    home.set("HUBSPOT_TOKEN_URL", &token);
    home.set("HUBSPOT_API_URL", &wire.origin);
    home.set("PATCHBAY_OTLP_ENDPOINT", &format!("{}/", collector.origin));
    home.set("PATCHBAY_TRUSTED_PROXIES", "127.0.0.1");
    // What is traced does not depend on what is logged.
    home.set("PATCHBAY_LOG", "warn,patchbay::load=info");
    let mut program = home.serve().await;
    let sizes = [("contacts", "30"), ("companies", "20"), ("deals", "10")];
    control(hubspot, &sizes).await;

    let mut ada = home.browser();
    ada.sign_in("acme", "ada").await;
    ada.connect_hubspot().await;
    let check = ada.request(Method::POST, "/connections/hubspot/check");
    let check = check
        .form(&[("_csrf", ada.csrf())])
        .header("traceparent", format!("00-{TRACE}-{PARENT}-01"))
        .header("tracestate", "stranger=secret");
    assert_eq!(ada.send(check).await.status, 303);
    for malformed in [
        "",
        "00",
        &"x".repeat(55),
        &format!("00-{TRACE}-{PARENT}-01-{TRACE}"),
        &"0-".repeat(4000),
    ] {
        let request = ada.request(Method::GET, "/connections");
        let request = request.header("traceparent", malformed);
        assert_eq!(ada.send(request).await.status, 200);
    }
    let twice = ada.request(Method::GET, "/settings");
    let twice = twice
        .header("traceparent", format!("00-{TRACE}-{PARENT}-01"))
        .header("traceparent", format!("00-{TRACE}-{PARENT}-01"));
    ada.send(twice).await;
    ada.load_hubspot().await;
    // The end sends the last of them.
    assert_eq!(program.end(Signal::TERM).await.code(), Some(0));

    let spans = collector.spans();
    assert!(collector.services().iter().all(|name| name == "patchbay"));
    let ours = only(&spans, |span| hex(&span.trace_id) == TRACE);
    let server = only(&spans, |span| {
        hex(&span.trace_id) == TRACE && kind(span, SpanKind::Server)
    });
    let [server] = server[..] else {
        panic!("{ours:#?}");
    };
    assert_eq!(server.name, "POST /connections/{provider}/check");
    assert_eq!(hex(&server.parent_span_id), PARENT);
    let said = |name: &str| text(&server.attributes, name);
    assert_eq!(said("http.response.status_code").as_deref(), Some("303"));
    let alias = alias_of(&home, "acme", "ada");
    assert_eq!(
        (said("patchbay.org"), said("patchbay.user")),
        (Some(alias.org), Some(alias.user))
    );

    // The provider is called in the course of it, and told so.
    let client = only(&spans, |span| {
        hex(&span.trace_id) == TRACE && kind(span, SpanKind::Client)
    });
    assert!(!client.is_empty(), "{ours:#?}");
    for call in &client {
        assert_eq!(
            text(&call.attributes, "server.address").as_deref(),
            Some("localhost")
        );
        assert_eq!(
            text(&call.attributes, "patchbay.provider").as_deref(),
            Some("hubspot")
        );
    }
    let told = wire.traces();
    assert!(
        told.iter().all(|(name, _)| name == "traceparent"),
        "{told:?}"
    );
    let of_call = format!("00-{TRACE}-{}-01", hex(&client[0].span_id));
    assert!(
        told.iter().any(|(_, value)| *value == of_call),
        "{of_call} {told:?}"
    );

    // A load is a trace of its own, with a link to the request that began it.
    let load = only(&spans, |span| span.name == "load");
    let [load] = load[..] else {
        panic!("{load:#?}");
    };
    assert_eq!(
        text(&load.attributes, "patchbay.outcome").as_deref(),
        Some("complete")
    );
    assert_eq!(
        text(&load.attributes, "patchbay.items").as_deref(),
        Some("60")
    );
    let began = only(&spans, |span| {
        span.name == "POST /connections/{provider}/load"
    });
    assert_eq!(load.links[0].trace_id, began[0].trace_id);
    let calls = only(&spans, |span| {
        span.trace_id == load.trace_id && kind(span, SpanKind::Client)
    });
    assert!(calls.len() >= 3, "{}", calls.len());
    let line = format!("trace_id={}", hex(&load.trace_id));
    assert!(program.said().contains(&line), "{}", program.said());

    nothing_more_is_said(&spans);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stranger_decides_nothing_of_what_is_recorded() {
    let collector = Collector::start();
    let mut home = Home::new();
    home.set("PATCHBAY_OTLP_ENDPOINT", &collector.origin);
    let ask = async |home: &Home, flags: &str| {
        let browser = home.browser();
        let request = browser.request(Method::GET, "/sign-in");
        let request = request.header("traceparent", format!("00-{TRACE}-{PARENT}-{flags}"));
        let answer = request.send().await.expect("an answer");
        assert_eq!(answer.status(), 200);
    };
    let mut program = home.serve().await;
    ask(&home, "00").await;
    assert_eq!(program.end(Signal::TERM).await.code(), Some(0));
    let spans = collector.spans();
    let server = only(&spans, |span| span.name == "GET /sign-in");
    let [server] = server[..] else {
        panic!("hidden: {spans:#?}");
    };
    assert_ne!(hex(&server.trace_id), TRACE);
    assert_eq!(hex(&server.links[0].trace_id), TRACE);

    home.set("OTEL_TRACES_SAMPLER", "parentbased_traceidratio");
    home.set("OTEL_TRACES_SAMPLER_ARG", "0");
    let mut program = home.serve().await;
    ask(&home, "01").await;
    assert_eq!(program.end(Signal::TERM).await.code(), Some(0));
    assert_eq!(collector.spans().len(), spans.len(), "recorded");
}

/// Asks for what costs next to nothing, so often, and gets as many answers.
async fn ask_often(home: &Home, times: usize) {
    let request = "GET /health/live HTTP/1.1\r\nhost: localhost\r\n";
    let all = format!("{request}\r\n").repeat(times - 1);
    let all = format!("{all}{request}connection: close\r\n\r\n");
    let mut line = TcpStream::connect(("127.0.0.1", home.port))
        .await
        .expect("a connection");
    let (mut from, mut to) = line.split();
    let mut answers = Vec::new();
    let (sent, read) = tokio::join!(to.write_all(all.as_bytes()), from.read_to_end(&mut answers));
    sent.and(read.map(drop)).expect("a whole exchange");
    let answers = String::from_utf8_lossy(&answers);
    assert_eq!(answers.matches("HTTP/1.1 200").count(), times);
}

#[tokio::test(flavor = "multi_thread")]
async fn spans_that_find_no_room_are_counted_and_hold_nobody_up() {
    let silent = TcpListener::bind("127.0.0.1:0").expect("a port");
    let collector = silent.local_addr().expect("an address");
    let mut home = Home::new();
    let metrics = Home::spare_address();
    home.set("PATCHBAY_METRICS_BIND", &metrics);
    home.set("PATCHBAY_OTLP_ENDPOINT", &format!("http://{collector}"));
    home.set("PATCHBAY_LOG", "warn");
    let mut program = home.serve().await;
    let became = async |outcome: &str| {
        let seen = scrape(&metrics).await;
        seen.sum("patchbay_trace_spans_total", &[("outcome", outcome)])
    };
    assert_eq!(became("dropped").await, 0.0);
    // More than wait at a time, and than the collector can let down meanwhile.
    let mut rounds = 0;
    while became("dropped").await == 0.0 {
        rounds += 1;
        assert!(rounds < 30, "30,000 spans wait");
        ask_often(&home, 1000).await;
    }
    assert_eq!(became("sent").await, 0.0);
    assert_eq!(program.end(Signal::TERM).await.code(), Some(0));
}

fn nothing_more_is_said(spans: &[Span]) {
    for span in spans {
        assert!(span.events.is_empty(), "{span:#?}");
        assert!(span.trace_state.is_empty(), "{span:#?}");
        for attribute in &span.attributes {
            let known = ATTRIBUTES.contains(&&attribute.key[..]);
            assert!(known, "{} is told", attribute.key);
            if attribute.key == "patchbay.request_id" {
                // Of chance, which may spell any short word.
                continue;
            }
            let value = text(&span.attributes, &attribute.key).unwrap_or_default();
            for word in ["acme", "ada", "secret", "?", "code=", "oauth2callback/"] {
                assert!(!value.contains(word), "{}: {value}", attribute.key);
            }
        }
        assert!(!span.name.contains('?'), "{}", span.name);
    }
}
