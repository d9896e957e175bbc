//! Every route of Patchbay, in the order in which they are asked. A test reads them back and holds them against the
//! table of who may use which.

use actix_web::web::ServiceConfig;

use crate::api::{classic, ops, v1};
use crate::web as pages;

/// What needs no browser session. Pages of `origins` may use the APIs among it.
pub(super) fn without_session(origins: &[String]) -> impl FnOnce(&mut ServiceConfig) {
    let (classic, v1) = (classic::routes(origins), v1::routes(origins));
    move |config| {
        config
            .configure(ops::routes)
            .configure(classic)
            .configure(v1)
            .configure(pages::files);
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use actix_web::introspection::{IntrospectionNode, IntrospectionTree, ResourceType};
    use actix_web::web::{self, Data};
    use actix_web::{App, HttpResponse, test};

    use super::*;

    /// Who may use which route; the tests in `tests/it/attacks` try each of its lines.
    const TABLE: &str = include_str!("../../tests/it/attacks/routes.txt");

    /// Every method and path that is mounted, as actix-web itself reports them.
    async fn mounted() -> BTreeSet<String> {
        let report = |tree: Data<IntrospectionTree>| async move {
            let mut found = BTreeSet::new();
            collect(&tree.root, &mut found);
            HttpResponse::Ok().json(found)
        };
        let app = App::new()
            .configure(without_session(&[]))
            .service(web::resource("/routes-of-this-test").route(web::get().to(report)))
            .service(web::scope("").configure(pages::routes));
        let app = test::init_service(app).await;
        let request = test::TestRequest::get().uri("/routes-of-this-test");
        let found: BTreeSet<String> =
            test::call_and_read_body_json(&app, request.to_request()).await;
        let own = |line: &String| !line.ends_with("/routes-of-this-test") && line != NO_ROUTE;
        found.into_iter().filter(own).collect()
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

    /// Says that there is no such route, to every method, for who is let in.
    const NO_ROUTE: &str = "ANY /integrations/{provider}/contact/{action}";

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
}
