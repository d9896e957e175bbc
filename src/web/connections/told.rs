//! What became of a grant at the provider, in words.

use crate::connections::Revocation;
use crate::providers::Profile;
use crate::web::flash::Link;

/// What a person is told of a grant that was let go.
pub struct Told {
    /// The notice's colour.
    pub tone: &'static str,
    /// What became of it, and what is left to do, as a sentence.
    pub text: String,
    /// Where to do it.
    pub link: Option<Link>,
}

impl Told {
    /// `access` names the grant: 'the access to the other account'.
    pub fn new(profile: &Profile, revocation: Revocation, access: &str) -> Self {
        let name = profile.name;
        let link = Link::new(format!("Connected apps at {name}"), profile.apps_url);
        match revocation {
            Revocation::Done => Self {
                tone: "ok",
                text: format!("{name} confirmed that {access} is ended."),
                link: None,
            },
            Revocation::Failed => Self {
                tone: "warn",
                text: format!("{name} could not be told; end {access} there yourself."),
                link,
            },
            Revocation::Shared => Self {
                tone: "info",
                text: format!(
                    "{name} was not told: another connection here uses the same access, which would end as well."
                ),
                link: None,
            },
            Revocation::Impossible => Self {
                tone: "info",
                text: format!("Patchbay cannot end {access} at {name}; you can do so there."),
                link,
            },
        }
    }
}
