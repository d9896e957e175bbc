//! Metrics of a Patchbay that people and strangers use.

use std::collections::BTreeSet;
use std::net::TcpListener;
use std::time::Duration;

use patchbay::metrics::{
    ALL, Admission, Asked, Ending, Kind, PoolState, RedisDid, Refreshed, Spans,
};
use patchbay::providers::Registry;
use reqwest::Method;
use rustix::process::Signal;

use super::exposition::{Exposition, Series};
use crate::support::{Browser, Home, Redis, control, plain_client, start_sandbox};

/// A scrape must come within Prometheus' own patience, whatever is away; a busy machine gets some more.
const SOON: Duration = Duration::from_secs(8);

pub(super) async fn scrape(address: &str) -> Exposition {
    let asked = plain_client()
        .get(format!("http://{address}/metrics"))
        .send();
    let answer = tokio::time::timeout(SOON, asked).await.expect("in time");
    let answer = answer.expect("an answer");
    assert_eq!(answer.status(), 200);
    let kind = answer.headers()["content-type"].to_str().expect("text");
    assert!(kind.starts_with("text/plain"), "{kind}");
    Exposition::parse(answer.text().await.expect("text"))
}

/// Strangers ask for whatever comes to their minds, with another `seed` for something else.
async fn hostile(url: &str, seed: &str) {
    let client = plain_client();
    let places = [
        format!("/{seed}"),
        format!("/connections/{seed}"),
        format!("/connections/{seed}/items?q={seed}&sort={seed}"),
        format!("/integrations/{seed}/oauth2callback?code={seed}&state={seed}"),
        format!("/api/v1/connections/{seed}/loads/{seed}"),
        format!("/static/{seed}.js"),
        format!("/%2e%2e/{seed}/%00"),
    ];
    for place in &places {
        for method in ["GET", "POST", "DELETE", "BREW", seed] {
            let method = Method::from_bytes(method.as_bytes()).expect("a method");
            let request = client.request(method, format!("{url}{place}"));
            let request = request
                .header("host", format!("{seed}.example.com"))
                .header("authorization", format!("Bearer pb_{seed}"))
                .header("traceparent", seed);
            request.send().await.expect("an answer");
        }
    }
}

/// A label's value is one of those that it may have.
fn is_closed(series: &Series, label: &str, value: &str, routes: &BTreeSet<String>) -> bool {
    let profiles = Registry.all().map(|provider| provider.profile());
    let mut profiles = profiles.chain([]);
    match label {
        "le" => value == "+Inf" || value.parse::<f64>().is_ok(),
        "route" => value == "none" || routes.contains(value),
        "method" => {
            let known = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];
            known.contains(&value) || value == "_OTHER"
        }
        "status" => value == "none" || (value.len() == 3 && value.parse::<u16>().is_ok()),
        "class" => ["1xx", "2xx", "3xx", "4xx", "429", "5xx", "none"].contains(&value),
        "provider" => value == "issuer" || profiles.any(|profile| profile.id == value),
        "stream" => {
            let provider = &series.labels["provider"];
            let mut profiles = profiles.filter(|profile| profile.id == provider);
            profiles.any(|profile| profile.streams.iter().any(|stream| stream.id == value))
        }
        "kind" => Asked::ALL.iter().any(|asked| asked.name() == value),
        "way" => ["demo", "local", "sso"].contains(&value),
        "ending" => Ending::ALL.iter().any(|ending| ending.name() == value),
        "outcome" => {
            let outcomes = Refreshed::ALL.iter().map(|it| it.name());
            let outcomes = outcomes.chain(Admission::ALL.iter().map(|it| it.name()));
            let outcomes = outcomes.chain(RedisDid::ALL.iter().map(|it| it.name()));
            let mut outcomes = outcomes.chain(Spans::ALL.iter().map(|it| it.name()));
            outcomes.any(|outcome| outcome == value)
        }
        "state" => PoolState::ALL.iter().any(|state| state.name() == value),
        "version" => value == env!("CARGO_PKG_VERSION"),
        "action" | "limit" => value
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || b"-_".contains(&byte)),
        _ => false,
    }
}

fn everything_is_closed(seen: &Exposition) {
    let table = include_str!("../attacks/routes.txt").lines();
    let routes = table.filter_map(|line| line.split_whitespace().nth(1));
    let routes: BTreeSet<String> = routes.map(str::to_owned).collect();
    for series in seen.series() {
        if series.name.starts_with("process_") {
            assert!(series.labels.is_empty(), "{}", series.name);
            continue;
        }
        let metric = ALL.iter().find(|metric| {
            let parts = ["_bucket", "_sum", "_count"];
            let is_part = |part: &&str| series.name == format!("{}{part}", metric.name);
            match metric.kind {
                Kind::Histogram(_) => parts.iter().any(is_part),
                _ => series.name == metric.name,
            }
        });
        let metric = metric.unwrap_or_else(|| panic!("{} is not listed", series.name));
        assert!(
            seen.text
                .contains(&format!("# HELP {} {}", metric.name, metric.help))
        );
        for (label, value) in &series.labels {
            assert!(
                label == "le" || metric.labels.contains(&&label[..]),
                "{}: {label}",
                metric.name
            );
            let closed = is_closed(series, label, value, &routes);
            assert!(closed, "{}: {label}=\"{value}\"", series.name);
        }
    }
    for word in [
        "acme",
        "ada",
        "localhost",
        "127.0.0.1",
        "example.com",
        "zebra",
        "quagga",
    ] {
        let words = seen.text.lines().filter(|line| !line.starts_with('#'));
        let mut words =
            words.flat_map(|line| line.split(|c: char| !(c.is_alphanumeric() || c == '.')));
        assert!(words.all(|it| it != word), "{word} is in a label");
    }
}

/// Ada connects, loads, and loads again when her token has run out; a program asks for it.
async fn journey(home: &Home, stand_in: &patchbay::sandbox::Endpoints) -> Browser {
    let sizes = [("contacts", "30"), ("companies", "20"), ("deals", "10")];
    control(stand_in, &sizes).await;
    let mut ada = home.browser();
    ada.sign_in("acme", "ada").await;
    ada.connect_hubspot().await;
    assert_eq!(ada.load_hubspot().await.outcome("Contacts"), "done");
    control(stand_in, &[("expire_tokens", "1")]).await;
    control(stand_in, &[("fail_next", "1"), ("fail_kind", "429")]).await;
    ada.load_hubspot().await;
    let request = ada.request(Method::POST, "/integrations/hubspot/credentials");
    let request = request.form(&[("org_id", "acme"), ("user_id", "ada")]);
    assert_eq!(ada.send(request).await.status, 200);
    ada
}

/// Clicks Connect until that is refused.
async fn too_many_connects(ada: &mut Browser) {
    for _ in 0..100 {
        if ada.post("/connections/notion/connect", &[]).await.status == 429 {
            return;
        }
    }
    panic!("nothing was refused");
}

fn the_journey_is_seen(seen: &Exposition) {
    let of_load = [
        ("route", "/connections/{provider}/load"),
        ("method", "POST"),
        ("status", "303"),
    ];
    assert_eq!(seen.sum("patchbay_http_requests_total", &of_load), 2.0);
    let of_load = &of_load[..2];
    assert_eq!(
        seen.sum("patchbay_http_request_duration_seconds_count", of_load),
        2.0
    );
    let contacts = [("provider", "hubspot"), ("stream", "contacts")];
    assert_eq!(seen.sum("patchbay_items_loaded_total", &contacts), 60.0);
    assert!(seen.sum("patchbay_pages_loaded_total", &contacts) >= 2.0);
    let complete = [("provider", "hubspot"), ("ending", "complete")];
    assert_eq!(seen.sum("patchbay_loads_ended_total", &complete), 2.0);
    let failed = [("provider", "hubspot"), ("ending", "failed")];
    assert_eq!(seen.sum("patchbay_loads_ended_total", &failed), 0.0);
    assert_eq!(seen.value("patchbay_loads_running"), 0.0);
    assert_eq!(seen.value("patchbay_load_oldest_seconds"), 0.0);
    let renewed = [("provider", "hubspot"), ("outcome", "renewed")];
    assert_eq!(seen.sum("patchbay_refreshes_total", &renewed), 1.0);
    let api = [("provider", "hubspot"), ("kind", "api"), ("class", "2xx")];
    assert!(seen.sum("patchbay_provider_call_duration_seconds_count", &api) > 6.0);
    let oauth = [("provider", "hubspot"), ("kind", "oauth"), ("class", "2xx")];
    assert!(seen.sum("patchbay_provider_call_duration_seconds_count", &oauth) >= 2.0);
    assert!(
        seen.sum(
            "patchbay_provider_turn_wait_seconds_count",
            &[("provider", "hubspot")]
        ) > 6.0
    );
    let hubspot = [("provider", "hubspot")];
    assert_eq!(seen.sum("patchbay_provider_limited_total", &hubspot), 1.0);
    assert!(seen.sum("patchbay_provider_retries_total", &hubspot) >= 1.0);
    for (what, times) in [("load", 2.0), ("refresh", 1.0)] {
        let count = format!("patchbay_{what}_duration_seconds_count");
        assert_eq!(seen.sum(&count, &hubspot), times, "{count}");
    }
    let signed_in = [("way", "demo"), ("outcome", "done")];
    assert_eq!(seen.sum("patchbay_sign_ins_total", &signed_in), 1.0);
    assert_eq!(
        seen.sum("patchbay_activity_total", &[("action", "connected")]),
        1.0
    );
    assert!(
        seen.sum(
            "patchbay_redis_operation_duration_seconds_count",
            &[("outcome", "ok")]
        ) > 20.0
    );
    assert_eq!(seen.value("patchbay_redis_up"), 1.0);
    assert!(seen.sum("patchbay_redis_pool_connections", &[]) >= 1.0);
    assert_eq!(seen.value("patchbay_credentials_held"), 0.0);
    assert_eq!(seen.value("patchbay_due"), 0.0);
    assert_eq!(seen.value("patchbay_loads_waiting"), 0.0);
    assert!(seen.value("process_resident_memory_bytes") > 1e6);
    assert!(seen.value("process_open_fds") > 3.0);
    assert!(seen.value("process_start_time_seconds") > 1e9);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_happens_is_counted_and_no_stranger_makes_a_label() {
    let redis = Redis::start();
    let mut home = Home::new();
    let sandbox = start_sandbox(&home.url()).await;
    home.use_sandbox(&sandbox);
    home.use_redis(&redis.url());
    let address = Home::spare_address();
    home.set("PATCHBAY_METRICS_BIND", &address);
    // A collector that takes connections and never answers holds nothing up.
    let silent = TcpListener::bind("127.0.0.1:0").expect("a port");
    let silent = silent.local_addr().expect("an address");
    home.set("PATCHBAY_OTLP_ENDPOINT", &format!("http://{silent}"));
    let mut program = home.serve().await;
    let stand_in = sandbox.endpoints("hubspot").expect("HubSpot");
    let mut ada = journey(&home, stand_in).await;
    the_journey_is_seen(&scrape(&address).await);

    // Only there, and nothing else.
    assert_eq!(ada.get_once("/metrics").await.status, 404);
    let client = plain_client();
    let elsewhere = client.get(format!("http://{address}/")).send().await;
    assert_eq!(elsewhere.expect("an answer").status(), 404);
    let changing = client
        .post(format!("http://{address}/metrics"))
        .send()
        .await;
    assert_eq!(changing.expect("an answer").status(), 404);

    hostile(&home.url(), "zebra").await;
    let first = scrape(&address).await;
    everything_is_closed(&first);
    hostile(&home.url(), "quagga").await;
    let second = scrape(&address).await;
    everything_is_closed(&second);
    let new: Vec<_> = second.keys().difference(&first.keys()).cloned().collect();
    assert!(new.is_empty(), "{new:#?}");
    assert!(second.sum("patchbay_http_requests_total", &[("method", "_OTHER")]) >= 20.0);
    assert!(second.sum("patchbay_http_requests_total", &[("route", "none")]) >= 10.0);

    too_many_connects(&mut ada).await;
    let seen = scrape(&address).await;
    assert!(seen.sum("patchbay_requests_limited_total", &[]) >= 1.0);
    everything_is_closed(&seen);
    for metric in ALL {
        let told = seen
            .series()
            .iter()
            .any(|series| series.name.starts_with(metric.name));
        assert!(told, "{} is never told", metric.name);
    }

    let mut led = false;
    for _ in 0..60 {
        led = scrape(&address)
            .await
            .value("patchbay_upkeep_last_end_timestamp_seconds")
            > 1e9;
        if led {
            break;
        }
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
    assert!(led, "nobody does the upkeep");
    assert_eq!(scrape(&address).await.value("patchbay_upkeep_leader"), 1.0);

    redis.freeze();
    let seen = scrape(&address).await;
    redis.thaw();
    assert_eq!(seen.value("patchbay_redis_up"), 0.0);
    assert!(seen.value("patchbay_due").is_nan());
    assert!(seen.value("patchbay_loads_waiting_oldest_seconds").is_nan());
    assert!(
        seen.sum(
            "patchbay_redis_operation_duration_seconds_count",
            &[("outcome", "away")]
        ) >= 1.0
    );

    // Another one that wants the same address says so.
    let mut other = Home::new();
    other.use_redis(&redis.url());
    other.set("PATCHBAY_METRICS_BIND", &address);
    let refused = other.run(&["serve"]).await;
    let said = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert_eq!(refused.status.code(), Some(1));
    assert!(
        said.contains(&format!("cannot listen for metrics on {address}")),
        "{said}"
    );

    assert_eq!(program.end(Signal::TERM).await.code(), Some(0));
    let said = program.said();
    assert!(said.matches("traces cannot be sent").count() <= 1, "{said}");
}
