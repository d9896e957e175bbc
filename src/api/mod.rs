//! What programs talk to: the JSON API, the classic one, the reference of both, and operations.

pub mod access;
mod body;
pub mod classic;
mod cors;
pub mod ops;
pub mod reference;
pub mod v1;
