//! Writes that must outlive their server: what they wrote is waited for at a replica.
//!
//! A master acknowledges before its replicas have what was written, and a failover in between loses it. For most records
//! that is made good by doing something again; a refresh token that has rotated exists nowhere else.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use redis::cluster_routing::{Route, SlotAddr};
use redis::{FromRedisValue, RedisResult, Role, Value};

use super::pool::Connection;
use super::{Key, Store, StoreError, fault, scripts};
use crate::patience;

/// Longest wait for a replica: within one machine room it is a millisecond.
const WAIT: Duration = Duration::from_millis(300);

/// Whether replicas were slow or away last, so that it is said once and not for each write.
#[derive(Clone, Debug, Default)]
pub(super) struct Replicas {
    lag: Arc<AtomicBool>,
    /// Whether there was one at some time: a master that has none any more may have been replaced.
    seen: Arc<AtomicBool>,
}

/// What is known of a write beside that the master has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Copied {
    /// A replica has it too.
    Yes,
    /// There are no replicas, or nobody tells us.
    Alone,
    /// None has said so in time.
    NotYet,
}

impl Store {
    /// As [`Store::compare_and_set`], and then waits a moment until a replica has it, where there are replicas. That none
    /// has it in time is no failure: the master has it. That another server is the master by then is one whose outcome is
    /// not known.
    pub async fn compare_and_set_copied(
        &self,
        key: &Key,
        expected: u64,
        bytes: &[u8],
    ) -> Result<Option<u64>, StoreError> {
        let mut call = scripts::COMPARE_AND_SET.key(key);
        call.arg(expected).arg(bytes);
        // What Redis waits for is what came by this connection.
        let (connection, version) = fault::bounded(Box::pin(async {
            let mut connection = self.pool.get().await?;
            let version: i64 = call.invoke_async(&mut connection).await?;
            Ok((connection, version))
        }))
        .await?;
        let version = u64::try_from(version).ok().filter(|version| *version > 0);
        if version.is_none() {
            return Ok(None);
        }
        let copied = self.replicas.wait(connection, key);
        match patience::bounded(2 * WAIT, copied).await {
            Some((copied, connection)) => {
                self.replicas.tell(copied);
                is_of_the_master(&connection).await?;
            }
            None => self.replicas.tell(Copied::NotYet),
        }
        Ok(version)
    }
}

impl Replicas {
    async fn wait(&self, mut connection: Connection, key: &Key) -> (Copied, Connection) {
        (self.copied(&mut connection, key).await, connection)
    }

    async fn copied(&self, connection: &mut Connection, key: &Key) -> Copied {
        let to = Route::with_key(key.as_str(), SlotAddr::Master);
        let role = ask(connection, to, redis::cmd("ROLE")).await;
        match role {
            Ok(Role::Primary { replicas, .. }) if !replicas.is_empty() => {
                self.seen.store(true, Ordering::Relaxed);
            }
            Ok(Role::Primary { .. }) if !self.seen.load(Ordering::Relaxed) => return Copied::Alone,
            // A managed Redis may not tell; what it keeps for us is its own affair.
            Err(error) if is_refusal(&error) => return Copied::Alone,
            _ => return Copied::NotYet,
        }
        let mut wait = redis::cmd("WAIT");
        wait.arg(1).arg(WAIT.as_millis());
        match ask::<u64>(connection, to, wait).await {
            Ok(0) => Copied::NotYet,
            Ok(_) => Copied::Yes,
            Err(error) if is_refusal(&error) => Copied::Alone,
            Err(_) => Copied::NotYet,
        }
    }

    fn tell(&self, copied: Copied) {
        let lags = copied == Copied::NotYet;
        let lagged = self.lag.swap(lags, Ordering::Relaxed);
        match (lagged, lags) {
            (false, true) => tracing::warn!(
                "no replica of Redis has a renewed token in time; its master has it, and a failover now could lose it"
            ),
            (true, false) => tracing::info!("replicas of Redis keep up again"),
            _ => {}
        }
    }
}

/// Sentinels choose another master while the one of before still takes writes, which are lost then, whatever replicas
/// follow it. What was just written may be among them: whoever wrote it must look.
async fn is_of_the_master(connection: &Connection) -> Result<(), StoreError> {
    if patience::bounded(WAIT, connection.leads_right())
        .await
        .unwrap_or(true)
    {
        return Ok(());
    }
    let why = "another server has become the master meanwhile";
    Err(StoreError::Away(why.to_owned()))
}

/// Asks the master that has the key.
async fn ask<T: FromRedisValue>(
    connection: &mut Connection,
    to: Route,
    command: redis::Cmd,
) -> RedisResult<T> {
    let mut commands = redis::pipe();
    commands.add_command(command);
    let answer = connection.ask_master(to, &commands).await?.pop();
    let answer = answer.unwrap_or(Value::Nil).extract_error()?;
    Ok(redis::from_redis_value(answer)?)
}

/// There is no such command, or it is not for our user.
pub(super) fn is_refusal(error: &redis::RedisError) -> bool {
    use redis::{ErrorKind, ServerErrorKind};
    let kind = error.kind();
    matches!(
        kind,
        ErrorKind::Server(ServerErrorKind::NoPerm | ServerErrorKind::ResponseError)
    )
}
