//! Asking Sentinels who the master is.
//!
//! Written here because the client library waits for them one after the other: where a host died that carried a master and
//! the first of them, as is usual, each question would take as long as a request may. And it believes the first that
//! answers, which may know of the new master last.

use std::collections::HashMap;
use std::time::Duration;

use futures_util::stream::{FuturesUnordered, StreamExt as _};
use redis::aio::MultiplexedConnection;
use redis::{AsyncConnectionConfig, Client, ErrorKind, RedisError, RedisResult};
use secrecy::SecretString;
use tokio::sync::Mutex;
use tokio::time::timeout;

use super::target::Login;
use super::{ConnectError, tls};

/// Longest wait for a Sentinel to be reached, and for its answer.
const PATIENCE: Duration = Duration::from_millis(250);

/// How long those are waited for who are later than most.
const GRACE: Duration = Duration::from_millis(30);

/// A host and a port.
pub(super) type Address = (String, u16);
/// The epoch of a decision, and who was chosen.
type Named = (u64, Address);

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

    /// Who is the master, by the newest of their answers: whoever chose another one knows it seconds before the others, and
    /// who was cut off for long. Once most have answered, those who are late are hardly waited for.
    pub(super) async fn master(&self) -> RedisResult<Address> {
        let mut answers: FuturesUnordered<_> =
            self.all.iter().map(|one| one.ask(&self.master)).collect();
        let mut heard = Heard::default();
        while heard.count <= self.all.len() / 2
            && let Some(answer) = answers.next().await
        {
            heard.take(answer);
        }
        // Whether they come does not matter any more.
        let _ = timeout(GRACE, async {
            while let Some(answer) = answers.next().await {
                heard.take(answer);
            }
        })
        .await;
        let fault = heard.fault;
        let newest = heard.newest.map(|(_, address)| address);
        newest.ok_or_else(|| fault.unwrap_or_else(|| unknown("no Sentinel answers")))
    }
}

/// What Sentinels have said.
#[derive(Default)]
struct Heard {
    count: usize,
    newest: Option<Named>,
    fault: Option<RedisError>,
}

impl Heard {
    fn take(&mut self, answer: RedisResult<Option<Named>>) {
        match answer {
            Ok(Some(named)) => {
                self.count += 1;
                let newer = |known: &Named| known.0 < named.0;
                if self.newest.as_ref().is_none_or(newer) {
                    self.newest = Some(named);
                }
            }
            Ok(None) => self.fault = Some(unknown("the Sentinels know no master of this name")),
            Err(error) => {
                self.fault.get_or_insert(error);
            }
        }
    }
}

fn unknown(what: &'static str) -> RedisError {
    (ErrorKind::MasterNameNotFoundBySentinel, what).into()
}

impl Sentinel {
    /// Whom it names; `None` where it does not know the name.
    async fn ask(&self, master: &str) -> RedisResult<Option<Named>> {
        let mut kept = self.kept.lock().await;
        // Taken out: one that was given up while it was asked is not asked again.
        if let Some(mut connection) = kept.take()
            && let Ok(answer) = question(&mut connection, master).await
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
        let answer = question(&mut connection, master).await?;
        *kept = Some(connection);
        Ok(answer)
    }
}

/// Where the master is, and in which epoch that was decided. The first answer names the new one from the moment of its
/// promotion; the second alone has the epoch.
async fn question(
    connection: &mut MultiplexedConnection,
    master: &str,
) -> RedisResult<Option<Named>> {
    let mut address = redis::cmd("SENTINEL");
    address.arg("GET-MASTER-ADDR-BY-NAME").arg(master);
    let Some(address) = address.query_async::<Option<Address>>(connection).await? else {
        return Ok(None);
    };
    let mut all = redis::cmd("SENTINEL");
    all.arg("MASTER").arg(master);
    let facts: HashMap<String, String> = all.query_async(connection).await?;
    let epoch = facts
        .get("config-epoch")
        .and_then(|epoch| epoch.parse().ok());
    Ok(Some((epoch.unwrap_or(0), address)))
}
