//! What is done to items while they are listed.

use std::collections::BTreeSet;

use super::{World, as_loaded, by};
use crate::item::Item;
use crate::items::{Dir, Query, Sort};
use crate::load::Listing;

fn ids(items: &[Item]) -> Vec<&str> {
    items.iter().map(|item| &item.id[..]).collect()
}

fn made(provider: &str, kind: &str, n: usize) -> Item {
    Item::new(provider, kind, format!("made-{n}"), format!("Made {n}"))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_that_changes_every_item_it_sees_sees_every_item_once() {
    let world = World::new(12, 23).await;
    for (most, name) in [(7, "first"), (1, "second"), (50, "third")] {
        let (mut seen, mut after) = (Vec::new(), None);
        loop {
            let listed = world.list(&as_loaded(most), after.as_ref()).await;
            let listed = listed.expect("a page");
            for item in &listed.items {
                world.rename(item, name).await;
            }
            seen.extend(listed.items);
            after = listed.next;
            if after.is_none() {
                break;
            }
        }
        assert_eq!(ids(&seen), ids(&world.loaded), "{most} at a time");
        let now = world.all(&as_loaded(most)).await;
        assert_eq!(ids(&now), ids(&world.loaded));
        assert!(now.iter().all(|item| item.name == name));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_that_deletes_every_item_it_sees_sees_every_item_once() {
    let world = World::new(12, 23).await;
    let (mut seen, mut after) = (Vec::new(), None);
    loop {
        let listed = world.list(&as_loaded(5), after.as_ref()).await;
        let listed = listed.expect("a page");
        assert_eq!(listed.total as usize, world.loaded.len() - seen.len());
        for item in &listed.items {
            world.delete(item).await;
        }
        seen.extend(listed.items);
        after = listed.next;
        if after.is_none() {
            break;
        }
    }
    assert_eq!(seen, world.loaded);
    assert!(world.all(&as_loaded(5)).await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_changed_keeps_its_place_what_is_deleted_is_missing_and_what_comes_back_too() {
    let world = World::new(5, 5).await;
    world.rename(&world.loaded[1], "Changed").await;
    world.delete(&world.loaded[4]).await;
    world.rename(&world.loaded[9], "Changed").await;
    let mut wanted = world.loaded.clone();
    wanted.remove(4);
    let listed = world.all(&as_loaded(2)).await;
    assert_eq!(ids(&listed), ids(&wanted));
    let changed = listed.iter().filter(|item| item.name == "Changed");
    assert_eq!(changed.count(), 2);
    assert_eq!(
        (&listed[1].name[..], &listed[8].name[..]),
        ("Changed", "Changed")
    );
    world.rename(&world.loaded[4], "Back").await;
    let listed = world.all(&as_loaded(2)).await;
    assert_eq!(ids(&listed), ids(&world.loaded));
    assert_eq!(listed[4].name, "Back");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_made_comes_once_behind_its_providers_rows_however_it_is_paged() {
    let world = World::new(5, 5).await;
    for n in 0..6 {
        world.rename(&made("notion", "Page", n), "Made").await;
        world.rename(&made("hubspot", "Contact", n), "Made").await;
    }
    let whole = world.all(&as_loaded(100)).await;
    let places: [(usize, &[Item]); 2] = [(0, &world.loaded[..5]), (11, &world.loaded[5..])];
    for (at, loaded) in places {
        assert_eq!(&whole[at..at + 5], loaded);
        let made = whole[at + 5..at + 11].iter();
        let made: BTreeSet<(&str, &str)> = made
            .map(|item| (&item.provider[..], &item.id[..]))
            .collect();
        assert_eq!(made.len(), 6);
        assert!(
            made.iter()
                .all(|(of, id)| *of == loaded[0].provider && id.starts_with("made"))
        );
    }
    for most in 1..8 {
        let pages = world.pages(&as_loaded(most)).await;
        assert_eq!(pages.concat(), whole, "{most} at a time");
        assert!(pages.iter().all(|page| !page.is_empty()));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_made_comes_once_though_others_are_made_changed_and_deleted_meanwhile() {
    let world = World::new(2, 2).await;
    for n in 0..10 {
        world.rename(&made("hubspot", "Contact", n), "Made").await;
    }
    let (mut seen, mut after) = (Vec::new(), None);
    for n in 10.. {
        let listed = world.list(&as_loaded(1), after.as_ref()).await;
        let listed = listed.expect("a page");
        world.rename(&made("hubspot", "Contact", n), "Later").await;
        for item in &listed.items {
            world.rename(item, "Seen").await;
        }
        if let Some(item) = listed.items.iter().find(|item| item.id == "made-7") {
            world.delete(item).await;
        }
        seen.extend(listed.items);
        after = listed.next;
        if after.is_none() {
            break;
        }
    }
    let once: BTreeSet<&str> = ids(&seen).into_iter().collect();
    assert_eq!(once.len(), seen.len(), "{:?}", ids(&seen));
    for n in 0..10 {
        assert!(once.contains(&format!("made-{n}")[..]), "made-{n}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn filters_see_a_changed_item_as_it_is_now() {
    let world = World::new(10, 10).await;
    let of = |q: &str, most| Listing {
        query: Query {
            q: q.to_owned(),
            ..Query::default()
        },
        ..as_loaded(most)
    };
    let first = world.list(&of("contact", 4), None).await.expect("a page");
    assert_eq!(ids(&first.items), ids(&world.loaded[10..14]));
    // One that was passed, the next one, and one that was not of it.
    world.rename(&world.loaded[10], "Renamed contact").await;
    let mut other = world.loaded[14].clone();
    (other.id, other.name) = (String::from("Page-900"), String::from("Nothing of it"));
    other.provider = "notion".to_owned();
    other.kind = "Page".to_owned();
    world.rename(&other, "Nothing of it").await;
    let rest = Listing {
        most: 100,
        ..of("contact", 4)
    };
    let rest = world
        .list(&rest, first.next.as_ref())
        .await
        .expect("a page");
    assert_eq!(rest.items, &world.loaded[14..]);
    assert_eq!((rest.total, rest.next), (10, None));
    let renamed = world.all(&of("renamed", 4)).await;
    assert_eq!(ids(&renamed), ids(&world.loaded[10..11]));
}

#[tokio::test(flavor = "multi_thread")]
async fn sorted_what_was_changed_comes_where_the_table_has_it() {
    let world = World::new(6, 6).await;
    world.rename(&world.loaded[2], "Aa").await;
    world.rename(&made("hubspot", "Contact", 1), "Zz").await;
    let listed = world.all(&by(Sort::Name, Dir::Asc, 5)).await;
    let names: Vec<&str> = listed.iter().map(|item| &item.name[..]).collect();
    assert_eq!((names[0], names[12], names.len()), ("Aa", "Zz", 13));
    assert!(names.is_sorted());
}
