//! Failed calls: whatever the stream, a failure comes to what its status and code say.

use super::check::{Payload, Verdict, ensure, same};
use super::pages::fetched;
use super::rules::{Outcome, rule};
use crate::outbound::Meaning;

/// Every step of the provider that meets this failure ends with its meaning.
pub async fn failed(payload: &Payload<'_>) -> Verdict {
    let (facts, status) = (payload.facts, payload.status());
    let codes = (facts.codes)(&payload.body);
    let rule = rule(facts.failures, status, &codes);
    let rule = rule.ok_or_else(|| format!("no rule for {status} {codes:?}"))?;
    for step in (facts.all_steps)() {
        let error = match fetched(payload, &step).await {
            Err(error) => error,
            // What was named elsewhere and is not there may be passed over.
            Ok(nothing) if status == 404 && !step.list.is_empty() && nothing.items.is_empty() => {
                continue;
            }
            Ok(_) => return Err(format!("the step {step:?} succeeds")),
        };
        let outcome = Outcome::of(&error).ok_or_else(|| format!("comes to {error:?}"))?;
        let what = format!(
            "what {status} {codes:?} comes to for {} ({})",
            step.stream, rule.why
        );
        same(&what, outcome.0, rule.means)?;
        same("the status", outcome.1.unwrap_or(status), status)?;
    }
    read_well(payload, rule.means)
}

/// The meaning that leads to it, which also says how long to wait.
fn read_well(payload: &Payload<'_>, outcome: Outcome) -> Verdict {
    let reading = payload.facts.provider().profile().reading;
    let meaning = reading(payload.status(), payload.text.as_bytes());
    ensure(
        match outcome {
            Outcome::TooMany => matches!(meaning, Meaning::TooMany(_)),
            Outcome::Final => matches!(meaning, Meaning::Final(_)),
            Outcome::Failing => matches!(meaning, Meaning::Passing(_) | Meaning::Usual),
            _ => meaning == Meaning::Usual,
        },
        || format!("is read as {meaning:?}, though it comes to {outcome:?}"),
    )
}
