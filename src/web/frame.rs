//! What stands around every page: who is signed in, where one is, and what there is to be told.

use super::assets;
use super::csrf;
use super::flash::Notice;
use super::session::{Known, SignedIn, Visit};
use super::settings;
use super::site::Site;
use crate::owner::Owner;

/// The frame of a page.
pub struct Frame {
    /// Who is signed in.
    pub owner: Option<Owner>,
    /// The token for the page's forms; empty where the page has none.
    pub csrf: String,
    /// Notices to show.
    pub notices: Vec<Notice>,
    /// The entry of the navigation that one is at; empty for none.
    pub here: &'static str,
    /// The pages of the settings that this person has: their names and places.
    pub settings: Vec<(&'static str, &'static str)>,
    /// The provider whose contacts the navigation leads to, if there is one.
    pub contacts: Option<&'static str>,
    /// Whether this is the demo.
    pub demo: bool,
    /// The stand-ins of the demo: each provider's name, and the page of its controls.
    pub sandbox: Vec<(&'static str, String)>,
    /// Seconds after which a page without script is loaded again.
    pub reload_after: Option<u32>,
    /// The style sheet's address.
    pub css: String,
    /// htmx's address.
    pub htmx: String,
    /// The address of the script for keys.
    pub keys: String,
    /// The address of the script that has each form sent once.
    pub once: String,
}

impl Frame {
    /// The frame of a signed-in person's page.
    pub fn new(site: &Site, who: &SignedIn, here: &'static str) -> Self {
        let mut frame = Self::open(site, &who.visit);
        frame.owner = Some(who.owner.clone());
        frame.here = here;
        frame.settings = settings::pages(site, who);
        frame
    }

    /// For a part of a page: the notices stay for the next whole page.
    pub fn part(site: &Site, who: &SignedIn) -> Self {
        Self::window(site, &who.visit)
    }

    /// The frame of a page in a window that a program opened: nobody is signed in there, and notices stay for who is.
    pub fn window(site: &Site, visit: &Visit) -> Self {
        let secret = visit.secret(|| site.entropy.token());
        Self {
            csrf: csrf::mask(&secret, &site.entropy),
            ..Self::bare(site, None)
        }
    }

    /// The frame of a page that anyone may see.
    pub fn open(site: &Site, visit: &Visit) -> Self {
        let secret = visit.secret(|| site.entropy.token());
        Self {
            csrf: csrf::mask(&secret, &site.entropy),
            notices: visit.take_notices(),
            ..Self::bare(site, None)
        }
    }

    /// A frame that changes nothing in the session, for errors; without a name where none is known.
    pub fn bare(site: &Site, known: Option<Known>) -> Self {
        let (owner, secret) = known.map(|known| (known.owner, known.secret)).unzip();
        Self {
            csrf: secret
                .map(|secret| csrf::mask(&secret, &site.entropy))
                .unwrap_or_default(),
            owner,
            notices: Vec::new(),
            here: "",
            settings: Vec::new(),
            contacts: site.contacts.first().map(|profile| profile.id),
            demo: site.is_demo(),
            sandbox: site.sandbox.clone(),
            reload_after: None,
            css: assets::address("app.css"),
            htmx: assets::address("htmx.js"),
            keys: assets::address("keys.js"),
            once: assets::address("once.js"),
        }
    }
}
