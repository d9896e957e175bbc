//! Attempts to get in, each of which must be refused: somebody else's things on every route, and the known ways to
//! trick a browser, a provider's redirect or a parser. Which attack is tried where is a table of `docs/threat-model.md`.

mod browser;
mod forgery;
mod isolation;
mod redirects;
mod routes;
mod scene;
mod sso;
mod wire;
