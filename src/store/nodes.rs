//! The servers behind the store, one by one: a walk over all keys and a look at the settings ask each of them.

use redis::cluster_routing::{Route, SlotAddr};
use redis::{FromRedisValue, Pipeline, RedisError, Value};

use super::pool::Connection;
use super::{Store, StoreError, fault};

/// A server that holds keys.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Node {
    /// The only one.
    Only,
    /// A master of a Cluster. Reached by a slot that it serves: it does not always know its own address.
    Of {
        id: String,
        address: String,
        slot: u16,
        /// All of its slots, as the Cluster has them.
        slots: String,
    },
}

impl Node {
    /// Who it is and which keys of the store it holds, as far as that can be said without looking.
    pub(super) fn share(&self) -> String {
        match self {
            Self::Only => "only".to_owned(),
            Self::Of { id, slots, .. } => format!("{id} {slots}"),
        }
    }

    /// Where a Cluster says that it is.
    pub(super) fn address(&self) -> Option<&str> {
        match self {
            Self::Only => None,
            Self::Of { address, .. } => Some(address),
        }
    }
}

impl Store {
    /// All servers that hold keys.
    pub(super) async fn nodes(&self) -> Result<Vec<Node>, StoreError> {
        fault::bounded(Box::pin(async {
            let mut connection = self.pool.get().await?;
            if !connection.is_of_cluster() {
                return Ok(vec![Node::Only]);
            }
            let text: String = redis::cmd("CLUSTER")
                .arg("NODES")
                .query_async(&mut connection)
                .await?;
            Ok(masters(&text))
        }))
        .await
    }

    /// Asks one server.
    pub(super) async fn ask<T: FromRedisValue>(
        &self,
        node: &Node,
        command: redis::Cmd,
    ) -> Result<T, StoreError> {
        fault::bounded(Box::pin(async {
            let mut commands = redis::pipe();
            commands.add_command(command);
            let (_, mut answers) = self.answers(node, &commands).await?;
            let answer = answers.pop();
            let answer = answer.unwrap_or(Value::Nil).extract_error()?;
            Ok(redis::from_redis_value(answer).map_err(RedisError::from)?)
        }))
        .await
    }

    /// Asks one server several things by the same connection, which comes back with the answers. Each question has its
    /// own, which may be a refusal. Callers limit how long it may take.
    pub(super) async fn answers(
        &self,
        node: &Node,
        commands: &Pipeline,
    ) -> Result<(Connection, Vec<Value>), StoreError> {
        let mut connection = self.pool.get().await?;
        let slot = match node {
            Node::Only => 0,
            Node::Of { slot, .. } => *slot,
        };
        let to = Route::new(slot, SlotAddr::Master);
        let answers = connection.ask_master(to, commands).await?;
        Ok((connection, answers))
    }
}

/// The masters of an answer to `CLUSTER NODES`: `id address flags master ping pong epoch link slots …`, a
/// line each, where an address is `host:port@port` and may have a name behind a comma. One without slots
/// holds no keys.
fn masters(text: &str) -> Vec<Node> {
    text.lines()
        .filter_map(|line| {
            let words: Vec<&str> = line.split(' ').collect();
            let master = words.get(2)?.split(',').any(|flag| flag == "master");
            let slot = words.get(8)?.split('-').next()?.parse().ok()?;
            let id = (*words.first()?).to_owned();
            let address = words.get(1)?.split(['@', ',']).next()?.to_owned();
            // A slot that is on the move stands once more in brackets.
            let slots = words[8..].iter().filter(|range| !range.starts_with('['));
            let slots: Vec<&str> = slots.copied().collect();
            master.then(|| Node::Of {
                id,
                address,
                slot,
                slots: slots.join(" "),
            })
        })
        .collect()
}

/// Whether who answered `CLUSTER NODES` is itself the master that has a slot.
pub(super) fn has(text: &str, slot: u16) -> bool {
    text.lines().any(|line| {
        let mut words = line.split(' ').skip(2);
        let flags: Vec<&str> = words.next().unwrap_or_default().split(',').collect();
        let is_master = flags.contains(&"myself") && flags.contains(&"master");
        is_master
            && words
                .skip(5)
                .any(|range| contains(range, slot) == Some(true))
    })
}

/// Whether a slot lies in `1-5`, or in `7` alone.
fn contains(range: &str, slot: u16) -> Option<bool> {
    let (first, last) = range.split_once('-').unwrap_or((range, range));
    let (first, last): (u16, u16) = (first.parse().ok()?, last.parse().ok()?);
    Some((first..=last).contains(&slot))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn masters_that_hold_slots_are_found() {
        let text = "\
            a1 10.0.0.1:6379@16379,one.example.com myself,master - 0 0 1 connected 0-99 200\n\
            b2 10.0.0.2:6379@16379 slave a1 0 0 1 connected\n\
            c3 10.0.0.3:6379@16379 master - 0 0 2 connected 100-199 [93-<-a1]\n\
            d4 10.0.0.4:6379@16379 master - 0 0 3 connected\n";
        let node = |id: &str, host: u8, slot, slots: &str| Node::Of {
            id: id.to_owned(),
            address: format!("10.0.0.{host}:6379"),
            slot,
            slots: slots.to_owned(),
        };
        let found = [node("a1", 1, 0, "0-99 200"), node("c3", 3, 100, "100-199")];
        assert_eq!(masters(text), found);
        assert_eq!(found[0].share(), "a1 0-99 200");
        for (slot, is_there) in [
            (0, true),
            (99, true),
            (200, true),
            (100, false),
            (201, false),
        ] {
            assert_eq!(has(text, slot), is_there, "{slot}");
        }
        assert!(!has(&text.replace("myself,master", "myself,slave"), 0));
    }
}
