//! The values of a computed company.

use super::{Base, awkward::Odd, words};

/// The value of a property, without the automatic ones.
pub fn value(base: Base, name: &str) -> Option<String> {
    if let Some(set) = Odd::of(base).and_then(|odd| odd.company(name)) {
        return set;
    }
    match name {
        "name" => Some(format!("{} {}", base.pick(40, &words::COMPANY), base.index)),
        "domain" | "website" => domain(base),
        "industry" => base
            .draw(42)
            .is_multiple_of(2)
            .then(|| base.pick(43, &words::INDUSTRY).to_owned()),
        "phone" => base
            .draw(44)
            .is_multiple_of(3)
            .then(|| format!("+1 555-{:04}", base.draw(45) % 10_000)),
        "numberofemployees" => base
            .draw(46)
            .is_multiple_of(2)
            .then(|| (base.draw(47) % 9_000 + 1).to_string()),
        "annualrevenue" => base
            .draw(48)
            .is_multiple_of(3)
            .then(|| (base.draw(49) % 900 * 10_000).to_string()),
        "city" | "state" | "country" => place(base, name),
        _ => None,
    }
}

/// Recorded accounts hold several companies of one domain: it is not unique.
fn domain(base: Base) -> Option<String> {
    match base.draw(41) % 6 {
        0 => None,
        1 => Some("shared.example.com".to_owned()),
        _ => Some(format!("company-{}.example.com", base.index)),
    }
}

fn place(base: Base, name: &str) -> Option<String> {
    let index = usize::try_from(base.draw(50) % words::CITY.len() as u64).ok()?;
    let (city, state, country) = *words::CITY.get(index)?;
    let text = match name {
        "city" => city,
        "state" => state,
        _ => country,
    };
    (!base.draw(51).is_multiple_of(3)).then(|| text.to_owned())
}
