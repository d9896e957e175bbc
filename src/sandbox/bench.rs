//! What the tests of stand-ins share: calls that go straight into the routes, without sockets.

use actix_web::{
    App, HttpResponse,
    body::to_bytes,
    http::{Method, StatusCode, header::HeaderMap},
    test,
    web::ServiceConfig,
};
use serde_json::Value;

/// An answer.
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
}

impl Answer {
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or(Value::Null)
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }
}

/// Sends a call into `routes`.
pub async fn send(
    routes: impl FnOnce(&mut ServiceConfig),
    method: Method,
    uri: &str,
    headers: &[(&str, &str)],
    body: &str,
) -> Answer {
    let app = test::init_service(App::new().configure(routes)).await;
    let mut request = test::TestRequest::with_uri(uri)
        .method(method)
        .set_payload(body.to_owned());
    for header in headers {
        request = request.insert_header(*header);
    }
    let response: HttpResponse = test::call_service(&app, request.to_request()).await.into();
    let (status, headers) = (response.status(), response.headers().clone());
    Answer {
        status,
        headers,
        body: to_bytes(response.into_body())
            .await
            .unwrap_or_default()
            .to_vec(),
    }
}

/// The names of all fields of a JSON value, nested ones with their path. Lists count as their first element.
pub fn fields(value: &Value) -> Vec<String> {
    let mut found = Vec::new();
    walk(value, "", &mut found);
    found.sort();
    found
}

fn walk(value: &Value, path: &str, found: &mut Vec<String>) {
    match value {
        Value::Object(object) => {
            for (name, inner) in object {
                let path = format!("{path}/{name}");
                walk(inner, &path, found);
                found.push(path);
            }
        }
        Value::Array(list) => list
            .first()
            .into_iter()
            .for_each(|inner| walk(inner, path, found)),
        _ => {}
    }
}
