//! Every key name of Patchbay, and how org and user ids become part of one.
//!
//! Keys begin with `pb:`. What belongs to one (org, user) shares a hash tag, so that scripts over it stay
//! within one slot of a Cluster. Ids are percent-encoded down to ASCII letters, digits, `-` and `_`, which
//! leaves `.`, `:`, `{` and `}` to us: no choice of names can collide or reach into another key.

use std::fmt;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

use super::Unit;
use crate::digest::digest;
use crate::owner::Owner;

/// What of an id is encoded: all but letters, digits, `-` and `_`.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_');

/// Longest word of our making in a key, in bytes; a token has 43.
const LONGEST_WORD: usize = 64;

/// A key's name. Made only here.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Key(String);

impl Key {
    /// The name as Redis sees it.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Glob of all connections.
pub const CONNECTIONS: &str = "pb:{*}:connection:*";
/// Glob of all accounts that wait to be chosen.
pub const CANDIDATES: &str = "pb:{*}:candidate:*";
/// Glob of all records of loads.
pub const LOADS: &str = "pb:{*}:load:*";
/// Glob of all records of snapshots.
pub const SNAPSHOTS: &str = "pb:{*}:snapshot:*";
/// Glob of all records of what was changed since it was loaded.
pub const CHANGES: &str = "pb:{*}:changes:*";
/// Glob of all drafts.
pub const DRAFTS: &str = "pb:{*}:draft:*";
/// Glob of all API keys.
pub const API_KEYS: &str = "pb:key:*";
/// Glob of what came of requests with an idempotency key.
pub const ANSWERED: &str = "pb:{*}:answered:*";
/// Glob of all pending authorisations.
pub const PENDING: &str = "pb:pending:*";
/// Glob of all authorisations that wait to be confirmed.
pub const UNCONFIRMED: &str = "pb:unconfirmed:*";

/// Glob of all sign-ins that were begun at an identity provider.
pub const SIGNING_IN: &str = "pb:signing-in:*";

/// Glob of the connections of an org. An encoded id has no character that a glob takes for more than itself.
pub fn connections_of(org: &str) -> String {
    let org = utf8_percent_encode(org, ENCODED);
    format!("pb:{{{org}.*}}:connection:*")
}

/// What stands in the name of a key that belongs to an owner.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Owned {
    /// Whose it is.
    pub owner: Owner,
    /// What it holds: `connection`, `snapshot`.
    pub what: String,
    /// The provider's id; of a draft or a sent form, its own.
    pub provider: String,
}

/// Hash: the schema number of the store, and the oldest program that may still read it.
pub fn schema() -> Key {
    Key("pb:schema".to_owned())
}

/// Lock: one replica migrates at a time.
pub fn migration_lock() -> Key {
    Key("pb:lock:migrate".to_owned())
}

/// String: where the walk of a migration is, so that it can be resumed.
pub fn migration_cursor() -> Key {
    Key("pb:migrate:cursor".to_owned())
}

/// String: the state of a browser session, under the hash of its id.
pub fn session(id_hash: &str) -> Key {
    Key(format!("pb:session:{{{id_hash}}}"))
}

/// Hash: the sessions in which somebody is signed in, by ids that are not secret. A hint: what counts is the session.
pub fn sessions(owner: &Owner) -> Key {
    owned(owner, "sessions", "web")
}

/// Hash: somebody who has an account, under their id, with the version of the record.
pub fn person(user: &str) -> Key {
    let user = utf8_percent_encode(user, ENCODED);
    Key(format!("pb:person:{{{user}}}"))
}

/// String: the id of whom an identity provider knows by this subject, also after they were removed.
pub fn subject(issuer: &str, id: &str) -> Key {
    // No address has a line break.
    let digest = digest(format!("{issuer}\n{id}"));
    Key(format!("pb:subject:{{{digest}}}"))
}

/// Hash: who is or was a member of an org. A hint: what counts is the person.
pub fn members(org: &str) -> Key {
    let org = utf8_percent_encode(org, ENCODED);
    Key(format!("pb:members:{{{org}}}"))
}

/// String: an invitation, under the hash of its link's token.
pub fn invitation(hash: &str) -> Key {
    Key(format!("pb:invitation:{{{hash}}}"))
}

/// Hash: the hashes of the open invitations of an org, by their ids. A hint: what counts is the invitation.
pub fn invitations(org: &str) -> Key {
    let org = utf8_percent_encode(org, ENCODED);
    Key(format!("pb:invitations:{{{org}}}"))
}

/// Lock: one change to the members of an org at a time.
pub fn members_lock(org: &str) -> Key {
    let org = utf8_percent_encode(org, ENCODED);
    Key(format!("pb:lock:members:{{{org}}}"))
}

/// Hash: all orgs, by when they were made.
pub fn orgs() -> Key {
    Key("pb:orgs".to_owned())
}

/// String: what the code of the first run is made of, until there is an org.
pub fn setup() -> Key {
    Key("pb:setup".to_owned())
}

/// Lock: one first run at a time.
pub fn setup_lock() -> Key {
    Key("pb:lock:setup".to_owned())
}

/// String: a pending authorisation, under the hash of its state.
pub fn pending(state_hash: &str) -> Key {
    Key(format!("pb:pending:{{{state_hash}}}"))
}

/// String: an authorisation that waits to be confirmed, with its code (sealed), under the hash of its id.
pub fn unconfirmed(id_hash: &str) -> Key {
    Key(format!("pb:unconfirmed:{{{id_hash}}}"))
}

/// String: a sign-in that was begun at an identity provider (sealed), under the hash of its state.
pub fn signing_in(state_hash: &str) -> Key {
    Key(format!("pb:signing-in:{{{state_hash}}}"))
}

/// Hash: a connection with its credential (sealed), the version of the record and its last use.
pub fn connection(owner: &Owner, provider: &str) -> Key {
    owned(owner, "connection", provider)
}

/// String: the grant of another account (sealed), until the person has chosen between it and the connection.
pub fn candidate(owner: &Owner, provider: &str) -> Key {
    owned(owner, "candidate", provider)
}

/// Lock: one answer at a time to the question which account to keep.
pub fn candidate_lock(owner: &Owner, provider: &str) -> Key {
    owned(owner, "choosing", provider)
}

/// Lock: one refresh of a grant at a time, over all replicas and all connections that share it; `grant` is a
/// digest.
pub fn refresh_lock(provider: &str, grant: &str) -> Key {
    Key(format!("pb:refresh:{{{provider}.{grant}}}"))
}

/// Hash: the connections of one account at a provider, by the names of their keys, each with what its grant is
/// known by. The account's id is not to be read from the key.
pub fn account(provider: &str, account: &str) -> Key {
    let digest = digest(account);
    Key(format!("pb:account:{{{provider}.{digest}}}"))
}

/// A unit of a provider's limit, such as a base: sorted set, when requests are sent; hash, whether it is paused and
/// what the provider announced. `together`: one request may count in several units of the provider, so all of
/// them lie in one slot. The unit's id is not to be read from the keys.
pub fn limit(provider: &str, kind: &str, id: &str, together: bool) -> Unit {
    let digest = digest(id);
    let unit = match together {
        true => format!("pb:limit:{{{provider}}}:{kind}.{digest}"),
        false => format!("pb:limit:{{{provider}.{kind}.{digest}}}"),
    };
    Unit {
        log: Key(format!("{unit}:log")),
        state: Key(format!("{unit}:state")),
    }
}

/// Hash: an API key by the hash of its text, with the version of the record and its last use.
pub fn api_key(hash: &str) -> Key {
    Key(format!("pb:key:{{{hash}}}"))
}

/// The hash in the name of an API key's record.
pub fn parse_api_key(name: &str) -> Option<&str> {
    let hash = name.strip_prefix("pb:key:{")?.strip_suffix('}')?;
    plain(hash).is_some().then_some(hash)
}

/// Hash: the hashes of an owner's API keys, by their ids. A hint: what counts is the key's record.
pub fn api_keys(owner: &Owner) -> Key {
    owned(owner, "keys", "api")
}

/// String: when a bucket of our own limits is full again. Who draws on it is not to be read from the key.
pub fn bucket(limit: &str, who: &str) -> Key {
    Key(format!("pb:bucket:{{{limit}.{}}}", digest(who)))
}

/// String: what came of a request with an idempotency key (sealed), under a digest of that.
pub fn answered(owner: &Owner, digest: &str) -> Key {
    owned(owner, "answered", &plain_or_digest(digest))
}

/// String: there within one script only, to see whether anything can be written.
pub fn try_write() -> Key {
    Key("pb:try".to_owned())
}

/// Sorted set: the names of connections' keys, by when they need looking after.
pub fn due() -> Key {
    Key("pb:due".to_owned())
}

/// Stream: what was changed at providers by an org.
pub fn activity_changes(org: &str) -> Key {
    let Key(trail) = activity(org);
    Key(format!("{trail}:changes"))
}

/// Hash: the users of an org who have connections.
pub fn holders(org: &str) -> Key {
    let org = utf8_percent_encode(org, ENCODED);
    Key(format!("pb:holders:{{{org}}}"))
}

/// Stream: what was done in an org.
pub fn activity(org: &str) -> Key {
    let org = utf8_percent_encode(org, ENCODED);
    Key(format!("pb:activity:{{{org}}}"))
}

/// Stream: what was refused in an org.
pub fn activity_attempts(org: &str) -> Key {
    let Key(trail) = activity(org);
    Key(format!("{trail}:attempts"))
}

/// Stream: what goes on in an org by itself.
pub fn activity_routine(org: &str) -> Key {
    let Key(trail) = activity(org);
    Key(format!("{trail}:routine"))
}

/// Lock: one replica does the upkeep.
pub fn upkeep_lock() -> Key {
    Key("pb:lock:upkeep".to_owned())
}

/// String: the running load of a connection, or the last one.
pub fn load(owner: &Owner, provider: &str) -> Key {
    owned(owner, "load", provider)
}

/// Sorted set: the names of the keys of running loads, by when their process is dead unless it says otherwise.
pub fn loads() -> Key {
    Key("pb:loads".to_owned())
}

/// Lock: one load of a connection at a time, held while its process lives.
pub fn load_lease(owner: &Owner, provider: &str) -> Key {
    owned(owner, "loading", provider)
}

/// String: which snapshot of a connection is the current one, and what it holds.
pub fn snapshot(owner: &Owner, provider: &str) -> Key {
    owned(owner, "snapshot", provider)
}

/// String: there while a look at a snapshot need not be noted again.
pub fn looked(owner: &Owner, provider: &str) -> Key {
    owned(owner, "looked", provider)
}

/// String: which streams the person chose to load.
pub fn choice(owner: &Owner, provider: &str) -> Key {
    owned(owner, "choice", provider)
}

/// Hash: the items that were changed since they were loaded (each sealed), under digests of what they are; and what is
/// told of all of them: see [`crate::store::Store::note`].
pub fn changes(owner: &Owner, provider: &str) -> Key {
    owned(owner, "changes", provider)
}

/// String: what came of a form, under a digest of its token, so that it is not done twice.
pub fn sent_form(owner: &Owner, token: &str) -> Key {
    owned(owner, "sent", &plain_or_digest(token))
}

/// String: what was entered into a form (sealed), while its owner reconnects.
pub fn draft(owner: &Owner, id: &str) -> Key {
    owned(owner, "draft", &plain_or_digest(id))
}

/// What a browser sent as a word of our making: anything else still names a key of its own.
fn plain_or_digest(word: &str) -> String {
    let short = plain(word).filter(|word| word.len() <= LONGEST_WORD);
    short.unwrap_or_else(|| digest(word))
}

/// String: one page of a snapshot (sealed). Each snapshot has a hash tag of its own, so that a large one
/// does not make its owner's slot grow hot.
pub fn page(snapshot: &str, stream: &str, number: u32) -> Key {
    Key(format!("pb:{{s-{snapshot}}}:{stream}:{number}"))
}

fn owned(owner: &Owner, what: &str, provider: &str) -> Key {
    let org = utf8_percent_encode(&owner.org, ENCODED);
    let user = utf8_percent_encode(&owner.user, ENCODED);
    Key(format!("pb:{{{org}.{user}}}:{what}:{provider}"))
}

/// Whose connection a key's name is, and to which provider; `None` for the name of another key.
pub fn connection_of(name: &str) -> Option<(Owner, String)> {
    let found = parse_owned(name).filter(|found| found.what == "connection")?;
    Some((found.owner, found.provider))
}

/// Whose load a key's name is, and of which provider; `None` for the name of another key.
pub fn load_of(name: &str) -> Option<(Owner, String)> {
    let found = parse_owned(name).filter(|found| found.what == "load")?;
    Some((found.owner, found.provider))
}

/// Reads the name of a key that belongs to an owner; `None` for any other. Only a name that could have been
/// made here is one: no two of them mean the same.
pub fn parse_owned(name: &str) -> Option<Owned> {
    let (tag, rest) = name.strip_prefix("pb:{")?.split_once("}:")?;
    let (what, provider) = rest.split_once(':')?;
    let (org, user) = tag.split_once('.')?;
    let found = Owned {
        owner: Owner {
            org: decoded(org)?,
            user: decoded(user)?,
        },
        what: plain(what)?,
        provider: plain(provider)?,
    };
    let made = owned(&found.owner, &found.what, &found.provider);
    (made.as_str() == name).then_some(found)
}

/// The hash in the name of a pending authorisation's key.
pub fn parse_pending(name: &str) -> Option<&str> {
    parse_hash(name.strip_prefix("pb:pending:")?)
}

/// The hash in the name of the key of an authorisation that waits to be confirmed.
pub fn parse_unconfirmed(name: &str) -> Option<&str> {
    parse_hash(name.strip_prefix("pb:unconfirmed:")?)
}

/// The hash in the name of the key of a sign-in that was begun.
pub fn parse_signing_in(name: &str) -> Option<&str> {
    parse_hash(name.strip_prefix("pb:signing-in:")?)
}

fn parse_hash(tag: &str) -> Option<&str> {
    let hash = tag.strip_prefix('{')?.strip_suffix('}')?;
    plain(hash).is_some().then_some(hash)
}

fn decoded(id: &str) -> Option<String> {
    Some(percent_decode_str(id).decode_utf8().ok()?.into_owned())
}

/// What stands in a name as it is: ids of our own making.
fn plain(word: &str) -> Option<String> {
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    (!word.is_empty() && word.chars().all(fits)).then(|| word.to_owned())
}

#[cfg(test)]
mod tests;
