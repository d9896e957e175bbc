//! Holds every route of Patchbay against the table of who may use which.

use std::collections::{BTreeMap, BTreeSet};
use std::future::ready;

use actix_web::HttpResponse;
use actix_web::dev::ServiceRequest;
use actix_web::introspection::{IntrospectionNode, IntrospectionTree, ResourceType};
use actix_web::test::{TestRequest, call_and_read_body_json, init_service};
use actix_web::web::Data;

use super::base::Base;
use super::domain::Domain;
use super::server::{self, Shared};
use super::trail::Trail;
use super::{Extras, parts};
use crate::config::{Config, Sources};
use crate::providers::Registry;
use crate::testing::{install_tls, store_nowhere};

/// Who may use which route; the tests in `tests/it/attacks` try each of its lines.
const TABLE: &str = include_str!("../../tests/it/attacks/routes.txt");

/// Says that there is no such route, to every method, for who is let in.
const NO_ROUTE: &str = "ANY /integrations/{provider}/contact/{action}";

/// What the workers of a Patchbay share that has its usual settings, and a store that nobody asks.
fn shared() -> Shared {
    install_tls();
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path().display().to_string();
    let sources = Sources {
        file: None,
        env: BTreeMap::from([("PATCHBAY_DATA_DIR".to_owned(), data)]),
    };
    let loaded = Config::load(&sources, &Registry.ids()).expect("a sound configuration");
    let (mut config, extras) = (loaded.config, Extras::default());
    parts::ensure_keys(&mut config, &extras.entropy).expect("keys");
    let base = Base::new(&config, &extras, store_nowhere()).expect("all parts");
    let (observer, _) = Trail::begin(base.activity.clone());
    let domain = Domain::new(&base, &config, observer);
    Shared::new(&base, &config, &extras, &domain).expect("all parts")
}

/// Every method and path of the app that is served, as actix-web itself reports them.
async fn mounted() -> BTreeSet<String> {
    // In the place of an answer, so that the app has no route for it.
    let report = |request: ServiceRequest| {
        let tree: &Data<IntrospectionTree> = request.app_data().expect("the routes");
        let mut found = BTreeSet::new();
        collect(&tree.root, &mut found);
        found.remove(NO_ROUTE);
        request.into_response(HttpResponse::Ok().json(found))
    };
    let app = server::app(&shared()).wrap_fn(move |request, _| ready(Ok(report(request))));
    let app = init_service(app).await;
    call_and_read_body_json(&app, TestRequest::get().to_request()).await
}

fn collect(node: &IntrospectionNode, found: &mut BTreeSet<String>) {
    let reads = node.methods.iter().any(|method| method == "GET");
    for method in &node.methods {
        // HEAD asks about a GET.
        if !(reads && method == "HEAD") {
            found.insert(format!("{method} {}", node.full_path));
        }
    }
    // What takes every method.
    if matches!(node.kind, ResourceType::Resource) && node.methods.is_empty() {
        found.insert(format!("ANY {}", node.full_path));
    }
    node.children.iter().for_each(|child| collect(child, found));
}

fn tabled() -> BTreeSet<String> {
    let lines = TABLE
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines
        .map(|line| {
            let mut words = line.split_whitespace();
            let (method, path) = (words.next(), words.next());
            format!(
                "{} {}",
                method.unwrap_or_default(),
                path.unwrap_or_default()
            )
        })
        .collect()
}

#[actix_web::test]
async fn every_route_has_its_row_and_every_row_its_route() {
    let (mounted, tabled) = (mounted().await, tabled());
    let without_row: Vec<_> = mounted.difference(&tabled).collect();
    assert!(
        without_row.is_empty(),
        "routes without a row in tests/it/attacks/routes.txt, which says who may use them: {without_row:#?}"
    );
    let without_route: Vec<_> = tabled.difference(&mounted).collect();
    assert!(
        without_route.is_empty(),
        "rows without a route: {without_route:#?}"
    );
    assert!(mounted.len() > 60, "{mounted:#?}");
}
