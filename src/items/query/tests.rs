use proptest::prelude::*;

use super::*;

const KINDS: &[&str] = &["Contact", "Company"];
const PROVIDERS: &[&str] = &["hubspot", "notion"];

#[test]
fn what_is_not_said_is_as_usual() {
    assert_eq!(Query::parse("", KINDS, PROVIDERS), Ok(Query::default()));
    assert_eq!(
        Query::parse("type=&q=+&page=&other=1", KINDS, PROVIDERS),
        Ok(Query::default())
    );
}

#[test]
fn nonsense_is_answered_with_what_is_possible() {
    for (query, name) in [
        ("type=Page", "type"),
        ("sort=color", "sort"),
        ("dir=up", "dir"),
        ("provider=example", "provider"),
        ("view=tree", "view"),
        (&format!("parent_id={}", "é".repeat(201)), "parent_id"),
        (&format!("q={}", "é".repeat(201)), "q"),
        ("page=0", "page"),
        ("page=-1", "page"),
        ("page=x", "page"),
        ("per_page=501", "per_page"),
        ("per_page=99999999999", "per_page"),
    ] {
        assert_eq!(
            Query::parse(query, KINDS, PROVIDERS).map_err(|bad| bad.name),
            Err(name),
            "{query}"
        );
    }
    let error = Query::parse("sort=color", KINDS, PROVIDERS).expect_err("bad");
    assert!(
        error
            .to_string()
            .contains("name, type, parent, created, modified")
    );
}

#[test]
fn a_page_far_beyond_the_end_is_one_beyond_the_end() {
    for page in ["10000000", "10000001", "4294967296", &"9".repeat(400)] {
        let query = Query::parse(&format!("page={page}"), KINDS, PROVIDERS).expect("good");
        assert_eq!(query.page, MAX_PAGE, "{page}");
    }
}

#[test]
fn where_there_is_no_provider_to_choose_the_name_is_somebody_elses() {
    let query = Query::parse("provider=example", KINDS, &[]);
    assert_eq!(query, Ok(Query::default()));
    let query = Query::parse("provider=HubSpot", KINDS, PROVIDERS);
    assert_eq!(query.expect("good").provider.as_deref(), Some("hubspot"));
}

#[test]
fn what_is_narrower_than_everything_is_filtered() {
    for (query, filtered) in [
        ("sort=type&page=2&view=json", false),
        ("provider=notion", true),
        ("type=Contact", true),
        ("parent_id=1", true),
        ("q=a", true),
    ] {
        let query = Query::parse(query, KINDS, PROVIDERS).expect("good");
        assert_eq!(query.is_filtered(), filtered, "{query:?}");
    }
}

proptest! {
    #[test]
    fn the_url_says_it_all(
        q in "[^\\s]{0,20}", kind in prop::option::of(prop::sample::select(KINDS)),
        provider in prop::option::of(prop::sample::select(PROVIDERS)),
        parent_id in prop::option::of("[^\\s]{1,9}"), json in any::<bool>(),
        sort in prop::sample::select(&Sort::ALL[..]), desc in any::<bool>(),
        page in 1u32..1000, per_page in 1u32..=500,
    ) {
        let query = Query {
            provider: provider.map(str::to_owned),
            kind: kind.map(str::to_owned),
            parent_id,
            q: q.trim().to_owned(),
            sort,
            dir: if desc { Dir::Desc } else { Dir::Asc },
            page,
            per_page,
            view: if json { View::Json } else { View::Table },
        };
        let url = query.to_url();
        prop_assert_eq!(Query::parse(url.trim_start_matches('?'), KINDS, PROVIDERS), Ok(query));
    }

    #[test]
    fn no_query_string_panics(query in ".{0,200}") {
        let _ = Query::parse(&query, KINDS, PROVIDERS);
    }
}
