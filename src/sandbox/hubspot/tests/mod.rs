//! Tests of the stand-in: its rules with a told time, and its answers over HTTP as a client sees them.

mod batches;
mod bodies;
mod consent;
mod contacts;
mod definitions;
mod faults;
mod grants;
mod lists;
mod searches;
mod support;
mod tokens;
