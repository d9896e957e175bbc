//! With a Redis of their own: a single server, and a Cluster.

mod bucket;
mod lease;
mod migrate;
mod notes;
mod readers;
mod replace;
mod replicas;
mod risks;
mod strings;
mod tls;
mod walk;
