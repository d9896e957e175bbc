//! Connections on which no whole request comes.
//!
//! actix-http waits ten seconds for the first head of a connection, and a minute for the next one to begin. For the rest of
//! one that has begun it waits without an end: whoever sends a request and half of another could hold a connection, and
//! the descriptors that it takes, for as long as they like. So a task beside each connection sees for how long
//! nothing has been asked on it, and closes it for reading in the end, which is how actix-http hears that the client
//! has gone. What is answered takes its time: a connection is idle from when the body of the last answer has been handed
//! on to when the head of the next request is whole.

use std::any::Any;
use std::net::{Shutdown, TcpStream};
use std::os::fd::AsFd as _;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};
use std::time::Duration;

use actix_web::body::{BodySize, BoxBody, MessageBody};
use actix_web::dev::{Extensions, ServiceRequest, ServiceResponse};
use actix_web::middleware::Next;
use actix_web::web::Bytes;
use actix_web::{Error, rt};
use tokio::sync::watch;
use tokio::time::{Instant, timeout_at};

/// Since when a connection has been idle; `None` while a request is answered.
type Idle = Option<Instant>;

/// A connection that is watched. It lies in the connection's data, and its watch ends when both are dropped.
struct Watched(Rc<watch::Sender<Idle>>);

/// Begins to watch a connection, which may be idle for so long.
pub(super) fn watch(stream: &dyn Any, data: &mut Extensions, longest: Duration) {
    let Some(stream) = stream.downcast_ref::<rt::net::TcpStream>() else {
        return;
    };
    // One of its own, since the server owns the other. Where there is none left, nobody could close the connection.
    let socket = match stream.as_fd().try_clone_to_owned() {
        Ok(socket) => TcpStream::from(socket),
        Err(error) => {
            tracing::debug!(%error, "a connection that cannot be watched is closed");
            let _ = rustix::net::shutdown(stream.as_fd(), rustix::net::Shutdown::Both);
            return;
        }
    };
    let (idle, since) = watch::channel(Some(Instant::now()));
    data.insert(Watched(Rc::new(idle)));
    rt::spawn(async move {
        if too_long(since, longest).await {
            tracing::debug!("a connection is closed on which no whole request came");
            // It fails where the client has just gone by itself.
            let _ = socket.shutdown(Shutdown::Read);
        }
    });
}

/// Whether the connection was idle for too long; `false` when it has ended by itself.
async fn too_long(mut idle: watch::Receiver<Idle>, longest: Duration) -> bool {
    loop {
        let since = *idle.borrow_and_update();
        let changed = match since {
            None => idle.changed().await,
            Some(since) => match timeout_at(since + longest, idle.changed()).await {
                Ok(changed) => changed,
                Err(_) => return true,
            },
        };
        if changed.is_err() {
            return false;
        }
    }
}

/// Keeps the connection of a request from being idle until its answer has been handed on or given up.
pub(super) async fn answer<B: MessageBody + 'static>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<Answered>, Error> {
    let busy = request.request().conn_data().map(Busy::new);
    let response = next.call(request).await?;
    Ok(response.map_body(|_, body| Answered {
        body: body.boxed(),
        _busy: busy,
    }))
}

/// While this is there, a request is answered.
struct Busy(Rc<watch::Sender<Idle>>);

impl Busy {
    fn new(Watched(idle): &Watched) -> Self {
        idle.send_replace(None);
        Self(Rc::clone(idle))
    }
}

impl Drop for Busy {
    fn drop(&mut self) {
        self.0.send_replace(Some(Instant::now()));
    }
}

/// The body of an answer, dropped with its last byte.
pub(super) struct Answered {
    body: BoxBody,
    _busy: Option<Busy>,
}

impl MessageBody for Answered {
    type Error = <BoxBody as MessageBody>::Error;

    fn size(&self) -> BodySize {
        self.body.size()
    }

    fn poll_next(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Bytes, Self::Error>>> {
        self.body.as_pin_mut().poll_next(context)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LONGEST: Duration = Duration::from_secs(70);

    /// Since when it is idle, who else knows, and the watch.
    fn watched() -> (Watched, impl Future<Output = bool>) {
        let (idle, since) = watch::channel(Some(Instant::now()));
        (Watched(Rc::new(idle)), too_long(since, LONGEST))
    }

    #[tokio::test(start_paused = true)]
    async fn who_asks_nothing_is_waited_for_no_longer() {
        let (_connection, watch) = watched();
        let begun = Instant::now();
        assert!(watch.await);
        assert_eq!(begun.elapsed().as_secs(), LONGEST.as_secs());
    }

    #[tokio::test(start_paused = true)]
    async fn an_answer_may_take_its_time_and_the_time_begins_anew_after_it() {
        let (connection, watch) = watched();
        let begun = Instant::now();
        let answers = async {
            for _ in 0..3 {
                tokio::time::sleep(LONGEST / 2).await;
                let busy = Busy::new(&connection);
                tokio::time::sleep(LONGEST * 10).await;
                drop(busy);
            }
        };
        let (closed, ()) = tokio::join!(watch, answers);
        assert!(closed);
        let whole = LONGEST / 2 * 3 + LONGEST * 10 * 3 + LONGEST;
        assert_eq!(begun.elapsed().as_secs(), whole.as_secs());
    }

    #[tokio::test(start_paused = true)]
    async fn the_watch_ends_with_its_connection() {
        let (connection, watch) = watched();
        drop(Busy::new(&connection));
        drop(connection);
        assert!(!watch.await);
    }
}
