//! Asking Sentinels who the master is.
//!
//! Written here because the client library waits for them one after the other: where a host died that carried a master and
//! the first of them, as is usual, each question would take as long as a request may. And it believes the first that
//! answers, which may have been cut off with an old master.

use std::collections::HashMap;
use std::time::Duration;

use futures_util::stream::{FuturesUnordered, StreamExt as _};
use redis::aio::MultiplexedConnection;
use redis::{AsyncConnectionConfig, Client, ErrorKind, RedisError, RedisResult};
use secrecy::SecretString;
use tokio::sync::Mutex;

use super::target::Login;
use super::{ConnectError, tls};

/// Longest wait for a Sentinel to be reached, and for its answer.
const PATIENCE: Duration = Duration::from_millis(250);

/// A host and a port.
pub(super) type Address = (String, u16);

/// The Sentinels of a master.
pub(super) struct Sentinels {
    all: Vec<Sentinel>,
    master: String,
}

/// One of them, with the connection that it was asked by last.
struct Sentinel {
    client: Client,
    kept: Mutex<Option<MultiplexedConnection>>,
}

impl Sentinels {
    pub(super) fn new(
        urls: &[SecretString],
        master: &str,
        login: &Login,
        files: &tls::TlsFiles,
    ) -> Result<Self, ConnectError> {
        let sentinel = |url| {
            let info = tls::with_login(files.apply(url)?, login);
            let client = Client::open(info).map_err(ConnectError::new)?;
            let kept = Mutex::default();
            Ok(Sentinel { client, kept })
        };
        Ok(Self {
            all: urls.iter().map(sentinel).collect::<Result<_, _>>()?,
            master: master.to_owned(),
        })
    }

    /// Whom most of them name. Who does not answer is waited for only as long as that may still decide.
    pub(super) async fn master(&self) -> RedisResult<Address> {
        let most = self.all.len() / 2 + 1;
        let asked = self.all.iter().map(|one| one.ask(&self.master));
        let mut answers: FuturesUnordered<_> = asked.collect();
        let mut named: HashMap<Address, usize> = HashMap::new();
        let mut fault = None;
        while let Some(answer) = answers.next().await {
            match answer {
                Ok(Some(address)) => {
                    let count = named.entry(address.clone()).or_default();
                    *count += 1;
                    if *count >= most {
                        return Ok(address);
                    }
                }
                Ok(None) => fault = Some(unknown("the Sentinels know no master of this name")),
                Err(error) => fault = Some(fault.unwrap_or(error)),
            }
        }
        // Some are away, or they do not agree, as in the moments of a failover.
        let best = named.into_iter().max_by_key(|(_, count)| *count);
        best.map(|(address, _)| address)
            .ok_or_else(|| fault.unwrap_or_else(|| unknown("no Sentinel answers")))
    }
}

fn unknown(what: &'static str) -> RedisError {
    (ErrorKind::MasterNameNotFoundBySentinel, what).into()
}

impl Sentinel {
    async fn ask(&self, master: &str) -> RedisResult<Option<Address>> {
        let mut kept = self.kept.lock().await;
        let mut question = redis::cmd("SENTINEL");
        question.arg("GET-MASTER-ADDR-BY-NAME").arg(master);
        // Taken out: one that was given up while it was asked is not asked again.
        if let Some(mut connection) = kept.take()
            && let Ok(answer) = question.query_async(&mut connection).await
        {
            *kept = Some(connection);
            return Ok(answer);
        }
        let config = AsyncConnectionConfig::new()
            .set_connection_timeout(Some(PATIENCE))
            .set_response_timeout(Some(PATIENCE));
        let made = self
            .client
            .get_multiplexed_async_connection_with_config(&config);
        let mut connection = made.await?;
        let answer = question.query_async(&mut connection).await?;
        *kept = Some(connection);
        Ok(answer)
    }
}
