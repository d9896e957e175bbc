//! Maps of notes: each under a field of its own, and a version over all of them that changes with every write, so that
//! who keeps what follows from them knows by one small read whether it still holds.

use std::time::Duration;

use super::{Key, Store, StoreError, fault, millis, scripts};

/// The fields that are no notes: the version, the bytes of all, when there was no room for one last.
const VERSION: &str = "v";
const BYTES: &str = "b";
const FULL: &str = "m";

/// Notes of a map at one moment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Notes {
    /// Their version; `None` where there are none.
    pub version: Option<String>,
    /// When there was no room for one last, in milliseconds since 1970.
    pub full_ms: Option<i64>,
    /// The notes, by their fields.
    pub notes: Vec<(String, Vec<u8>)>,
}

/// A note to be put.
pub struct Note<'a> {
    /// Its field: more than one letter.
    pub field: &'a str,
    /// What it says.
    pub bytes: &'a [u8],
    /// The time, in milliseconds since 1970.
    pub now_ms: i64,
    /// Notes of the map at most.
    pub most: usize,
    /// Bytes of all of them at most.
    pub most_bytes: usize,
    /// How long all of them live from now on.
    pub life: Duration,
}

impl Store {
    /// Puts a note, in the place of the one under its field; `false` where there is no room for it, which is noted;
    /// the one under its field goes all the same.
    pub async fn note(&self, map: &Key, note: &Note<'_>) -> Result<bool, StoreError> {
        let mut call = scripts::NOTE.key(map);
        call.arg(note.field)
            .arg(note.bytes)
            .arg(self.entropy.name());
        call.arg(note.most).arg(note.most_bytes);
        call.arg(millis(note.life)).arg(note.now_ms);
        let put: Option<bool> = self.script(&call).await?;
        Ok(put.unwrap_or(false))
    }

    /// The versions of the notes of several maps of one slot.
    pub async fn note_versions(&self, maps: &[Key]) -> Result<Vec<Option<String>>, StoreError> {
        if maps.is_empty() {
            return Ok(Vec::new());
        }
        let mut pipeline = redis::pipe();
        for map in maps {
            pipeline.cmd("HGET").arg(map).arg(VERSION);
        }
        fault::bounded(Box::pin(async {
            let mut connection = self.pool.get().await?;
            Ok(pipeline.query_async(&mut connection).await?)
        }))
        .await
    }

    /// All notes of a map.
    pub async fn notes(&self, map: &Key) -> Result<Notes, StoreError> {
        let fields: Vec<(String, Vec<u8>)> = self.run(redis::cmd("HGETALL").arg(map)).await?;
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).ok();
        let mut found = Notes::default();
        for (field, bytes) in fields {
            match &field[..] {
                VERSION => found.version = text(bytes),
                FULL => found.full_ms = text(bytes).and_then(|ms| ms.parse().ok()),
                BYTES => {}
                _ => found.notes.push((field, bytes)),
            }
        }
        Ok(found)
    }

    /// The fields of the notes of a map.
    pub async fn note_fields(&self, map: &Key) -> Result<Vec<String>, StoreError> {
        let mut fields: Vec<String> = self.run(redis::cmd("HKEYS").arg(map)).await?;
        fields.retain(|field| ![VERSION, BYTES, FULL].contains(&&field[..]));
        Ok(fields)
    }

    /// Drops notes, and with `full` that there was no room, if their version is still this one; tells whether it was.
    pub async fn drop_notes(
        &self,
        map: &Key,
        version: &str,
        fields: &[String],
        full: bool,
    ) -> Result<bool, StoreError> {
        let mut call = scripts::DROP_NOTES.key(map);
        call.arg(version).arg(self.entropy.name()).arg(fields);
        if full {
            call.arg(FULL);
        }
        let dropped: Option<bool> = self.script(&call).await?;
        Ok(dropped.unwrap_or(false))
    }

    /// A field of a map.
    pub async fn map_get(&self, map: &Key, field: &str) -> Result<Option<Vec<u8>>, StoreError> {
        self.run(redis::cmd("HGET").arg(map).arg(field)).await
    }

    /// Puts `new` in the place of `old` if that is what a field of a map holds; tells whether it did.
    pub async fn map_replace(
        &self,
        map: &Key,
        field: &str,
        (old, new): (&[u8], &[u8]),
    ) -> Result<bool, StoreError> {
        let mut call = scripts::REPLACE_FIELD.key(map);
        call.arg(field).arg(old).arg(new);
        let done: Option<bool> = self.script(&call).await?;
        Ok(done.unwrap_or(false))
    }
}
