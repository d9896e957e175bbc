//! With a Redis of their own: a single server, a Cluster, and a master that Sentinels name.

mod bucket;
mod lease;
mod migrate;
mod moving;
mod notes;
mod readers;
mod replace;
mod replicas;
mod risks;
mod strings;
mod tls;
mod walk;
