//! With a Redis of their own: a single server, and a Cluster.

mod lease;
mod migrate;
mod notes;
mod replace;
mod risks;
mod strings;
mod walk;
