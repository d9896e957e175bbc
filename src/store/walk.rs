//! Walks over the names of keys, batch by batch, node by node, so that neither memory nor Redis notices how
//! many there are.
//!
//! A walk meets every key that is there from its beginning to its end, but for keys of a slot that is still on the move
//! between two nodes when it ends. It may meet one twice, and what comes or goes meanwhile it may meet or not. The place in a walk is one among the keys of the server that told it: each orders
//! them in a way of its own, and after a restart in another. So the walk of a node begins anew where another server answers.

use std::collections::VecDeque;
use std::fmt;

use redis::{FromRedisValue, RedisError, RedisResult, Value};

use super::nodes::{self, Node};
use super::replicas::is_refusal;
use super::risks::field;
use super::{Store, StoreError, fault};

/// Keys that Redis looks at in one step.
const SCAN_COUNT: u32 = 500;
/// So often the walk of a node begins anew. Where servers answer in turns, as behind some balancers, it would never end.
const ANEW: u8 = 5;

/// How far a walk is. A new one is at its beginning.
#[derive(Debug, Default)]
pub struct Walk {
    /// The nodes that are left, the present one first; none before the first step.
    left: VecDeque<Node>,
    /// The shares of those that are done.
    done: Vec<String>,
    place: Place,
    /// The last step failed: the nodes may be others by now.
    failed: bool,
}

/// How far the walk of a node is. A new one is at its beginning.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Place {
    cursor: u64,
    /// Which run of which server gave the cursor; `None` where it does not tell.
    server: Option<String>,
    /// How often the walk has begun anew, as far as this process knows.
    anew: u8,
}

/// What one step over the keys of a node brings.
struct Page {
    next: Place,
    names: Vec<String>,
}

impl Store {
    /// The next names of keys that `glob` matches, which may be none; `None` at the end of the walk. After an
    /// error the walk stands where it was, and the step can be tried again.
    pub async fn walk(
        &self,
        glob: &str,
        walk: &mut Walk,
    ) -> Result<Option<Vec<String>>, StoreError> {
        // Also at the end: keys that went over to a node that had been walked already are looked for there.
        if walk.left.is_empty() || walk.failed {
            walk.go_on_among(self.nodes().await?);
        }
        let Some(node) = walk.left.front() else {
            return Ok(None);
        };
        let step = self.scan(node, &walk.place, glob).await;
        walk.failed = step.is_err();
        let (next, names) = step?;
        if next.is_none() {
            walk.done.push(node.share());
            walk.left.pop_front();
        }
        walk.place = next.unwrap_or_default();
        Ok(Some(names))
    }

    /// One step over the keys of a node: where the next one begins, `None` at the end, and the names found.
    pub(super) async fn scan(
        &self,
        node: &Node,
        from: &Place,
        glob: &str,
    ) -> Result<(Option<Place>, Vec<String>), StoreError> {
        let page = fault::bounded(Box::pin(self.page(node, from.cursor, glob))).await?;
        let next = page.next;
        if from.cursor == 0 && next.cursor != 0 && next.server.is_none() {
            tracing::warn!(
                "Redis does not tell our user INFO: if it is restarted or replaced in the middle of this walk over its keys, some are missed"
            );
        }
        Ok((from.then(next), page.names))
    }

    /// What a server has after a cursor, and which one it is: by one connection, so that it is the same.
    async fn page(&self, node: &Node, cursor: u64, glob: &str) -> Result<Page, StoreError> {
        let mut commands = redis::pipe();
        let scan = commands.cmd("SCAN").arg(cursor);
        scan.arg("MATCH").arg(glob).arg("COUNT").arg(SCAN_COUNT);
        commands.cmd("INFO").arg("server");
        if matches!(node, Node::Of { .. }) {
            commands.cmd("CLUSTER").arg("NODES");
        }
        let (mut connection, answers) = self.answers(node, &commands).await?;
        let mut answers = answers.into_iter();
        let mut answer = || answers.next().unwrap_or(Value::Nil).extract_error();
        let (cursor, names) = read(answer()?)?;
        let server = run_id(answer())?;
        if let Node::Of { slot, .. } = node {
            // Where a node is away, the client library turns to any other.
            let text: String = read(answer()?)?;
            if !nodes::has(&text, *slot) {
                connection.leads_elsewhere();
                let why = "a node of the Cluster is away, and another one answered";
                return Err(StoreError::Away(why.to_owned()));
            }
        }
        let next = Place {
            cursor,
            server,
            ..Place::default()
        };
        Ok(Page { next, names })
    }
}

impl Walk {
    /// Looks which nodes are left. The present one goes on where it stood, if it still has what it had.
    fn go_on_among(&mut self, nodes: Vec<Node>) {
        let present = self.left.front().map(Node::share);
        let is_left = |node: &Node| !self.done.contains(&node.share());
        let mut left: VecDeque<Node> = nodes.into_iter().filter(is_left).collect();
        match left.iter().position(|node| Some(node.share()) == present) {
            Some(at) => left.rotate_left(at),
            None => self.place = Place::default(),
        }
        self.left = left;
    }
}

impl Place {
    /// Where the walk of a node goes on after this place, by what the node answered; `None` at its end.
    fn then(&self, next: Self) -> Option<Self> {
        let goes_on = self.cursor == 0 || next.server == self.server;
        if goes_on || self.anew == ANEW {
            let anew = self.anew;
            return (next.cursor != 0).then_some(Self { anew, ..next });
        }
        let anew = self.anew + 1;
        if anew == ANEW {
            tracing::warn!(
                "servers of Redis answer in turns at this address: some keys are missed by a walk over them"
            );
        } else {
            tracing::info!("another server of Redis answers: the walk over its keys begins anew");
        }
        Some(Self {
            anew,
            ..Self::default()
        })
    }

    /// What [`fmt::Display`] wrote. Without a server its cursor says nothing: that is the beginning.
    pub(super) fn parse(text: &str) -> Self {
        let read = |(cursor, server): (&str, &str)| {
            Some(Self {
                cursor: cursor.parse().ok()?,
                server: Some(server.to_owned()),
                ..Self::default()
            })
        };
        let told = text
            .split_once(' ')
            .filter(|(_, server)| !server.is_empty());
        told.and_then(read).unwrap_or_default()
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let server = self.server.as_deref().unwrap_or_default();
        write!(f, "{} {server}", self.cursor)
    }
}

/// The name of a server's run, which it has for as long as it orders its keys in the same way.
fn run_id(answer: RedisResult<Value>) -> Result<Option<String>, StoreError> {
    match answer {
        Ok(info) => {
            let info: String = read(info)?;
            Ok(field(&info, "run_id").map(str::to_owned))
        }
        // The rights of our user may not reach so far, or the server does not know it.
        Err(error) if is_refusal(&error) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

fn read<T: FromRedisValue>(answer: Value) -> Result<T, StoreError> {
    Ok(redis::from_redis_value(answer).map_err(RedisError::from)?)
}
