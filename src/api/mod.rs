//! What programs talk to: operations for now; the JSON APIs have their place here.

pub mod ops;
