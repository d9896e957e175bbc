//! Attempts to get in, each of which must be refused: somebody else's things on every route, and the known ways to
//! trick a browser, a provider's redirect or a parser.

mod browser;
mod routes;
mod scene;
mod sso;
mod wire;
