//! Who an identity is here: the one place where single sign-on meets the accounts.

use crate::identity::sso::Identity;
use crate::owner::Owner;
use crate::web::error::PageError;
use crate::web::site::Site;

/// The person that an identity is, if they may come in: whom the identity provider vouches for, with an org, is a member
/// of that org.
pub(super) async fn admit(_: &Site, identity: &Identity) -> Result<Owner, PageError> {
    Ok(Owner {
        org: identity.org.clone(),
        user: identity.email.clone(),
    })
}
