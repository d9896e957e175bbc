//! With a Redis of their own: a single server, and a one-node Cluster.

mod lease;
mod migrate;
mod strings;
