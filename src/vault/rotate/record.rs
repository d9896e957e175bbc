//! A sealed record as a rotation sees it: where it lies, what it is bound to, how it is replaced.

use std::fmt;

use async_trait::async_trait;

use super::Why;
use crate::store::{Key, Store, StoreError, keys};
use crate::vault::cipher::Binding;
use crate::vault::record;

/// A kind of sealed records, and how all of them are found.
#[async_trait]
pub trait Kind: Sync {
    /// Its name for people, in the plural.
    fn title(&self) -> &'static str;

    /// A glob of the keys by which its records are found.
    fn glob(&self) -> &'static str;

    /// The records that a key of the glob leads to; none where it is not one of ours.
    async fn records(&self, store: &Store, name: &str) -> Result<Records, StoreError>;
}

/// Some records.
pub type Records = Box<dyn Iterator<Item = Record> + Send>;

/// A kind whose records lie under the keys of the glob themselves, whose names say what they are bound to.
pub struct ByName {
    /// See [`Kind::title`].
    pub title: &'static str,
    /// See [`Kind::glob`].
    pub glob: &'static str,
    /// The record of a name.
    pub record: fn(&str) -> Option<Record>,
}

#[async_trait]
impl Kind for ByName {
    fn title(&self) -> &'static str {
        self.title
    }

    fn glob(&self) -> &'static str {
        self.glob
    }

    async fn records(&self, _: &Store, name: &str) -> Result<Records, StoreError> {
        Ok(Box::new((self.record)(name).into_iter()))
    }
}

/// The connections, with their credentials.
pub const CONNECTIONS: ByName = ByName {
    title: "connections",
    glob: keys::CONNECTIONS,
    record: |name| {
        let found = keys::parse_owned(name)?;
        let key = keys::connection(&found.owner, &found.provider);
        let binding = record::binding(&found.owner, &found.provider);
        Some(Record::versioned(key, binding.as_ref()))
    },
};

/// A sealed record.
pub struct Record {
    key: Key,
    purpose: String,
    parts: Vec<String>,
    form: Form,
    /// The record that names this one, where its own key does not say whose it is.
    named_by: Option<Key>,
}

enum Form {
    /// A record with a version.
    Versioned,
    /// A string, in whose place a mark may stand.
    Text { mark: &'static [u8] },
    /// A field of a map.
    Field { name: String },
}

/// A record as it was read.
pub(super) enum Held {
    Versioned { version: u64, bytes: Vec<u8> },
    Text(Vec<u8>),
}

/// What a record is bound to.
pub(super) struct Bound<'a> {
    purpose: &'a str,
    parts: Vec<&'a str>,
}

impl Record {
    /// A record with a version.
    pub fn versioned(key: Key, binding: Binding<'_>) -> Self {
        Self::new(key, binding, Form::Versioned)
    }

    /// A string.
    pub fn text(key: Key, binding: Binding<'_>) -> Self {
        Self::new(key, binding, Form::Text { mark: b"" })
    }

    /// A string, in whose place `mark` may stand, which is not sealed.
    pub fn text_or(mark: &'static [u8], key: Key, binding: Binding<'_>) -> Self {
        Self::new(key, binding, Form::Text { mark })
    }

    /// A field of a map.
    pub fn field(key: Key, name: String, binding: Binding<'_>) -> Self {
        Self::new(key, binding, Form::Field { name })
    }

    fn new(key: Key, binding: Binding<'_>, form: Form) -> Self {
        Self {
            key,
            purpose: binding.purpose.to_owned(),
            parts: binding.parts.iter().map(|part| (*part).into()).collect(),
            form,
            named_by: None,
        }
    }

    /// Says which record names this one.
    pub fn named_by(mut self, key: Key) -> Self {
        self.named_by = Some(key);
        self
    }

    pub(super) fn binding(&self) -> Bound<'_> {
        Bound {
            purpose: &self.purpose,
            parts: self.parts.iter().map(String::as_str).collect(),
        }
    }

    /// The record as it is now; `None` where there is none. What lies under its key may be no such thing.
    pub(super) async fn read(
        &self,
        store: &Store,
    ) -> Result<Result<Option<Held>, Why>, StoreError> {
        let held = match &self.form {
            Form::Versioned => store.get_versioned(&self.key).await.map(|found| {
                found.map(|found| Held::Versioned {
                    version: found.version,
                    bytes: found.bytes,
                })
            }),
            Form::Text { mark } => store
                .get(&self.key)
                .await
                .map(|found| found.filter(|bytes| bytes != mark).map(Held::Text)),
            Form::Field { name } => {
                let found = store.map_get(&self.key, name).await;
                found.map(|found| found.map(Held::Text))
            }
        };
        match held {
            Ok(held) => Ok(Ok(held)),
            Err(error) if error.is_of_another_type() => Ok(Err(Why::Damaged)),
            Err(error) => Err(error),
        }
    }

    /// Writes `sealed` in the place of what was read, unless somebody has changed it since.
    pub(super) async fn replace(
        &self,
        store: &Store,
        held: &Held,
        sealed: &[u8],
    ) -> Result<bool, StoreError> {
        match (held, &self.form) {
            (Held::Versioned { version, .. }, _) => {
                let written = store.compare_and_set(&self.key, *version, sealed).await?;
                Ok(written.is_some())
            }
            (Held::Text(old), Form::Field { name }) => {
                store.map_replace(&self.key, name, (old, sealed)).await
            }
            (Held::Text(old), _) => store.replace(&self.key, old, sealed).await,
        }
    }
}

impl Held {
    pub(super) fn bytes(&self) -> &[u8] {
        match self {
            Self::Versioned { bytes, .. } | Self::Text(bytes) => bytes,
        }
    }
}

impl Bound<'_> {
    pub(super) fn as_ref(&self) -> Binding<'_> {
        Binding {
            purpose: self.purpose,
            parts: &self.parts,
        }
    }
}

impl fmt::Display for Record {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.key)?;
        match &self.named_by {
            Some(by) => write!(f, " (of {by})"),
            None => Ok(()),
        }
    }
}
