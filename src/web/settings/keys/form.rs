//! The form of a new key: what was entered, and what is wrong with it.

use std::time::Duration;

use jiff::Timestamp;

use crate::identity::{CreateError, New, Scope, TITLE_CHARS};
use crate::web::form::{Fields, own_id};

const DAY: u64 = 24 * 60 * 60;

/// The form of a new key.
pub struct Form {
    /// The id that the key will have, so that a form that is sent twice makes one.
    pub id: String,
    pub name: String,
    pub scopes: Vec<Offered>,
    pub expiry: Expiry,
    pub faults: Faults,
}

/// A scope as the form offers it.
pub struct Offered {
    pub scope: Scope,
    pub chosen: bool,
}

/// What is wrong, by field.
#[derive(Default)]
pub struct Faults {
    pub name: Option<String>,
    pub scopes: Option<String>,
    pub expiry: Option<String>,
    /// What concerns no field.
    pub whole: Option<String>,
}

/// When a key ends, of what the form offers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Expiry {
    Month,
    #[default]
    Quarter,
    Year,
    Never,
}

impl Expiry {
    pub const ALL: [Self; 4] = [Self::Month, Self::Quarter, Self::Year, Self::Never];

    /// Its name in the form.
    pub fn value(self) -> &'static str {
        match self {
            Self::Month => "30d",
            Self::Quarter => "90d",
            Self::Year => "1y",
            Self::Never => "never",
        }
    }

    pub fn words(self) -> &'static str {
        match self {
            Self::Month => "In 30 days",
            Self::Quarter => "In 90 days",
            Self::Year => "In 1 year",
            Self::Never => "Never",
        }
    }

    fn life(self) -> Option<Duration> {
        let days = match self {
            Self::Month => 30,
            Self::Quarter => 90,
            Self::Year => 365,
            Self::Never => return None,
        };
        Some(Duration::from_secs(days * DAY))
    }

    fn named(value: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|expiry| expiry.value() == value)
    }
}

impl Form {
    /// The form as it is opened.
    pub fn empty(id: String) -> Self {
        Self {
            id,
            name: String::new(),
            scopes: offered(|_| false),
            expiry: Expiry::default(),
            faults: Faults::default(),
        }
    }

    /// A form that was sent. One that brings no id of ours gets the one that `make` makes.
    pub fn read(fields: &Fields, make: impl FnOnce() -> String) -> Self {
        let sent: Vec<&str> = fields.all("scope").collect();
        let unknown = sent.iter().find(|name| Scope::named(name).is_none());
        let expiry = Expiry::named(fields.get("expires"));
        Self {
            id: own_id(fields).map_or_else(make, str::to_owned),
            name: fields.get("name").to_owned(),
            scopes: offered(|scope| sent.contains(&scope.name())),
            expiry: expiry.unwrap_or_default(),
            faults: Faults {
                scopes: unknown.map(|_| "Choose among these scopes.".to_owned()),
                expiry: expiry.is_none().then(|| "Choose one of these.".to_owned()),
                ..Faults::default()
            },
        }
    }

    /// The form with all that is wrong with it, and the key that it asks for where nothing is.
    pub fn entered(mut self, now: Timestamp) -> (Self, Option<New>) {
        let chosen = self.scopes.iter().filter(|offered| offered.chosen);
        let new = New {
            name: self.name.clone(),
            scopes: chosen.map(|offered| offered.scope).collect(),
            life: self.expiry.life(),
            id: Some(self.id.clone()),
        };
        for fault in new.faults(now) {
            self.faults.add(&fault);
        }
        let new = self.faults.is_empty().then_some(new);
        (self, new)
    }

    /// The form with one more fault.
    pub fn with(mut self, fault: &CreateError) -> Self {
        self.faults.add(fault);
        self
    }

    /// The longest name, in characters.
    pub fn longest_name(&self) -> usize {
        TITLE_CHARS
    }
}

impl Faults {
    pub fn is_empty(&self) -> bool {
        let all = [&self.name, &self.scopes, &self.expiry, &self.whole];
        all.into_iter().all(Option::is_none)
    }

    /// The first fault of a field stays: it says more.
    fn add(&mut self, fault: &CreateError) {
        let place = match fault {
            CreateError::Name => &mut self.name,
            CreateError::NoScope => &mut self.scopes,
            CreateError::Life => &mut self.expiry,
            CreateError::TooMany
            | CreateError::Left
            | CreateError::Made
            | CreateError::Store(_) => &mut self.whole,
        };
        place.get_or_insert_with(|| sentence(&fault.to_string()));
    }
}

fn offered(is_chosen: impl Fn(Scope) -> bool) -> Vec<Offered> {
    let all = Scope::ALL.into_iter();
    all.map(|scope| Offered {
        scope,
        chosen: is_chosen(scope),
    })
    .collect()
}

fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().map(char::to_uppercase);
    let first = first.into_iter().flatten();
    first.chain(letters).chain(['.']).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::web::samples::now;

    const ID: &str = "0123456789ab";

    fn sent(fields: &[(&str, &str)]) -> Form {
        let own = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        let fields: Fields = fields.iter().map(own).collect();
        Form::read(&fields, || "made".to_owned())
    }

    #[test]
    fn a_good_form_asks_for_what_was_chosen() {
        let form = sent(&[
            ("id", ID),
            ("name", " Nightly sync "),
            ("scope", "tokens:read"),
            ("scope", "items:read"),
            ("expires", "30d"),
        ]);
        let new = form.entered(now()).1.expect("a good form");
        assert_eq!(new.scopes, [Scope::ItemsRead, Scope::TokensRead]);
        assert_eq!(new.life, Some(Duration::from_secs(30 * DAY)));
        assert_eq!(new.id.as_deref(), Some(ID));
    }

    #[test]
    fn all_that_is_wrong_is_told_at_once_and_what_was_entered_stays() {
        let form = sent(&[("id", ID), ("name", " "), ("expires", "soon")]);
        let (form, new) = form.entered(now());
        assert!(new.is_none());
        assert_eq!(form.name, " ");
        assert_eq!(form.expiry, Expiry::Quarter);
        let faults = form.faults;
        assert!(
            faults
                .name
                .is_some_and(|it| it.starts_with("The name must"))
        );
        assert_eq!(faults.scopes.as_deref(), Some("Choose at least one scope."));
        assert_eq!(faults.expiry.as_deref(), Some("Choose one of these."));

        let chosen = [
            ("name", "a\u{7}"),
            ("scope", "items:read"),
            ("expires", "never"),
        ];
        let (form, new) = sent(&chosen).entered(now());
        assert!(new.is_none());
        assert_eq!(form.expiry, Expiry::Never);
        assert!(form.scopes[0].chosen && !form.scopes[1].chosen);
        assert!(form.faults.scopes.is_none() && form.faults.expiry.is_none());
    }

    #[test]
    fn a_scope_that_is_not_offered_makes_no_key() {
        let all = [("scope", "items:read"), ("scope", "everything")];
        let form = sent(&[("name", "sync"), ("expires", "1y"), all[0], all[1]]);
        let (form, new) = form.entered(now());
        assert!(new.is_none());
        assert!(form.faults.scopes.is_some() && form.scopes[0].chosen);
    }

    #[test]
    fn every_expiry_that_is_offered_can_be_had() {
        for expiry in Expiry::ALL {
            let fields = [
                ("name", "a"),
                ("scope", "items:read"),
                ("expires", expiry.value()),
            ];
            let new = sent(&fields).entered(now()).1.expect("a good form");
            assert_eq!(new.life.is_none(), expiry == Expiry::Never);
        }
    }

    #[test]
    fn an_id_that_is_not_ours_is_replaced() {
        assert_eq!(sent(&[("id", ID)]).id, ID);
        for id in [
            "",
            "0123456789a",
            "0123456789AB",
            "../../../../",
            "0123456789abc",
        ] {
            assert_eq!(sent(&[("id", id)]).id, "made", "{id:?}");
        }
    }
}
