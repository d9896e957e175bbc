//! A question beside a Cluster's own connections: while a slot moves, its old node sends whoever asks for a key that is not
//! there any more to the new one, which answers only whoever says that they were sent.

use redis::{AsyncConnectionConfig, Client, Cmd, ConnectionInfo, RedisError, RedisResult, Value};

use super::tls;

/// How to reach any node.
#[derive(Clone)]
pub(super) struct Aside {
    /// But for host and port.
    info: ConnectionInfo,
    config: AsyncConnectionConfig,
}

impl Aside {
    pub(super) fn new(info: ConnectionInfo, config: AsyncConnectionConfig) -> Self {
        Self { info, config }
    }

    /// Asks the node that a redirection names. The connection is for this alone: few keys are on the move at a time.
    pub(super) async fn ask(&self, sent: RedisError, command: &Cmd) -> RedisResult<Value> {
        let address = sent.redirect_node().and_then(|(node, _)| {
            let (host, port) = node.rsplit_once(':')?;
            Some((host.to_owned(), port.parse().ok()?))
        });
        let Some(address) = address else {
            return Err(sent);
        };
        let client = Client::open(tls::at(&self.info, &address))?;
        let made = client.get_multiplexed_async_connection_with_config(&self.config);
        // Nothing was done where it cannot be reached: the old node is asked again.
        let Ok(mut connection) = made.await else {
            return Err(sent);
        };
        redis::cmd("ASKING").exec_async(&mut connection).await?;
        connection.send_packed_command(command).await
    }
}
