//! More fetches in flight than there are connections to Redis.

use super::airtable;

const PEOPLE: usize = 6;

/// Each load has as many fetches in flight as an engine runs at once; together they are more than the pool of
/// connections holds. Nobody may wait for somebody who waits for them.
#[tokio::test(flavor = "multi_thread")]
async fn six_people_load_at_once_and_pages_answer_meanwhile() {
    let case = airtable().await;
    let sizes = [
        ("bases", "40"),
        ("tables", "2"),
        ("records", "3"),
        ("bases_page", "1000"),
    ];
    case.control(&sizes).await;
    case.control(&[("latency_ms", "200")]).await;
    let mut people = Vec::new();
    for nth in 0..PEOPLE {
        let mut one = case.for_person("acme", &format!("person{nth}")).await;
        one.connect(&[]).await;
        people.push(one);
    }
    let loads = people.into_iter().map(|mut one| {
        tokio::spawn(async move {
            let page = one.load_all().await;
            one.assert_whole(&page, "in a crowd").await;
        })
    });
    let loads: Vec<_> = loads.collect();
    let mut eve = case.for_person("acme", "eve").await;
    let mut answered = 0;
    while loads.iter().any(|load| !load.is_finished()) {
        assert_eq!(eve.page().await.state(), "not_connected");
        answered += 1;
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    for load in loads {
        load.await.expect("a whole load");
    }
    assert!(answered > 3, "the loads were over at once");
    let state = case.world.state_of("airtable").await;
    let peak = state["concurrent_peak"].as_u64().expect("a number");
    assert!(peak > 64, "only {peak} calls were in flight");
}
