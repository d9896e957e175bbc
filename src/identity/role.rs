//! What a member may do in their org.

/// What a member may do in their org.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// Works with connections of their own, and sees nothing of anybody else's.
    Member,
    /// Beside that, says who is a member, and sees what was done in the org.
    Admin,
}

impl Role {
    /// Every role.
    pub const ALL: [Self; 2] = [Self::Member, Self::Admin];

    /// Its name in forms, records and on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Member => "member",
            Self::Admin => "admin",
        }
    }

    /// The role of that name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.name() == name)
    }
}
