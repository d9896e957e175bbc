//! The OpenAPI document and its page.

use serde_json::Value;

use crate::support::World;
use crate::support::api::answer;

#[tokio::test(flavor = "multi_thread")]
async fn the_document_is_served_to_everybody() {
    let world = World::start().await;
    let request = world
        .browser()
        .request(reqwest::Method::GET, "/api/openapi.json");
    let document = answer(&world, request).await.is(200);
    assert_eq!(document["openapi"], "3.1.0");
    assert_eq!(document["servers"][0]["url"], world.url);
}

#[tokio::test(flavor = "multi_thread")]
async fn its_page_shows_every_operation_and_every_problem_leads_there() {
    let world = World::start().await;
    let request = world
        .browser()
        .request(reqwest::Method::GET, "/api/openapi.json");
    let document = answer(&world, request).await.is(200);
    let page = world.browser().get("/docs").await;
    assert_eq!(page.status, 200);
    let paths = document["paths"].as_object().expect("paths").values();
    for operation in paths.flat_map(|path| path.as_object().expect("a path").values()) {
        let id = operation["operationId"].as_str().expect("an id");
        assert_eq!(page.count(&format!("h3#{id}")), 1, "{id}");
    }
    for problem in document["x-problems"].as_array().expect("problems") {
        let name = problem["name"].as_str().expect("a name");
        assert_eq!(page.count(&format!("#problem-{name}")), 1, "{name}");
    }
    for link in page.attributes(".docs a[href^='#']", "href") {
        let target = link.trim_start_matches('#');
        assert_eq!(
            page.count(&format!("[id='{target}']")),
            1,
            "{link} leads nowhere"
        );
    }
    // Signed in, it has the frame of all pages.
    let page = world.person("acme", "ada").await.get("/docs").await;
    assert_eq!(page.count("nav[aria-label=Main]"), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn examples_have_the_fields_that_answers_have() {
    let world = World::start().await;
    let request = world
        .browser()
        .request(reqwest::Method::GET, "/api/openapi.json");
    let document = answer(&world, request).await.is(200);
    let schemas = &document["components"]["schemas"];
    let paths = document["paths"].as_object().expect("paths").values();
    let mut compared = 0;
    for operation in paths.flat_map(|path| path.as_object().expect("a path").values()) {
        for response in operation["responses"]
            .as_object()
            .expect("answers")
            .values()
        {
            let content = &response["content"]["application/json"];
            let name = content["schema"]["$ref"]
                .as_str()
                .and_then(|it| it.rsplit('/').next());
            let (Some(name), example @ Value::Object(_)) = (name, &content["example"]) else {
                continue;
            };
            let fields = |value: &Value| {
                let keys = value.as_object().into_iter().flatten();
                keys.map(|(key, _)| key.clone())
                    .collect::<std::collections::BTreeSet<_>>()
            };
            assert_eq!(
                fields(example),
                fields(&schemas[name]["properties"]),
                "{name}"
            );
            compared += 1;
        }
    }
    assert!(compared >= 10, "{compared}");
}
