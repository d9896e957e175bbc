//! Which streams a load brings: what the person ticks, the last time if not now, the profile's word at first.

use super::{Case, for_all, hasty, only};
use crate::support::Page;

#[tokio::test(flavor = "multi_thread")]
async fn what_is_ticked_is_what_comes_and_it_is_remembered() {
    for_all(hasty(&[]).await, |mut case| async move {
        let page = case.connect(&[]).await;
        assert_eq!(ticked(&page), by_default(&case));
        assert_hints(&case, &page);
        let page = case.load(&[]).await;
        assert_brought(&case, &page, &by_default(&case)).await;
        for stream in case.profile.streams {
            let page = case.load(&[stream.id]).await;
            // What leads to it is read and not shown.
            assert_brought(&case, &page, &[stream.id]).await;
            assert_eq!(ticked(&page), [stream.id]);
            case.ada.post(&case.place("/load"), &[]).await;
            let page = case.ada.wait_for_load_of(case.id()).await;
            assert_brought(&case, &page, &[stream.id]).await;
            assert_eq!(
                ticked(&case.page().await),
                [stream.id],
                "a load without a choice"
            );
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_choice_that_makes_no_sense_is_refused_and_loads_nothing() {
    for_all(hasty(&[]).await, |mut case| async move {
        case.connect(&[]).await;
        let first = case.profile.streams[0].id;
        for (fields, says) in [
            (
                &[("choose", "1"), ("stream", "nothing"), ("stream", first)][..],
                case.stream_ids(),
            ),
            (&[("stream", "<b>")], case.stream_ids()),
            (&[("choose", "1")], Vec::new()),
        ] {
            case.page().await;
            let page = case.ada.post(&case.place("/load"), fields).await;
            assert_eq!(page.status, 400, "{fields:?}: {}", page.text);
            assert!(
                says.iter().all(|id| page.text.contains(id)),
                "{}",
                page.text
            );
            assert!(!page.text.contains("<b>"), "{}", page.text);
            case.page().await;
            let part = case.ada.post_part(&case.place("/load"), fields).await;
            assert_eq!(part.status, 400, "{fields:?}: {}", part.text);
            let page = case.page().await;
            assert_eq!(page.text_of("#load"), "", "{fields:?}");
            assert_eq!(ticked(&page), by_default(&case), "{fields:?}");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_disconnect_forgets_the_choice() {
    for_all(hasty(&[]).await, |mut case| async move {
        case.connect(&[]).await;
        let last = case.profile.streams.last().expect("a stream");
        let page = case.load(&[last.id]).await;
        assert_eq!(ticked(&page), [last.id]);
        let page = case.connect(&[]).await;
        assert_eq!(ticked(&page), [last.id], "a reconnect keeps it");
        case.ada.post(&case.place("/disconnect"), &[]).await;
        let page = case.connect(&[]).await;
        assert_eq!(ticked(&page), by_default(&case));
    })
    .await;
}

fn ticked(page: &Page) -> Vec<String> {
    page.attributes("#choose input[name=stream][checked]", "value")
}

fn by_default(case: &Case) -> Vec<&'static str> {
    let streams = case.profile.streams.iter().filter(|one| one.by_default);
    streams.map(|stream| stream.id).collect()
}

fn assert_hints(case: &Case, page: &Page) {
    let labels = page.texts("#choose label.check");
    assert_eq!(labels.len(), case.profile.streams.len(), "{labels:?}");
    for (label, stream) in labels.iter().zip(case.profile.streams) {
        assert!(label.starts_with(stream.title), "{label}");
        assert!(
            label.ends_with(stream.hint.unwrap_or(stream.title)),
            "{label}"
        );
    }
}

/// The load brought these streams, whole, and shows nothing of the others.
async fn assert_brought(case: &Case, page: &Page, ids: &[&str]) {
    let streams = case.profile.streams.iter();
    let chosen: Vec<_> = streams.filter(|one| ids.contains(&one.id)).collect();
    let titles: Vec<_> = chosen.iter().map(|stream| stream.title).collect();
    assert_eq!(
        page.attributes("#load [data-stream]", "data-stream"),
        titles
    );
    for title in titles {
        assert_eq!(page.outcome(title), "done", "{}", page.text_of("#load"));
    }
    let expected = only(&case.truth().await, &chosen);
    case.assert_counts(page, &expected, &format!("{ids:?} alone"));
}
