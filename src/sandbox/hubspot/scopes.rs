//! Permissions: which names exist, which the app must ask for, which a call needs.

use super::data::Kind;

/// The scopes that the registered app requires. HubSpot documents that `scope` must hold all of an app's
/// required scopes, or the authorize page shows an error.
pub const REQUIRED: [&str; 2] = ["oauth", "crm.objects.contacts.read"];

/// The scope names this stand-in knows.
const KNOWN: [&str; 17] = [
    "oauth",
    "crm.objects.contacts.read",
    "crm.objects.contacts.write",
    "crm.objects.companies.read",
    "crm.objects.companies.write",
    "crm.objects.deals.read",
    "crm.objects.deals.write",
    "crm.objects.owners.read",
    "crm.objects.users.read",
    "crm.schemas.contacts.read",
    "crm.schemas.contacts.write",
    "crm.schemas.companies.read",
    "crm.schemas.companies.write",
    "crm.schemas.deals.read",
    "crm.schemas.deals.write",
    "crm.lists.read",
    "tickets",
];

/// Splits a space-separated list and drops repeats.
pub fn split(list: &str) -> Vec<String> {
    let mut scopes: Vec<String> = Vec::new();
    for scope in list.split_whitespace() {
        if !scopes.iter().any(|known| known == scope) {
            scopes.push(scope.to_owned());
        }
    }
    scopes
}

/// Names in `scopes` that do not exist.
pub fn unknown(scopes: &[String]) -> Vec<&str> {
    scopes
        .iter()
        .map(String::as_str)
        .filter(|scope| !KNOWN.contains(scope))
        .collect()
}

/// Required names that `scopes` lacks.
pub fn missing(scopes: &[String]) -> Vec<&'static str> {
    let has = |name: &str| scopes.iter().any(|scope| scope == name);
    REQUIRED.into_iter().filter(|name| !has(name)).collect()
}

/// Whether a scope concerns one kind of object, by any of its permissions.
pub fn concerns(scope: &str, kind: Kind) -> bool {
    scope.split('.').nth(2) == Some(kind.name())
}

/// The scopes of which one suffices to read `kind`, in the order of HubSpot's documented error body.
pub fn to_read(kind: Kind) -> [String; 4] {
    let name = kind.name();
    [
        format!("crm.schemas.{name}.read"),
        format!("crm.objects.{name}.sensitive.read.v2"),
        format!("crm.objects.{name}.read"),
        format!("crm.objects.{name}.highly_sensitive.read.v2"),
    ]
}

/// The scopes of which one suffices to write `kind`.
pub fn to_write(kind: Kind) -> [String; 3] {
    let name = kind.name();
    [
        format!("crm.objects.{name}.write"),
        format!("crm.objects.{name}.sensitive.write.v2"),
        format!("crm.objects.{name}.highly_sensitive.write.v2"),
    ]
}

/// A scope in plain words, for the consent page.
pub fn describe(scope: &str) -> &'static str {
    match scope {
        "oauth" => "Know that the app is installed, and basic account details",
        "crm.objects.contacts.read" => "View details about contacts",
        "crm.objects.contacts.write" => "Create, change and delete contacts",
        "crm.objects.companies.read" => "View details about companies",
        "crm.objects.deals.read" => "View details about deals",
        _ if scope.ends_with(".write") => "Change data of this kind",
        _ => "View data of this kind",
    }
}
