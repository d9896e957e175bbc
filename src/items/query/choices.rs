//! What can be chosen from a few, each with its name in the URL.

/// As what a page shows items.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum View {
    /// As rows of a table.
    Table,
    /// As formatted JSON.
    Json,
}

/// By what items are sorted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sort {
    /// Their name.
    Name,
    /// Their type.
    Type,
    /// What they lie in.
    Parent,
    /// When they were created.
    Created,
    /// When they were last changed.
    Modified,
}

/// Which way items are sorted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dir {
    /// Smallest, or earliest, first.
    Asc,
    /// Largest, or latest, first.
    Desc,
}

/// In which order a list of items comes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Order {
    /// As they lie in the snapshots, one snapshot after the other.
    #[default]
    AsLoaded,
    /// Sorted.
    By(Sort, Dir),
}

impl Sort {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::Name,
        Self::Type,
        Self::Parent,
        Self::Created,
        Self::Modified,
    ];

    /// Its name in URLs.
    pub fn name(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Type => "type",
            Self::Parent => "parent",
            Self::Created => "created",
            Self::Modified => "modified",
        }
    }
}

impl View {
    /// Its name in URLs.
    pub fn name(self) -> &'static str {
        match self {
            Self::Table => "table",
            Self::Json => "json",
        }
    }
}

impl Dir {
    /// Its name in URLs.
    pub fn name(self) -> &'static str {
        match self {
            Self::Asc => "asc",
            Self::Desc => "desc",
        }
    }

    /// The other way.
    pub fn reversed(self) -> Self {
        match self {
            Self::Asc => Self::Desc,
            Self::Desc => Self::Asc,
        }
    }
}
