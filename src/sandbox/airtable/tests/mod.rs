//! Tests of the stand-in: its rules with a told time, and its answers over HTTP as a client sees them.

mod bases;
mod consent;
mod faults;
mod grants;
mod limits;
mod listings;
mod records;
mod support;
mod tokens;
