//! What programs talk to: the JSON API, the classic one, and operations.

pub mod access;
pub mod classic;
pub mod ops;
