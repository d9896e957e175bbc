//! The fictional people who can grant access. A grant of Airtable is a person's, not an account's.

/// One person.
#[derive(Debug)]
pub struct Person {
    pub id: &'static str,
    pub name: &'static str,
    pub email: &'static str,
    /// Makes the bases of the people differ.
    pub seed: u8,
    /// Whether there is any base to share.
    pub has_bases: bool,
}

/// Everybody; the first is preselected.
pub static PEOPLE: [Person; 3] = [
    Person {
        id: "usrSampleUser0001",
        name: "Ada Sample",
        email: "ada@example.com",
        seed: 1,
        has_bases: true,
    },
    Person {
        id: "usrSampleUser0002",
        name: "Bruno Example",
        email: "bruno@example.org",
        seed: 2,
        has_bases: true,
    },
    Person {
        id: "usrSampleUser0003",
        name: "Chidi Newcomer",
        email: "chidi@example.com",
        seed: 3,
        has_bases: false,
    },
];

/// The person with this id.
pub fn find(id: &str) -> Option<&'static Person> {
    PEOPLE.iter().find(|person| person.id == id)
}
