//! Walks over the names of keys, batch by batch, node by node, so that neither memory nor Redis notices how
//! many there are.
//!
//! A walk meets every key that is there from its beginning to its end. It may meet one twice, and what comes
//! or goes meanwhile it may meet or not. The place in a walk is one among the keys of the server that told it: each orders
//! them in a way of its own, and after a restart in another. So the walk of a node begins anew where another server answers.

use std::collections::VecDeque;
use std::fmt;

use redis::{FromRedisValue, RedisError, RedisResult, Value};

use super::nodes::{self, Node};
use super::risks::field;
use super::{Store, StoreError, fault};

/// Keys that Redis looks at in one step.
const SCAN_COUNT: u32 = 500;

/// How far a walk is. A new one is at its beginning.
#[derive(Debug, Default)]
pub struct Walk {
    /// The nodes that are left, the present one first; none before the first step.
    left: VecDeque<Node>,
    /// The shares of those that are done.
    done: Vec<String>,
    place: Place,
}

/// How far the walk of a node is. A new one is at its beginning.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Place {
    cursor: u64,
    /// Which run of which server gave the cursor; `None` where it does not tell.
    server: Option<String>,
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
        if walk.left.is_empty() {
            // Also at the end: keys that went over to a node that had been walked already are looked for there.
            let nodes = self.nodes().await?.into_iter();
            let is_left = |node: &Node| !walk.done.contains(&node.share());
            walk.left = nodes.filter(is_left).collect();
        }
        let Some(node) = walk.left.front() else {
            return Ok(None);
        };
        let (next, names) = self.scan(node, &walk.place, glob).await?;
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
        let (next, begins) = (page.next, from.cursor == 0);
        if begins && next.cursor != 0 && next.server.is_none() {
            tracing::warn!(
                "Redis does not tell our user INFO: if it is restarted or replaced in the middle of this walk over its keys, some are missed"
            );
        }
        let next = if begins || next.server == from.server {
            (next.cursor != 0).then_some(next)
        } else {
            tracing::info!("another server of Redis answers: the walk over its keys begins anew");
            Some(Place::default())
        };
        Ok((next, page.names))
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
        let mut answers = self.answers(node, &commands).await?.into_iter();
        let mut answer = || answers.next().unwrap_or(Value::Nil).extract_error();
        let (cursor, names) = read(answer()?)?;
        let server = run_id(answer())?;
        if let Node::Of { slot, .. } = node {
            // Where a node is away, the client library turns to any other.
            let text: String = read(answer()?)?;
            if !nodes::has(&text, *slot) {
                let why = "a node of the Cluster is away, and another one answered";
                return Err(StoreError::Away(why.to_owned()));
            }
        }
        let next = Place { cursor, server };
        Ok(Page { next, names })
    }
}

impl Place {
    /// What [`fmt::Display`] wrote. Without a server its cursor says nothing: that is the beginning.
    pub(super) fn parse(text: &str) -> Self {
        let read = |(cursor, server): (&str, &str)| {
            Some(Self {
                cursor: cursor.parse().ok()?,
                server: Some(server.to_owned()),
            })
        };
        text.split_once(' ').and_then(read).unwrap_or_default()
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
        // The rights of our user may not reach so far.
        Err(error) if error.code() == Some("NOPERM") => Ok(None),
        Err(error) => Err(error.into()),
    }
}

fn read<T: FromRedisValue>(answer: Value) -> Result<T, StoreError> {
    Ok(redis::from_redis_value(answer).map_err(RedisError::from)?)
}
