//! What programs talk to: operations, and the classic API.

pub mod classic;
pub mod cors;
pub mod ops;
