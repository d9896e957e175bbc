//! The form of a contact.

use super::field::{FieldView, Shown};
use super::{LONGEST_NAME, Setting, Told};
use crate::contacts::{Entered, ROW, Whose};
use crate::providers::{Contact, Fault, Property, Taken};
use crate::web::words::{When, shortened};

/// Texts of a provider longer than this many characters are cut.
const LONGEST_TEXT: usize = 500;

/// Whose form it is: none for a new contact.
pub struct Subject<'a> {
    pub id: Option<&'a str>,
    /// The contact as it is, where that is known.
    pub contact: Option<Contact>,
}

/// What is to be said in a form.
#[derive(Default)]
pub struct Notes {
    /// The token of the form.
    pub token: String,
    /// Above all else.
    pub told: Option<Told>,
    /// What is wrong.
    pub faults: Vec<Fault>,
    /// That another contact has what must be its own.
    pub taken: Option<Taken>,
}

/// The row for another property.
pub struct RowView {
    pub name: String,
    pub value: String,
    pub error: Option<String>,
    /// Properties to choose from: names and labels.
    pub offered: Vec<(String, String)>,
}

/// The form of a contact.
pub struct FormView {
    pub title: String,
    /// The contact's id; none for a new one.
    pub id: Option<String>,
    pub action: String,
    pub token: String,
    /// Whose contacts it is about.
    pub account: Option<Whose>,
    /// When the contact was last changed, for the machine.
    pub base: Option<String>,
    pub told: Option<Told>,
    /// What is wrong, and concerns no field that is shown.
    pub errors: Vec<String>,
    pub fields: Vec<FieldView>,
    pub more: Vec<FieldView>,
    pub row: RowView,
    /// What the contact has, for who may not change it.
    pub shown: Vec<Shown>,
    pub may_write: bool,
    /// The same form with what the contact has.
    pub clear: String,
    pub delete: Option<String>,
    pub created: Option<When>,
    pub changed: Option<When>,
    /// The provider's own page.
    pub url: Option<String>,
    /// Whether it comes into a page that is there already, whose reader must be told of it.
    pub swapped_in: bool,
}

impl FormView {
    pub fn new(
        setting: &Setting<'_>,
        subject: &Subject<'_>,
        entered: &Entered,
        properties: &[Property],
        notes: &Notes,
        may_write: bool,
    ) -> Self {
        let (address, contact) = (setting.address, subject.contact.as_ref());
        let when = |at| When::new(at, setting.now);
        let fields = setting.facts.fields.iter();
        let fields = fields.map(|field| FieldView::of(field, entered, properties, notes));
        let more = entered.more.iter();
        let more = more.map(|name| FieldView::more(name, entered, properties, notes));
        let mut form = Self {
            title: title(subject),
            id: subject.id.map(str::to_owned),
            action: address.send(subject.id),
            token: notes.token.clone(),
            account: entered.account.clone(),
            base: entered.base.map(|base| base.to_string()),
            told: notes.told.clone(),
            errors: Vec::new(),
            fields: fields.collect(),
            more: more.collect(),
            row: row(setting, entered, properties, notes),
            shown: Vec::new(),
            may_write,
            clear: address.form(subject.id),
            delete: subject.id.map(|id| address.delete(id)),
            created: contact.and_then(|it| it.created_at).map(when),
            changed: contact.and_then(|it| it.updated_at).map(when),
            url: contact.and_then(|it| it.url.clone()),
            swapped_in: false,
        };
        form.tell_the_rest(notes, setting);
        let mut all = form.fields.iter_mut().chain(&mut form.more);
        if let Some(field) = all.find(|field| field.has_notes()) {
            field.first_with_notes = true;
        }
        if let Some(contact) = contact.filter(|_| !may_write) {
            form.show(contact, properties);
        }
        form
    }

    /// Whether something in it was not accepted.
    pub fn is_refused(&self) -> bool {
        let mut all = self.fields.iter().chain(&self.more);
        !self.errors.is_empty() || self.row.error.is_some() || all.any(FieldView::has_notes)
    }

    /// What a form has no place for is told above it.
    fn tell_the_rest(&mut self, notes: &Notes, setting: &Setting<'_>) {
        let shown = |property: &str| {
            let all = self.fields.iter().chain(&self.more);
            property == ROW || all.into_iter().any(|field| field.property == property)
        };
        let faults = notes.faults.iter();
        let rest = faults.filter(|fault| !fault.property.as_deref().is_some_and(shown));
        self.errors = rest.map(above).collect();
        for field in self.fields.iter_mut().chain(&mut self.more) {
            for error in &mut field.errors {
                *error = shortened(error, LONGEST_TEXT);
            }
        }
        if let Some(taken) = &notes.taken {
            self.tell_taken(taken, setting);
        }
    }

    /// That another contact has a value, at its field; above all where that is not known.
    fn tell_taken(&mut self, taken: &Taken, setting: &Setting<'_>) {
        let mut all = self.fields.iter_mut().chain(&mut self.more);
        match all.find(|field| Some(&field.property) == taken.property.as_ref()) {
            Some(field) => {
                let by = taken.by.as_deref();
                field.taken = Some(by.map(|id| setting.address.other(Some(id))));
            }
            None => self.errors.push(above(&Fault {
                property: taken.property.clone(),
                text: match &taken.by {
                    Some(id) => format!("Another contact has it already: contact {id}."),
                    None => "Another contact has what must be a contact's own.".to_owned(),
                },
            })),
        }
    }

    fn show(&mut self, contact: &Contact, properties: &[Property]) {
        let all = self.fields.iter().chain(&self.more);
        let shown = all.map(|it| Shown::new(&it.label, &it.property, contact, properties));
        self.shown = shown.collect();
    }
}

fn above(fault: &Fault) -> String {
    let text = shortened(&fault.text, LONGEST_TEXT);
    match &fault.property {
        Some(property) => format!("{}: {text}", shortened(property, LONGEST_NAME)),
        None => text,
    }
}

fn title(subject: &Subject<'_>) -> String {
    match (&subject.contact, subject.id) {
        (Some(contact), _) => shortened(&contact.name, LONGEST_NAME),
        (None, Some(id)) => format!("Contact {}", shortened(id, LONGEST_NAME)),
        (None, None) => "New contact".to_owned(),
    }
}

fn row(
    setting: &Setting<'_>,
    entered: &Entered,
    properties: &[Property],
    notes: &Notes,
) -> RowView {
    let mut faults = notes.faults.iter();
    let error = faults.find(|fault| fault.property.as_deref() == Some(ROW));
    let is_there = |name: &str| {
        let fields = setting.facts.fields.iter().map(|field| field.name);
        fields
            .chain(entered.more.iter().map(String::as_str))
            .any(|known| known == name)
    };
    let offered = properties.iter();
    let offered = offered.filter(|it| it.writable && !is_there(&it.name));
    RowView {
        name: entered.row.0.clone(),
        value: entered.row.1.clone(),
        error: error.map(|fault| fault.text.clone()),
        offered: offered
            .map(|it| (it.name.clone(), it.label.clone()))
            .collect(),
    }
}
