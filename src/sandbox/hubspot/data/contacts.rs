//! The values of a computed contact.

use super::{Base, awkward::Odd, iso, words};

/// The value of a property, without the automatic ones.
pub fn value(base: Base, name: &str) -> Option<String> {
    let odd = Odd::of(base);
    if let Some(set) = odd.and_then(|odd| odd.contact(base, name)) {
        return set;
    }
    if odd == Some(Odd::NothingButId) && !name.starts_with("hs_") {
        return None;
    }
    match name {
        "email" => Some(email(base)),
        "firstname" => Some(base.pick(20, &words::FIRST).to_owned()),
        "lastname" => Some(base.pick(21, &words::LAST).to_owned()),
        "company" => sometimes(base, 22, 4).then(|| base.pick(23, &words::COMPANY).to_owned()),
        "jobtitle" => sometimes(base, 24, 3).then(|| base.pick(25, &words::JOB).to_owned()),
        "phone" => sometimes(base, 26, 3).then(|| phone(base)),
        "lifecyclestage" => sometimes(base, 27, 8).then(|| stage(base).to_owned()),
        "hs_lifecyclestage_lead_date" => {
            (stage(base) == "lead").then(|| base.created().as_millisecond().to_string())
        }
        "notes_last_updated" => sometimes(base, 29, 2).then(|| iso(base.updated())),
        "num_notes" => Some("0".to_owned()),
        "website" => {
            sometimes(base, 30, 2).then(|| format!("https://www.example.org/{}", base.index))
        }
        "city" | "state" | "country" => place(base, name),
        _ => hubspots_own(base, name),
    }
}

/// Properties that HubSpot fills itself.
fn hubspots_own(base: Base, name: &str) -> Option<String> {
    let text = match name {
        "hs_all_contact_vids" => base.id().to_string(),
        "hs_email_domain" => value(base, "email")?.split('@').nth(1)?.to_owned(),
        "hs_full_name_or_email" => full_name(base)?,
        "hs_is_contact" | "hs_is_unworked" => "true".to_owned(),
        "hs_object_source" | "hs_object_source_label" => "IMPORT".to_owned(),
        "hs_pipeline" => "contacts-lifecycle-pipeline".to_owned(),
        // Recorded answers show it without the country code.
        "hs_searchable_calculated_phone_number" => format!("555{:07}", base.draw(28) % 10_000_000),
        _ => return None,
    };
    Some(text)
}

fn full_name(base: Base) -> Option<String> {
    let parts: Vec<String> = ["firstname", "lastname"]
        .iter()
        .filter_map(|name| value(base, name))
        .collect();
    if parts.is_empty() {
        value(base, "email")
    } else {
        Some(parts.join(" "))
    }
}

/// The email carries the index after the last dot, so that a record is found by its email without a search.
fn email(base: Base) -> String {
    let first = base.pick(20, &words::FIRST).to_lowercase();
    let last: String = base
        .pick(21, &words::LAST)
        .to_lowercase()
        .chars()
        .filter(char::is_ascii_alphabetic)
        .collect();
    // A plus sign and capitals are legal, and a client has to encode and compare them well.
    let (tag, last) = match base.draw(31) % 12 {
        0 => ("+news", last),
        1 => ("", last.to_uppercase()),
        _ => ("", last),
    };
    let domain = if base.draw(32).is_multiple_of(3) {
        "example.org"
    } else {
        "example.com"
    };
    format!("{first}.{last}{tag}.{}@{domain}", base.index)
}

/// The index that an email of a computed contact would have.
pub fn index_of_email(email: &str) -> Option<u64> {
    let (local, _) = email.split_once('@')?;
    local.rsplit('.').next()?.parse().ok()
}

fn phone(base: Base) -> String {
    let number = base.draw(28) % 10_000_000;
    match base.draw(33) % 3 {
        0 => format!("+1 555-{:04}", number % 10_000),
        1 => format!("+1555{number:07}"),
        _ => format!("(555) {:03}-{:04}", number / 10_000, number % 10_000),
    }
}

fn stage(base: Base) -> &'static str {
    base.pick(34, &words::LIFECYCLE)
}

fn place(base: Base, name: &str) -> Option<String> {
    let index = usize::try_from(base.draw(35) % words::CITY.len() as u64).ok()?;
    let (city, state, country) = *words::CITY.get(index)?;
    let text = match name {
        "city" => city,
        "state" => state,
        _ => country,
    };
    sometimes(base, 36, 3).then(|| text.to_owned())
}

/// True for all but one in `of`.
fn sometimes(base: Base, salt: u64, of: u64) -> bool {
    !base.draw(salt).is_multiple_of(of)
}
