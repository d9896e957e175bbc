//! The types of fields, and which fields tables have.

/// Every type of the reference, one that lives only in schemas, and one that nobody knows yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    SingleLineText,
    AiText,
    AutoNumber,
    Barcode,
    Button,
    Checkbox,
    Count,
    CreatedBy,
    CreatedTime,
    Currency,
    Date,
    DateTime,
    Duration,
    Email,
    ExternalSyncSource,
    Formula,
    /// A formula of numbers that fails.
    FormulaNaN,
    LastModifiedBy,
    LastModifiedTime,
    ManualSort,
    MultilineText,
    Attachments,
    Collaborators,
    Lookup,
    Links,
    MultipleSelects,
    Number,
    Percent,
    PhoneNumber,
    Rating,
    RichText,
    Rollup,
    Collaborator,
    SingleSelect,
    Unrecognizable,
    Url,
}

/// A field's name and type.
type Named = (&'static str, Kind);

/// A table with every type.
pub const EVERY: [Named; 35] = [
    ("Name", Kind::SingleLineText),
    ("AI Text", Kind::AiText),
    ("Autonumber", Kind::AutoNumber),
    ("Barcode", Kind::Barcode),
    ("Open URL", Kind::Button),
    ("Done", Kind::Checkbox),
    ("Link to Self (Count)", Kind::Count),
    ("Created By", Kind::CreatedBy),
    ("Created", Kind::CreatedTime),
    ("Dollars", Kind::Currency),
    ("Date", Kind::Date),
    ("DateTime", Kind::DateTime),
    ("Duration (h:mm:ss.s)", Kind::Duration),
    ("Email", Kind::Email),
    ("Sync Source", Kind::ExternalSyncSource),
    ("Formula NaN", Kind::FormulaNaN),
    ("Last Modified By", Kind::LastModifiedBy),
    ("Last Modified", Kind::LastModifiedTime),
    ("Record Sort", Kind::ManualSort),
    ("Notes", Kind::MultilineText),
    ("Attachments", Kind::Attachments),
    ("Watchers", Kind::Collaborators),
    ("Lookup Multi Select", Kind::Lookup),
    ("Link to Self", Kind::Links),
    ("Tags", Kind::MultipleSelects),
    ("Integer", Kind::Number),
    ("Percent", Kind::Percent),
    ("Phone", Kind::PhoneNumber),
    ("Stars", Kind::Rating),
    ("Rich notes", Kind::RichText),
    ("Rollup Error", Kind::Rollup),
    ("Assignee", Kind::Collaborator),
    ("Status", Kind::SingleSelect),
    ("Unknown Field Type", Kind::Unrecognizable),
    ("URL", Kind::Url),
];

/// The primary field of each shape of table. The first shape is [`EVERY`]; the last one has no views.
pub const PRIMARY: [Named; 16] = [
    ("Name", Kind::SingleLineText),
    ("Composed title", Kind::Formula),
    ("Sum total", Kind::Number),
    ("№", Kind::AutoNumber),
    ("Day", Kind::Date),
    ("Linked", Kind::Links),
    ("From linked", Kind::Lookup),
    ("Kind", Kind::SingleSelect),
    ("Tags", Kind::MultipleSelects),
    ("Code", Kind::Barcode),
    ("Summary 🤖", Kind::AiText),
    ("Never filled in", Kind::SingleLineText),
    ("Pictures", Kind::Attachments),
    ("Who", Kind::Collaborator),
    ("Open", Kind::Button),
    ("Aufgabe / Tâche? <b>", Kind::SingleLineText),
];

/// The other fields of every shape but the first.
pub const REST: [Named; 8] = [
    ("Notes", Kind::MultilineText),
    ("Status", Kind::SingleSelect),
    ("Done", Kind::Checkbox),
    ("Due", Kind::Date),
    ("Amount", Kind::Number),
    ("Files", Kind::Attachments),
    ("Related", Kind::Links),
    ("Owner", Kind::Collaborator),
];

impl Kind {
    /// The type's name in the API.
    pub fn name(self) -> &'static str {
        match self {
            Self::SingleLineText => "singleLineText",
            Self::AiText => "aiText",
            Self::AutoNumber => "autoNumber",
            Self::Barcode => "barcode",
            Self::Button => "button",
            Self::Checkbox => "checkbox",
            Self::Count => "count",
            Self::CreatedBy => "createdBy",
            Self::CreatedTime => "createdTime",
            Self::Currency => "currency",
            Self::Date => "date",
            Self::DateTime => "dateTime",
            Self::Duration => "duration",
            Self::Email => "email",
            Self::ExternalSyncSource => "externalSyncSource",
            Self::Formula | Self::FormulaNaN => "formula",
            Self::LastModifiedBy => "lastModifiedBy",
            Self::LastModifiedTime => "lastModifiedTime",
            Self::ManualSort => "manualSort",
            Self::MultilineText => "multilineText",
            Self::Attachments => "multipleAttachments",
            Self::Collaborators => "multipleCollaborators",
            Self::Lookup => "multipleLookupValues",
            Self::Links => "multipleRecordLinks",
            Self::MultipleSelects => "multipleSelects",
            Self::Number => "number",
            Self::Percent => "percent",
            Self::PhoneNumber => "phoneNumber",
            Self::Rating => "rating",
            Self::RichText => "richText",
            Self::Rollup => "rollup",
            Self::Collaborator => "singleCollaborator",
            Self::SingleSelect => "singleSelect",
            Self::Unrecognizable => "somethingUnrecognizable",
            Self::Url => "url",
        }
    }

    /// Whether Airtable fills the cell itself: it is never empty then.
    pub fn is_automatic(self) -> bool {
        matches!(
            self,
            Self::AutoNumber
                | Self::Button
                | Self::Count
                | Self::CreatedBy
                | Self::CreatedTime
                | Self::FormulaNaN
                | Self::LastModifiedBy
                | Self::LastModifiedTime
                | Self::ManualSort
                | Self::Rollup
        )
    }
}
