//! A person who grants less than was asked for, by each of the boxes that the consent page has.

use patchbay::providers::Stream;

use super::{Case, for_all, hasty, only};
use crate::support::Page;

#[tokio::test(flavor = "multi_thread")]
async fn what_was_not_granted_is_left_out_and_said_and_the_rest_loads() {
    for_all(hasty(&[]).await, |mut case| async move {
        let consent = case.ada.to_consent_of(case.id()).await;
        let boxes = consent.attributes("input[type=checkbox][name^=withhold_]", "name");
        if case.profile.scopes.is_empty() {
            assert!(boxes.is_empty(), "{boxes:?}");
            return;
        }
        let mut left_out = 0;
        for name in &boxes {
            // Without items of before, which would stay.
            case.ada.post(&case.place("/disconnect"), &[]).await;
            let page = case.connect(&[(name, "1")]).await;
            let missing = page.texts("#facts .permissions .missing code");
            let lacking = lacking(&case, &missing);
            let amiss = missing.iter().any(|scope| case.profile.needs(scope));
            let state = if amiss { "limited" } else { "connected" };
            assert_eq!(page.state(), state, "{name}: {missing:?}");
            assert_form(&case, &page, &lacking, name);
            let page = case.load_all().await;
            assert_load(&case, &page, &lacking, name).await;
            left_out +=
                usize::from(!lacking.is_empty() && lacking.len() < case.profile.streams.len());
        }
        assert!(
            left_out > 0,
            "no box of {boxes:?} takes some streams and leaves others"
        );
        // A reconnect that grants it all makes it whole again.
        let page = case.connect(&[]).await;
        assert_eq!(page.state(), "connected");
        let page = case.load_all().await;
        case.assert_whole(&page, "all granted").await;
    })
    .await;
}

/// The streams that need one of these permissions.
fn lacking(case: &Case, missing: &[String]) -> Vec<&'static Stream> {
    let needs = |stream: &&Stream| {
        let mut scopes = stream.scopes.iter();
        scopes.any(|scope| missing.iter().any(|missing| missing == scope))
    };
    case.profile.streams.iter().filter(needs).collect()
}

/// The form offers what can be had, and shows the rest as not granted.
fn assert_form(case: &Case, page: &Page, lacking: &[&Stream], what: &str) {
    let off = page.texts("#choose label.off");
    assert_eq!(off.len(), lacking.len(), "{what}: {off:?}");
    assert_eq!(page.count("#choose label.off input[disabled]"), off.len());
    for (text, stream) in off.iter().zip(lacking) {
        let wanted = format!("{} not granted:", stream.title);
        assert!(text.starts_with(&wanted), "{what}: {text}");
    }
    let offered = page.attributes("#choose label.check input[name=stream]", "value");
    assert_eq!(
        offered.len() + off.len(),
        case.profile.streams.len(),
        "{what}"
    );
}

async fn assert_load(case: &Case, page: &Page, lacking: &[&Stream], what: &str) {
    let is_lacking = |stream: &Stream| lacking.iter().any(|lacks| lacks.id == stream.id);
    let granted: Vec<&Stream> = case
        .profile
        .streams
        .iter()
        .filter(|one| !is_lacking(one))
        .collect();
    for stream in case.profile.streams {
        let outcome = if is_lacking(stream) {
            "skipped"
        } else {
            "done"
        };
        assert_eq!(
            page.outcome(stream.title),
            outcome,
            "{what}: {}",
            page.text_of("#load")
        );
    }
    let banners = page.load_banners().join(" ");
    assert_eq!(
        banners.contains("left out"),
        !lacking.is_empty(),
        "{what}: {banners}"
    );
    assert!(
        lacking.iter().all(|one| banners.contains(one.title)),
        "{what}: {banners}"
    );
    if !granted.is_empty() {
        let expected = only(&case.truth().await, &granted);
        case.assert_counts(page, &expected, what);
    }
}
