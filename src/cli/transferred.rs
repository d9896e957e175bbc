//! What `patchbay export` and `import` call the connections that are taken along.

use crate::owner::Owner;

/// A connection by whose it is and to which provider.
pub(super) fn named(owner: &Owner, provider: &str) -> String {
    format!("{} / {} / {provider}", owner.org, owner.user)
}
