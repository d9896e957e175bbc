//! Where an object is.

/// What an object hangs on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Parent {
    Workspace,
    /// The page at this position.
    Page(u64),
    /// The block at this position.
    Block(u64),
    /// The database at this position.
    Database(u64),
    /// The data source of this ordinal.
    Source(u64),
    /// A page that is not shared.
    Foreign(u64),
    /// A kind that this name stands for and older clients have never heard of.
    Stranger(&'static str, u64),
}

/// What a block with something in it holds: blocks of pages and of databases have positions of their own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Within {
    Page(u64),
    Database(u64),
}

/// The positions of blocks that hold databases begin here.
const DATABASES: u64 = 1 << 32;

impl Within {
    /// The position of the block.
    pub fn block(self) -> u64 {
        match self {
            Self::Page(index) => index,
            Self::Database(index) => DATABASES + index,
        }
    }

    /// What the block at a position holds.
    pub fn of_block(block: u64) -> Self {
        block
            .checked_sub(DATABASES)
            .map_or(Self::Page(block), Self::Database)
    }
}
