//! Going on with a load that another process began.

use super::Engine;
use crate::load::LoadError;
use crate::load::blocks::Block;
use crate::load::replay::Replay;
use crate::load::report::Run;

impl Engine<'_> {
    /// Begins, or goes on from where the load's log ends.
    pub(super) async fn resume(&mut self) -> Result<(), LoadError> {
        let mut log = Replay::default();
        for (stream, run) in self.own_runs() {
            for numbers in run.bundles() {
                for block in self.writer.read(&stream, &run.of, numbers).await? {
                    self.replay(&stream, block, &mut log);
                }
            }
        }
        for stream in self.course.streams() {
            self.note_counts(stream.id);
        }
        self.course.begin(&self.load, log);
        Ok(())
    }

    /// The blocks that this load wrote, those of a stream in the order in which they were written. Streams that are
    /// over are among them: what they led to may be open, and their items know and ask for names.
    fn own_runs(&self) -> Vec<(String, Run)> {
        let all = self.load.runs();
        all.filter(|(_, run)| run.kept.is_none() && self.load.is_own(run))
            .map(|(stream, run)| (stream.to_owned(), run.clone()))
            .collect()
    }

    fn replay(&mut self, stream: &str, block: Block, log: &mut Replay) {
        block.items.iter().for_each(|item| self.names.ask(item));
        let mut items = &block.items[..];
        for arrival in block.arrivals {
            let (own, rest) = items.split_at(arrival.items.min(items.len()));
            items = rest;
            self.names.note(&arrival.places);
            self.course.replay(stream, &arrival, own);
            log.note(stream, arrival);
        }
    }

    /// What the report counts of the calls of processes before this one.
    fn note_counts(&mut self, stream: &str) {
        if let Some(part) = self.load.part_mut(stream) {
            let counts = (part.retries, part.limited);
            self.before.insert(stream.to_owned(), counts);
        }
    }
}
