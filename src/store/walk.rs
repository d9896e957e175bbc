//! Walks over the names of keys, batch by batch, node by node, so that neither memory nor Redis notices how
//! many there are.
//!
//! A walk meets every key that is there from its beginning to its end. It may meet one twice, and what comes
//! or goes meanwhile it may meet or not.

use std::collections::VecDeque;

use super::nodes::Node;
use super::{Store, StoreError};

/// Keys that Redis looks at in one step.
const SCAN_COUNT: u32 = 500;

/// How far a walk is. A new one is at its beginning.
#[derive(Debug, Default)]
pub struct Walk {
    /// The nodes that are left, the present one first; none before the first step.
    nodes: Option<VecDeque<Node>>,
    cursor: u64,
}

impl Store {
    /// The next names of keys that `glob` matches, which may be none; `None` at the end of the walk. After an
    /// error the walk stands where it was, and the step can be tried again.
    pub async fn walk(
        &self,
        glob: &str,
        walk: &mut Walk,
    ) -> Result<Option<Vec<String>>, StoreError> {
        let nodes = match &mut walk.nodes {
            Some(nodes) => nodes,
            none => none.insert(self.nodes().await?.into()),
        };
        let Some(node) = nodes.front() else {
            return Ok(None);
        };
        let (next, names) = self.scan(node, walk.cursor, glob).await?;
        walk.cursor = next;
        if next == 0 {
            nodes.pop_front();
        }
        Ok(Some(names))
    }

    /// One step over the keys of a node: the cursor of the next one, 0 at the end, and the names found.
    pub(super) async fn scan(
        &self,
        node: &Node,
        cursor: u64,
        glob: &str,
    ) -> Result<(u64, Vec<String>), StoreError> {
        let mut command = redis::cmd("SCAN");
        command
            .arg(cursor)
            .arg("MATCH")
            .arg(glob)
            .arg("COUNT")
            .arg(SCAN_COUNT);
        self.ask(node, command).await
    }
}
