//! What an operator sees: metrics, traces, people in the log, and the papers that explain them.

mod collector;
mod exposition;
mod metrics;
mod names;
mod papers;
mod traces;

pub use names::alias_of;
