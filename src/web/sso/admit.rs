//! Who an identity is here: the one place where single sign-on meets the accounts.

use crate::activity::{Action, By, Entry};
use crate::error::{Failure, Kind};
use crate::identity::sso::Identity;
use crate::identity::{SsoRefused, Subject};
use crate::metrics::{self, Admission};
use crate::owner::Owner;
use crate::peer::Peer;
use crate::web::site::Site;

/// The member that an identity is, if they may come in; whoever has no account becomes one.
pub(super) async fn admit(site: &Site, identity: Identity, peer: &Peer) -> Result<Owner, Failure> {
    let owner = Owner {
        org: identity.org,
        user: identity.email,
    };
    let subject = Subject {
        issuer: identity.issuer,
        id: identity.subject,
    };
    let person = site.members.sign_in_by_sso(&owner, &subject, peer).await;
    if let Err(refused) = &person
        && !matches!(refused, SsoRefused::Store(_))
    {
        metrics::signed_in(site.sign_in.name(), Admission::Refused);
        let entry = Entry::of(&By::unknown(peer.clone()), &owner, Action::SignInFailed);
        let entry = entry.about(&owner.user).saying(&refused.to_string());
        site.refusals.note(&owner.counted_as(), &entry).await;
    }
    person.map(|person| person.owner).map_err(refused)
}

fn refused(refused: SsoRefused) -> Failure {
    let cause = refused.to_string();
    let (title, text) = match refused {
        SsoRefused::OtherOrg => (
            "Your account here is in another org",
            "The identity provider names an org that is not yours in this Patchbay. Tell an admin of either.",
        ),
        SsoRefused::OtherEmail => (
            "You are known here by another email",
            "You have an account under it, or had one that was removed. An admin of your org can add this email under Members; what was connected under the other one stays there.",
        ),
        SsoRefused::OtherPerson => (
            "This email belonged to somebody else",
            "Another account at the identity provider signed in with it before, and what was connected then stays theirs. An admin of your org can remove the old account under Members, and then add the email anew.",
        ),
        SsoRefused::Removed => (
            "Your account was removed",
            "An admin removed it. If that was a mistake, an admin of your org can add it again under Members.",
        ),
        SsoRefused::Store(error) => return error.into(),
    };
    let failure = Failure::new(Kind::Forbidden, title, text).because(cause);
    failure.leading_to("Go to the sign-in page", "/sign-in".to_owned())
}
