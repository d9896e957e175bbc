//! What is to be said of a provider above the table of all: that nothing is loaded, that a load runs, or why what is
//! shown is not all of it. One short banner each; the connection's page has the rest.

use jiff::Timestamp;

use crate::connections::Overview;
use crate::load::{Load, Status};
use crate::web::connections::{Banner, Trouble, shortfalls};
use crate::web::words::{When, counted, listed};

/// See the module.
pub struct Told {
    pub id: &'static str,
    pub name: &'static str,
    pub banner: Banner,
    /// Whether a load is offered.
    pub load: bool,
    /// What the way to the connection's page is called.
    pub way_on: &'static str,
}

impl Told {
    /// `None` where there is nothing to say: all is there, or the provider is not connected. `readable` is whether the
    /// snapshot can be read.
    pub fn of(overview: &Overview, readable: bool, now: Timestamp) -> Option<Self> {
        if overview.stored.is_none() && overview.unreadable.is_none() {
            return None;
        }
        let running = overview.load.as_ref();
        let running = running.filter(|load| load.status == Status::Running);
        match (running, &overview.snapshot) {
            (Some(load), _) => Some(loading(overview, load, readable)),
            (None, None) => Some(not_loaded(overview)),
            (None, Some(_)) if !readable => Some(unreadable(overview)),
            (None, Some(snapshot)) => incomplete(overview, snapshot, now),
        }
    }

    fn new(overview: &Overview, tone: &'static str, title: String, text: String) -> Self {
        let profile = overview.profile;
        Self {
            id: profile.id,
            name: profile.name,
            banner: Banner { tone, title, text },
            load: false,
            way_on: "See the connection",
        }
    }

    /// The same with a button that loads, where there is a credential to load with.
    fn to_load(overview: &Overview, tone: &'static str, title: String, text: String) -> Self {
        Self {
            load: overview.stored.is_some(),
            ..Self::new(overview, tone, title, text)
        }
    }
}

fn loading(overview: &Overview, load: &Load, readable: bool) -> Told {
    let so_far = counted(load.items(), "item", "items");
    let shown = match overview.snapshot {
        Some(_) if readable => "Shown is what was loaded before.",
        Some(_) => {
            "What was loaded before cannot be read; these are shown when the load has ended."
        }
        None => "They are shown when the load has ended.",
    };
    Told {
        way_on: "See how far it is",
        ..Told::new(
            overview,
            "info",
            format!("{} is loading", overview.profile.name),
            format!("{so_far} so far. {shown}"),
        )
    }
}

fn not_loaded(overview: &Overview) -> Told {
    let titles = overview.profile.streams.iter();
    let titles: Vec<String> = titles.map(|stream| stream.title.to_lowercase()).collect();
    let titles: Vec<&str> = titles.iter().map(String::as_str).collect();
    Told::to_load(
        overview,
        "info",
        format!("Nothing of {} has been loaded yet", overview.profile.name),
        format!("A load reads your {}.", listed(&titles)),
    )
}

fn unreadable(overview: &Overview) -> Told {
    Told::to_load(
        overview,
        "danger",
        format!("The items of {} cannot be read", overview.profile.name),
        "Their encryption key is not in this Patchbay's key ring, or they are gone. Load them anew.".to_owned(),
    )
}

fn incomplete(overview: &Overview, snapshot: &Load, now: Timestamp) -> Option<Told> {
    let name = overview.profile.name;
    let reasons = reasons(overview, snapshot, now);
    if !reasons.is_empty() {
        let title = format!("Of {name}, not all is here as it is now");
        return Some(Told::new(overview, "warn", title, reasons.join(" ")));
    }
    (snapshot.items() == 0).then(|| {
        let title = format!("The last load of {name} brought nothing");
        Told::to_load(
            overview,
            "info",
            title,
            overview.profile.when_empty.to_owned(),
        )
    })
}

/// Why what is shown may not be what there is.
fn reasons(overview: &Overview, snapshot: &Load, now: Timestamp) -> Vec<String> {
    let mut reasons = shortfalls(snapshot, overview.profile.name, now);
    if snapshot.is_cut() {
        reasons.push("The operator set that limit.".to_owned());
    }
    if overview.load.as_ref().is_some_and(came_to_nothing) {
        reasons.push("The last load came to nothing.".to_owned());
    }
    if let Some(trouble) = Trouble::of(overview, "", now) {
        reasons.push(format!("{}.", trouble.brief));
    }
    let loaded = snapshot.ended_at.unwrap_or(snapshot.started_at);
    if !reasons.is_empty() {
        let when = match When::new(loaded, now).words {
            words if words == "now" => "just now".to_owned(),
            words => words,
        };
        reasons.push(format!("Shown is what was loaded {when}."));
    }
    reasons
}

fn came_to_nothing(load: &Load) -> bool {
    matches!(load.status, Status::Failed | Status::Interrupted)
}
