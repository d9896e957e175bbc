//! Answers that go wrong on their way although the work was done: late, cut short, broken off, or with
//! fields that nobody has heard of.

use std::{
    io,
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};

use actix_web::{
    Error,
    body::{self, BodySize, MessageBody},
    dev::ServiceResponse,
    http::header,
    web::Bytes,
};
use serde_json::{Value, json};

/// How long a call hangs that is to time out.
const HANG: Duration = Duration::from_secs(60);

/// What happens to an answer on its way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Spoil {
    /// It comes after a minute.
    Hang,
    /// It ends early and says so nowhere but in its JSON.
    Truncate,
    /// The connection is closed in the middle of it.
    Reset,
    /// The connection is closed before anything of it is sent.
    Lose,
    /// It has fields that no documentation names, at the top and in each row of the lists under these names.
    Strangers(&'static [&'static str]),
}

/// Spoils the answer of a call whose work was done.
pub async fn spoil(spoil: Spoil, response: ServiceResponse) -> Result<ServiceResponse, Error> {
    if spoil == Spoil::Hang {
        tokio::time::sleep(HANG).await;
        return Ok(response);
    }
    let (request, response) = response.into_parts();
    let (head, body) = response.into_parts();
    let bytes = body::to_bytes(body).await.unwrap_or_default();
    let body = match spoil {
        Spoil::Hang => bytes.boxed(),
        Spoil::Truncate => half(&bytes).boxed(),
        Spoil::Strangers(lists) => with_strangers(&bytes, lists).boxed(),
        Spoil::Reset => Broken::after(half(&bytes), bytes.len()).boxed(),
        Spoil::Lose => Broken::at_once().boxed(),
    };
    let mut response = head.set_body(body);
    response.headers_mut().remove(header::CONTENT_LENGTH);
    Ok(ServiceResponse::new(request, response))
}

fn half(bytes: &Bytes) -> Bytes {
    bytes.slice(..bytes.len() / 2)
}

fn with_strangers(bytes: &Bytes, lists: &[&str]) -> Bytes {
    let Ok(mut body) = serde_json::from_slice::<Value>(bytes) else {
        return bytes.clone();
    };
    add_strangers(&mut body);
    for list in lists {
        if let Some(rows) = body.get_mut(list).and_then(Value::as_array_mut) {
            rows.iter_mut().for_each(add_strangers);
        }
    }
    serde_json::to_vec(&body).map_or_else(|_| bytes.clone(), Bytes::from)
}

fn add_strangers(value: &mut Value) {
    if let Some(object) = value.as_object_mut() {
        object.insert("writeTraceId".to_owned(), Value::Null);
        object.insert(
            "fieldOfTomorrow".to_owned(),
            json!({ "nested": [1, "two", null] }),
        );
    }
}

/// A body that breaks off: the connection is closed before the length it claimed is reached.
struct Broken {
    parts: Vec<Part>,
    claimed: u64,
}

/// What a breaking body does next, last first.
enum Part {
    Bytes(Bytes),
    /// Gives way once, so that what came before is on its way when the connection closes.
    Pause,
}

impl Broken {
    fn after(bytes: Bytes, claimed: usize) -> Self {
        Self {
            parts: vec![Part::Pause, Part::Bytes(bytes)],
            claimed: claimed as u64,
        }
    }

    /// Breaks off while even the head is still waiting to be sent.
    fn at_once() -> Self {
        Self {
            parts: Vec::new(),
            claimed: 0,
        }
    }
}

impl MessageBody for Broken {
    type Error = io::Error;

    fn size(&self) -> BodySize {
        // One more than there is, so that even an empty answer breaks off.
        BodySize::Sized(self.claimed + 1)
    }

    fn poll_next(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Bytes, Self::Error>>> {
        match self.parts.pop() {
            Some(Part::Bytes(bytes)) => Poll::Ready(Some(Ok(bytes))),
            Some(Part::Pause) => {
                context.waker().wake_by_ref();
                Poll::Pending
            }
            None => Poll::Ready(Some(Err(io::ErrorKind::ConnectionReset.into()))),
        }
    }

    fn try_into_bytes(self) -> Result<Bytes, Self>
    where
        Self: Sized,
    {
        Err(self)
    }
}
