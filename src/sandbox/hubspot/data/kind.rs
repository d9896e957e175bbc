//! The kinds of objects and their properties.

/// A kind of object.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    Contacts,
    Companies,
    Deals,
}

/// How the values of a property compare in a search.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Type {
    Text,
    /// HubSpot documents that only these compare with case.
    Enumeration,
    Number,
    Date,
}

const CONTACT: [&str; 37] = [
    "address",
    "city",
    "company",
    "country",
    "createdate",
    "email",
    "favourite_colour",
    "firstname",
    "hs_additional_emails",
    "hs_all_contact_vids",
    "hs_email_domain",
    "hs_full_name_or_email",
    "hs_is_contact",
    "hs_is_unworked",
    "hs_lead_status",
    "hs_lifecyclestage_lead_date",
    "hs_merged_object_ids",
    "hs_object_id",
    "hs_object_source",
    "hs_object_source_id",
    "hs_object_source_label",
    "hs_pipeline",
    "hs_searchable_calculated_phone_number",
    "jobtitle",
    "lastmodifieddate",
    "lastname",
    "lifecyclestage",
    "mobilephone",
    "newsletter_topics",
    "notes_last_updated",
    "num_notes",
    "phone",
    "salutation",
    "shoe_size",
    "state",
    "website",
    "zip",
];
const COMPANY: [&str; 15] = [
    "annualrevenue",
    "city",
    "country",
    "createdate",
    "description",
    "domain",
    "hs_lastmodifieddate",
    "hs_object_id",
    "industry",
    "name",
    "numberofemployees",
    "phone",
    "state",
    "website",
    "zip",
];
const DEAL: [&str; 10] = [
    "amount",
    "closedate",
    "createdate",
    "dealname",
    "dealstage",
    "dealtype",
    "description",
    "hs_lastmodifieddate",
    "hs_object_id",
    "pipeline",
];

impl Kind {
    /// The kind of a path segment: its name or its type id, both work.
    pub fn of_path(segment: &str) -> Option<Self> {
        match segment {
            "contacts" | "0-1" => Some(Self::Contacts),
            "companies" | "0-2" => Some(Self::Companies),
            "deals" | "0-3" => Some(Self::Deals),
            _ => None,
        }
    }

    pub fn name(self) -> &'static str {
        match self {
            Self::Contacts => "contacts",
            Self::Companies => "companies",
            Self::Deals => "deals",
        }
    }

    pub fn singular(self) -> &'static str {
        match self {
            Self::Contacts => "contact",
            Self::Companies => "company",
            Self::Deals => "deal",
        }
    }

    pub fn type_id(self) -> &'static str {
        match self {
            Self::Contacts => "0-1",
            Self::Companies => "0-2",
            Self::Deals => "0-3",
        }
    }

    /// The property that holds the time of the last change. Contacts name it otherwise than the rest.
    pub fn modified(self) -> &'static str {
        match self {
            Self::Contacts => "lastmodifieddate",
            Self::Companies | Self::Deals => "hs_lastmodifieddate",
        }
    }

    /// What an answer holds when no properties were asked for, beside the automatic ones.
    pub fn defaults(self) -> &'static [&'static str] {
        match self {
            Self::Contacts => &["email", "firstname", "lastname"],
            Self::Companies => &["name", "domain"],
            Self::Deals => &["dealname", "amount", "dealstage", "pipeline", "closedate"],
        }
    }

    /// Where the free text of a search looks.
    pub fn searched(self) -> &'static [&'static str] {
        match self {
            Self::Contacts => &["firstname", "lastname", "email", "phone", "company"],
            Self::Companies => &["name", "domain", "website", "phone"],
            Self::Deals => &["dealname", "dealstage", "pipeline"],
        }
    }

    /// Every property that is defined.
    pub fn properties(self) -> &'static [&'static str] {
        match self {
            Self::Contacts => &CONTACT,
            Self::Companies => &COMPANY,
            Self::Deals => &DEAL,
        }
    }

    /// The defined property of this name, as a name that lives on.
    pub fn property(self, name: &str) -> Option<&'static str> {
        self.properties()
            .iter()
            .copied()
            .find(|known| *known == name)
    }

    /// Whether a property is set by HubSpot alone.
    pub fn is_read_only(self, name: &str) -> bool {
        let settable = ["hs_lead_status", "hs_additional_emails"];
        let set_by_hubspot = [
            "createdate",
            "lastmodifieddate",
            "notes_last_updated",
            "num_notes",
        ];
        (name.starts_with("hs_") && !settable.contains(&name)) || set_by_hubspot.contains(&name)
    }

    /// How a property compares.
    pub fn type_of(self, name: &str) -> Type {
        match name {
            "createdate"
            | "lastmodifieddate"
            | "hs_lastmodifieddate"
            | "closedate"
            | "notes_last_updated"
            | "hs_lifecyclestage_lead_date" => Type::Date,
            "amount" | "annualrevenue" | "numberofemployees" | "num_notes" | "hs_object_id"
            | "shoe_size" => Type::Number,
            "lifecyclestage" | "dealstage" | "pipeline" | "industry" | "dealtype"
            | "hs_lead_status" | "favourite_colour" | "newsletter_topics" => Type::Enumeration,
            _ => Type::Text,
        }
    }
}
