//! Who an account is.

use super::super::Account;
use super::wire;
use crate::outbound::{Call, CallError, Request};

pub(super) fn me() -> Request {
    Request::get("/v3/me")
}

pub(super) async fn account(call: &Call) -> Result<Account, CallError> {
    let me: wire::Me = call.read(&me()).await?;
    Ok(Account {
        facts: vec![("Reader id".to_owned(), me.id.clone())],
        name: me.name,
        id: me.id,
        ..Account::default()
    })
}
