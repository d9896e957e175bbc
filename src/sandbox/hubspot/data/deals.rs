//! The values of a computed deal.

use super::{Base, awkward::Odd, iso, words};
use crate::sandbox::clock;

/// The value of a property, without the automatic ones.
pub fn value(base: Base, name: &str) -> Option<String> {
    if let Some(set) = Odd::of(base).and_then(|odd| odd.deal(name)) {
        return set;
    }
    match name {
        "dealname" => Some(format!(
            "{} - order {}",
            base.pick(60, &words::COMPANY),
            base.index
        )),
        "amount" => amount(base),
        "dealstage" => Some(base.pick(61, &words::STAGE).to_owned()),
        "pipeline" => Some("default".to_owned()),
        "closedate" => close_date(base),
        "dealtype" => base
            .draw(62)
            .is_multiple_of(2)
            .then(|| "newbusiness".to_owned()),
        _ => None,
    }
}

/// Recorded answers show amounts with and without decimals, and none.
fn amount(base: Base) -> Option<String> {
    let units = base.draw(63) % 90 * 500 + 500;
    match base.draw(64) % 5 {
        0 => None,
        1 => Some(format!("{units}.00")),
        2 => Some(format!("{units}.5")),
        _ => Some(units.to_string()),
    }
}

/// Recorded answers show close dates without milliseconds, empty after clearing, and none.
fn close_date(base: Base) -> Option<String> {
    let days = i64::try_from(base.draw(65) % 120).unwrap_or_default();
    let moment = clock::plus_ms(base.created(), days * 86_400_000);
    match base.draw(66) % 5 {
        0 => None,
        1 => Some(String::new()),
        2 => Some(iso(clock::from_ms(moment.as_millisecond() / 1_000 * 1_000))),
        _ => Some(iso(moment)),
    }
}
