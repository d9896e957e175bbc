//! How properties are defined: what they are called, what they take, who may set them.

use serde_json::{Value, json};

use super::{Kind, Type};

/// Options of properties, as they are stored and as people read them.
type Options = &'static [(&'static str, &'static str)];

/// HubSpot's own options of a lead's state.
const LEAD_STATUS: Options = &[
    ("NEW", "New"),
    ("OPEN", "Open"),
    ("IN_PROGRESS", "In Progress"),
    ("CONNECTED", "Connected"),
    ("BAD_TIMING", "Bad Timing"),
];
/// Options of properties that these accounts made themselves.
const COLOUR: Options = &[
    ("red", "Red"),
    ("green", "Green"),
    ("blue", "Blue"),
    ("other <&> none", "Other <&> none"),
];
const TOPICS: Options = &[("news", "News"), ("offers", "Offers"), ("events", "Events")];
const STAGES: Options = &[
    ("subscriber", "Subscriber"),
    ("lead", "Lead"),
    ("marketingqualifiedlead", "Marketing Qualified Lead"),
    ("salesqualifiedlead", "Sales Qualified Lead"),
    ("opportunity", "Opportunity"),
    ("customer", "Customer"),
    ("evangelist", "Evangelist"),
    ("other", "Other"),
];

impl Kind {
    /// What can be chosen for a property; none, where it is not a choice.
    pub fn options(self, name: &str) -> Options {
        match (self, name) {
            (Self::Contacts, "lifecyclestage") => STAGES,
            (Self::Contacts, "hs_lead_status") => LEAD_STATUS,
            (Self::Contacts, "favourite_colour") => COLOUR,
            (Self::Contacts, "newsletter_topics") => TOPICS,
            _ => &[],
        }
    }

    /// Whether a property takes several of its options, as `a;b`.
    pub fn takes_several(name: &str) -> bool {
        name == "newsletter_topics"
    }

    /// The definitions of all properties, as HubSpot answers them.
    pub fn definitions(self) -> Vec<Value> {
        let names = self.properties().iter();
        names.map(|name| self.definition(name)).collect()
    }

    fn definition(self, name: &str) -> Value {
        let own = OWN.contains(&name);
        let read_only = self.is_read_only(name);
        let (kind, field) = self.types(name);
        json!({
            "updatedAt": "2026-03-02T09:15:41.008Z",
            "createdAt": "2019-08-06T02:41:09.148Z",
            "name": name,
            "label": label(name),
            "type": kind,
            "fieldType": field,
            "description": "",
            "groupName": format!("{}information", self.singular()),
            "options": self.options_json(name),
            "displayOrder": -1,
            "calculated": name.contains("calculated"),
            "externalOptions": false,
            "hasUniqueValue": name == "hs_object_id",
            "hidden": name.starts_with("hs_") && read_only,
            "hubspotDefined": !own,
            "modificationMetadata": {
                "archivable": own,
                "readOnlyDefinition": !own,
                "readOnlyValue": read_only,
            },
            "formField": !read_only,
            "dataSensitivity": "non_sensitive",
        })
    }

    /// The type of a property, and how HubSpot's own pages enter it.
    fn types(self, name: &str) -> (&'static str, &'static str) {
        match self.type_of(name) {
            Type::Enumeration if Self::takes_several(name) => ("enumeration", "checkbox"),
            Type::Enumeration => ("enumeration", "select"),
            Type::Number => ("number", "number"),
            Type::Date => ("datetime", "date"),
            Type::Text if name == "phone" => ("string", "phonenumber"),
            Type::Text => ("string", "text"),
        }
    }

    fn options_json(self, name: &str) -> Vec<Value> {
        let options = self.options(name).iter().enumerate();
        let option = |(place, (value, label)): (usize, &(&str, &str))| json!({ "label": label, "value": value, "description": "", "displayOrder": place, "hidden": false });
        options.map(option).collect()
    }
}

/// The properties that these accounts made themselves.
const OWN: [&str; 3] = ["favourite_colour", "newsletter_topics", "shoe_size"];

/// HubSpot's label of a property: the words of its name, where they are not run together.
fn label(name: &str) -> String {
    let known = match name {
        "firstname" => "First Name",
        "lastname" => "Last Name",
        "jobtitle" => "Job Title",
        "lifecyclestage" => "Lifecycle Stage",
        "phone" => "Phone Number",
        "mobilephone" => "Mobile Phone Number",
        "company" => "Company Name",
        "address" => "Street Address",
        "createdate" => "Create Date",
        "lastmodifieddate" => "Last Modified Date",
        "website" => "Website URL",
        "state" => "State/Region",
        "zip" => "Postal Code",
        _ => "",
    };
    if !known.is_empty() {
        return known.to_owned();
    }
    let words = name.trim_start_matches("hs_").split('_').map(capitalised);
    words.collect::<Vec<_>>().join(" ")
}

fn capitalised(word: &str) -> String {
    let mut chars = word.chars();
    chars.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(chars).collect()
    })
}

#[cfg(test)]
mod tests {
    use super::super::LIFECYCLE;
    use super::*;

    #[test]
    fn the_stages_are_those_that_contacts_have() {
        let values: Vec<&str> = STAGES.iter().map(|(value, _)| *value).collect();
        assert_eq!(values, LIFECYCLE);
    }

    #[test]
    fn what_is_a_choice_compares_as_one() {
        for name in Kind::Contacts.properties() {
            let choice = !Kind::Contacts.options(name).is_empty();
            let compares = Kind::Contacts.type_of(name) == Type::Enumeration;
            assert_eq!(choice, compares, "{name}");
        }
        assert!(
            OWN.iter()
                .all(|name| Kind::Contacts.property(name).is_some())
        );
    }
}
