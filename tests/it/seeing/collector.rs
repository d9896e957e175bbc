//! A collector of traces as OpenTelemetry's protocol wants it, which shows what it was sent.

use std::net::{Ipv4Addr, TcpListener};
use std::sync::{Arc, Mutex};

use actix_web::web::{Bytes, Data};
use actix_web::{App, HttpRequest, HttpResponse, HttpServer, web};
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::common::v1::{KeyValue, any_value::Value};
use opentelemetry_proto::tonic::trace::v1::Span;
use prost::Message as _;

/// The collector.
pub struct Collector {
    /// Where it listens.
    pub origin: String,
    got: Arc<Got>,
}

#[derive(Default)]
struct Got {
    spans: Mutex<Vec<Span>>,
    services: Mutex<Vec<String>>,
    other: Mutex<Vec<String>>,
}

impl Collector {
    pub fn start() -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
        let port = listener.local_addr().expect("an address").port();
        let got: Arc<Got> = Arc::default();
        let data = Data::from(Arc::clone(&got));
        let app = move || {
            let app = App::new().app_data(data.clone());
            app.app_data(web::PayloadConfig::new(16 * 1024 * 1024))
                .default_service(web::to(take))
        };
        let server = HttpServer::new(app).workers(1).disable_signals();
        tokio::spawn(server.listen(listener).expect("a server").run());
        Self {
            origin: format!("http://127.0.0.1:{port}"),
            got,
        }
    }

    /// The spans that came.
    pub fn spans(&self) -> Vec<Span> {
        let other = self.got.other.lock().expect("no panic");
        assert!(other.is_empty(), "{other:?}");
        self.got.spans.lock().expect("no panic").clone()
    }

    /// Who sent them.
    pub fn services(&self) -> Vec<String> {
        self.got.services.lock().expect("no panic").clone()
    }
}

async fn take(request: HttpRequest, body: Bytes, got: Data<Got>) -> HttpResponse {
    let kind = request.headers().get("content-type");
    let fits =
        request.path() == "/v1/traces" && kind.is_some_and(|it| it == "application/x-protobuf");
    let Some(sent) = ExportTraceServiceRequest::decode(body)
        .ok()
        .filter(|_| fits)
    else {
        let what = format!("{} {} {kind:?}", request.method(), request.path());
        got.other.lock().expect("no panic").push(what);
        return HttpResponse::BadRequest().finish();
    };
    for of in sent.resource_spans {
        let resource = of.resource.expect("a resource");
        let name = text(&resource.attributes, "service.name");
        got.services.lock().expect("no panic").extend(name);
        let spans = of.scope_spans.into_iter().flat_map(|of| of.spans);
        got.spans.lock().expect("no panic").extend(spans);
    }
    HttpResponse::Ok()
        .content_type("application/x-protobuf")
        .finish()
}

/// An attribute as text.
pub fn text(attributes: &[KeyValue], name: &str) -> Option<String> {
    let found = attributes.iter().find(|it| it.key == name)?;
    match found.value.as_ref()?.value.as_ref()? {
        Value::StringValue(text) => Some(text.clone()),
        Value::IntValue(number) => Some(number.to_string()),
        other => Some(format!("{other:?}")),
    }
}

/// An id as it stands in headers and in the log.
pub fn hex(id: &[u8]) -> String {
    id.iter().map(|byte| format!("{byte:02x}")).collect()
}
