//! The lists of which a load lacks something: those that failed, and those that only they would have led to.

use std::collections::{HashMap, HashSet};

use super::LoadError;
use super::keep;
use super::report::{Load, Part, Run};
use super::snapshot::Writer;
use crate::providers::Fetch;

/// What is lost of the streams of a load that were asked for so far, sources before what follows from them.
pub(super) struct Lost<'a> {
    writer: &'a Writer<'a>,
    /// The load's id.
    load: &'a str,
    /// The snapshot before: it knows what the lost lists led to.
    before: &'a Load,
    found: HashMap<String, HashSet<String>>,
}

/// The lists that a load's own log tells of.
#[derive(Default)]
struct Log {
    came: HashSet<String>,
    failed: HashSet<String>,
}

impl<'a> Lost<'a> {
    pub(super) fn new(writer: &'a Writer<'a>, load: &'a str, before: &'a Load) -> Self {
        Self {
            writer,
            load,
            before,
            found: HashMap::new(),
        }
    }

    /// The lists of a stream, which follows from `source`.
    pub(super) async fn of(
        &mut self,
        part: &Part,
        source: Option<&str>,
    ) -> Result<HashSet<String>, LoadError> {
        if part.missed_in_all == 0 {
            return Ok(HashSet::new());
        }
        let log = self.log(part).await?;
        let mut lists = self.led_to(part, source).await?;
        lists.retain(|list| !log.came.contains(list));
        lists.extend(log.failed);
        let named = part.missed.iter().filter_map(|missed| missed.step.as_ref());
        let own = named.filter(|step| step.stream == part.stream);
        lists.extend(own.map(|step| step.list.clone()));
        self.found.insert(part.stream.clone(), lists.clone());
        Ok(lists)
    }

    /// What this load's log says: a report names only the first of many lists.
    async fn log(&self, part: &Part) -> Result<Log, LoadError> {
        let mut log = Log::default();
        let own = |run: &Run| run.is_of(self.load) && run.kept.is_none();
        keep::arrivals(self.writer, part, own, |arrival| {
            let lists = match arrival.came {
                true => &mut log.came,
                false => &mut log.failed,
            };
            lists.insert(arrival.list);
        })
        .await?;
        Ok(log)
    }

    /// The lists that those led to, before, which are lost of the source. Where the source was not shown, its log is
    /// gone: then it may be any list that was there.
    async fn led_to(
        &self,
        part: &Part,
        source: Option<&str>,
    ) -> Result<HashSet<String>, LoadError> {
        let mut lists = HashSet::new();
        let all = |_: &Run| true;
        let hidden = |step: &Fetch| self.before.part(&step.stream).is_none();
        let mut missed = part.missed.iter().filter_map(|missed| missed.step.as_ref());
        if missed.any(hidden)
            && let Some(old) = self.before.part(&part.stream)
        {
            keep::arrivals(self.writer, old, all, |arrival| {
                lists.insert(arrival.list);
            })
            .await?;
            return Ok(lists);
        }
        let old = source.and_then(|id| self.before.part(id));
        let Some((old, lost)) = old.and_then(|old| Some((old, self.found.get(&old.stream)?)))
        else {
            return Ok(lists);
        };
        keep::arrivals(self.writer, old, all, |arrival| {
            if lost.contains(&arrival.list) {
                let next = arrival.next.into_iter();
                let own = next.filter(|step| step.stream == part.stream);
                lists.extend(own.map(|step| step.list));
            }
        })
        .await?;
        Ok(lists)
    }
}
