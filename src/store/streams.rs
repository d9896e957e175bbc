//! Streams: entries in the order in which they were added, each with its fields.

use std::time::Duration;

use super::{Key, Store, StoreError, fault, millis, scripts};

/// The fields of an entry of a stream.
pub type Fields = Vec<(String, String)>;

/// How much a stream keeps.
#[derive(Clone, Copy, Debug)]
pub struct Bounds {
    /// The time, in milliseconds since 1970.
    pub now_ms: i64,
    /// Entries at most, or a few more.
    pub most: usize,
    /// How long an entry is kept.
    pub life: Duration,
}

/// The id of an entry: when it was added, in milliseconds since 1970, and its number within that one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Mark {
    /// The time.
    pub ms: u64,
    /// The number.
    pub number: u64,
}

/// A part of a stream.
#[derive(Clone, Debug)]
pub struct Span {
    /// Of which.
    pub stream: Key,
    /// Only entries before this one; all where there is none.
    pub before: Option<Mark>,
    /// Only entries of this time or later, in milliseconds since 1970.
    pub since_ms: i64,
}

impl Mark {
    /// As Redis writes it.
    fn parse(id: &str) -> Option<Self> {
        let (ms, number) = id.split_once('-')?;
        Some(Self {
            ms: ms.parse().ok()?,
            number: number.parse().ok()?,
        })
    }

    /// The one right after it.
    pub fn next(self) -> Self {
        let number = self.number.saturating_add(1);
        Self { number, ..self }
    }
}

impl Store {
    /// Adds an entry to a stream, and drops what is too much or too old.
    pub async fn append(
        &self,
        stream: &Key,
        fields: &[(&str, String)],
        bounds: Bounds,
    ) -> Result<(), StoreError> {
        let life = millis(bounds.life);
        let oldest = bounds.now_ms.saturating_sub_unsigned(life).max(0);
        let mut call = scripts::APPEND.key(stream);
        call.arg(bounds.now_ms).arg(oldest);
        call.arg(bounds.most).arg(life);
        for (name, value) in fields {
            call.arg(*name).arg(value);
        }
        self.script::<bool>(&call).await.map(drop)
    }

    /// The newest entries of parts of streams of one slot, the newest first, so many of each at most.
    pub async fn newest(
        &self,
        spans: &[Span],
        most: usize,
    ) -> Result<Vec<Vec<(Mark, Fields)>>, StoreError> {
        if spans.is_empty() {
            return Ok(Vec::new());
        }
        let mut pipeline = redis::pipe();
        for span in spans {
            let before = match span.before {
                Some(Mark { ms, number }) => format!("({ms}-{number}"),
                None => "+".to_owned(),
            };
            let command = pipeline.cmd("XREVRANGE").arg(&span.stream);
            command.arg(before).arg(span.since_ms.max(0));
            command.arg("COUNT").arg(most);
        }
        let found: Vec<Vec<(String, Fields)>> = fault::bounded(Box::pin(async {
            let mut connection = self.pool.get().await?;
            Ok(pipeline.query_async(&mut connection).await?)
        }))
        .await?;
        let entry = |(id, fields): (String, Fields)| Some((Mark::parse(&id)?, fields));
        let entries = |of: Vec<(String, Fields)>| of.into_iter().filter_map(entry).collect();
        Ok(found.into_iter().map(entries).collect())
    }
}
