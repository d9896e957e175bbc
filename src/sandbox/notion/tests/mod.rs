//! The stand-in against what Notion's answers were recorded to be, and under everything a tester can ask of it.

mod checks;
mod consent;
mod faults;
mod grants;
mod objects;
mod shapes;
mod support;
mod tokens;
mod walks;
