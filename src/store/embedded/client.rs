//! The few commands spoken with the embedded Redis itself. Each has a time-out, because a Redis
//! that hangs still accepts connections.

use std::collections::HashMap;
use std::ffi::OsString;
use std::future::Future;
use std::os::unix::ffi::OsStringExt;
use std::path::PathBuf;
use std::time::Duration;

use redis::aio::MultiplexedConnection;
use redis::{AsyncConnectionConfig, ErrorKind, RedisResult, ServerErrorKind, cmd};
use rustix::process::Pid;

/// A Redis that is loading answers about once a second, and a question takes two rounds: the
/// greeting and itself.
const ANSWER_LIMIT: Duration = Duration::from_secs(3);

/// What a Redis said to a `PING`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    Ready,
    Loading,
    Silent,
}

/// Who answers on a socket.
#[derive(Debug)]
pub struct Identity {
    pub pid: Pid,
    pub folder: PathBuf,
}

pub async fn ping(url: &str) -> Answer {
    let asked = in_time(async {
        cmd("PING")
            .query_async::<String>(&mut connect(url).await?)
            .await
    });
    match asked.await {
        Some(Ok(_)) => Answer::Ready,
        Some(Err(error)) if error.kind() == ErrorKind::Server(ServerErrorKind::BusyLoading) => {
            Answer::Loading
        }
        _ => Answer::Silent,
    }
}

/// Asks for process and folder, which a Redis tells while it is still loading, too.
pub async fn identity(url: &str) -> Option<Identity> {
    let mut question = redis::pipe();
    question
        .cmd("INFO")
        .arg("server")
        .cmd("CONFIG")
        .arg("GET")
        .arg("dir");
    let asked = in_time(async { question.query_async(&mut connect(url).await?).await });
    let (info, mut settings): (String, HashMap<String, Vec<u8>>) = asked.await?.ok()?;
    let pid = info
        .lines()
        .find_map(|line| line.strip_prefix("process_id:"))?;
    Some(Identity {
        pid: Pid::from_raw(pid.trim().parse().ok()?)?,
        folder: PathBuf::from(OsString::from_vec(settings.remove("dir")?)),
    })
}

/// Asks it to end. There is no answer to wait for: success is the closed connection, and the caller
/// watches the process.
pub async fn shutdown(url: &str) {
    let mut order = cmd("SHUTDOWN");
    order.arg("NOSAVE");
    if in_time(async { order.query_async::<()>(&mut connect(url).await?).await })
        .await
        .is_none()
    {
        tracing::warn!("the embedded Redis did not take the order to shut down");
    }
}

/// Without the time-outs of the client itself, which are shorter than a loading Redis needs.
async fn connect(url: &str) -> RedisResult<MultiplexedConnection> {
    let config = AsyncConnectionConfig::new()
        .set_connection_timeout(None)
        .set_response_timeout(None);
    redis::Client::open(url)?
        .get_multiplexed_async_connection_with_config(&config)
        .await
}

async fn in_time<T>(asked: impl Future<Output = RedisResult<T>>) -> Option<RedisResult<T>> {
    tokio::time::timeout(ANSWER_LIMIT, asked).await.ok()
}
