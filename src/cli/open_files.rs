//! How many files a process that serves may have open.

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// Raises the limit to the most that the operator allows. The one that a process begins with is often 1024, for the sake of
/// programs that could not count further; a connection takes two descriptors here, so that some hundred
/// clients would keep all others out.
pub(super) fn allow_all() {
    let limit = getrlimit(Resource::Nofile);
    let all = Rlimit {
        current: limit.maximum,
        ..limit
    };
    if let Err(error) = setrlimit(Resource::Nofile, all) {
        tracing::warn!(%error, ?limit, "the limit of open files could not be raised");
    }
}
