//! Every kind of Redis that Patchbay works with, real ones: with TLS, with a user of few rights, behind Sentinels, and as a
//! Cluster; what people do there, and what they notice when a master fails in the middle of it.

mod acl;
mod busy;
mod cluster;
mod journey;
mod sentinel;
mod tls;
