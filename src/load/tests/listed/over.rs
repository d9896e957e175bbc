//! Positions that are over, of another list, or of none.

use super::super::setup;
use super::{World, as_loaded, by, list};
use crate::items::{Dir, Query, Sort};
use crate::load::{Listed, Listing, LoadError, Loads, Misplaced, Position, Shown};
use tokio::runtime::Handle;

pub(super) fn why(listed: Result<Listed, LoadError>) -> Misplaced {
    match listed {
        Err(LoadError::Misplaced(why)) => why,
        other => panic!("{other:?}"),
    }
}

/// The position behind the first items of a list.
pub(super) async fn behind(world: &World, listing: &Listing, items: u32) -> Position {
    let listing = Listing {
        most: items,
        ..listing.clone()
    };
    let listed = world.list(&listing, None).await.expect("a page");
    assert_eq!(listed.items.len(), items as usize);
    listed.next.expect("more")
}

/// The snapshots after a newer load of one of them.
fn newer(world: &World, provider: &str) -> Vec<Shown> {
    let mut shown = world.shown.clone();
    let one = shown.iter_mut().find(|one| one.provider == provider);
    one.expect("a snapshot").load.id = "newer".to_owned();
    shown
}

fn without(world: &World, provider: &str) -> Vec<Shown> {
    let mut shown = world.shown.clone();
    shown.retain(|one| one.provider != provider);
    shown
}

#[tokio::test(flavor = "multi_thread")]
async fn as_loaded_a_position_lasts_as_long_as_the_load_that_it_is_in() {
    let world = World::new(10, 10).await;
    let (loads, all) = (&world.bench.loads, as_loaded(100));
    // Where it is, which loads matter, and which do not.
    for (items, within, other) in [
        (1, Some("notion"), "hubspot"),
        (9, Some("notion"), "hubspot"),
        (11, Some("hubspot"), "notion"),
        (19, Some("hubspot"), "notion"),
        // Between both.
        (10, None, "hubspot"),
        (10, None, "notion"),
    ] {
        let after = behind(&world, &all, items).await;
        let rest = list(loads, &newer(&world, other), &all, Some(&after)).await;
        let rest = rest.expect("the rest").items;
        assert_eq!(rest, &world.loaded[items as usize..], "{items}, {other}");
        if let Some(within) = within {
            let listed = list(loads, &newer(&world, within), &all, Some(&after)).await;
            assert_eq!(why(listed), Misplaced::Over, "{items}, {within}");
            let listed = list(loads, &without(&world, within), &all, Some(&after)).await;
            assert_eq!(why(listed), Misplaced::Over, "{items}, without {within}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn as_loaded_a_provider_that_goes_takes_only_its_own_positions_along() {
    let world = World::new(10, 10).await;
    let (loads, all) = (&world.bench.loads, as_loaded(100));
    let in_the_second = behind(&world, &all, 15).await;
    let listed = list(
        loads,
        &without(&world, "notion"),
        &all,
        Some(&in_the_second),
    )
    .await;
    assert_eq!(listed.expect("the rest").items, &world.loaded[15..]);
    let in_the_first = behind(&world, &all, 5).await;
    let listed = list(
        loads,
        &without(&world, "hubspot"),
        &all,
        Some(&in_the_first),
    )
    .await;
    assert_eq!(listed.expect("the rest").items, &world.loaded[5..10]);
    let between = behind(&world, &all, 10).await;
    let listed = list(loads, &without(&world, "notion"), &all, Some(&between)).await;
    assert_eq!(listed.expect("the rest").items, &world.loaded[10..]);
    let listed = list(loads, &without(&world, "hubspot"), &all, Some(&between)).await;
    assert_eq!(why(listed), Misplaced::Over);
}

#[tokio::test(flavor = "multi_thread")]
async fn among_what_was_made_a_position_is_in_the_load_before_it() {
    let world = World::new(2, 1).await;
    for n in 0..3 {
        let mut made = world.loaded[0].clone();
        made.id = format!("made-{n}");
        world.rename(&made, "Made").await;
    }
    let (loads, all) = (&world.bench.loads, as_loaded(100));
    let after = behind(&world, &all, 3).await;
    let rest = list(loads, &newer(&world, "hubspot"), &all, Some(&after)).await;
    assert_eq!(rest.expect("the rest").items.len(), 3);
    let listed = list(loads, &newer(&world, "notion"), &all, Some(&after)).await;
    assert_eq!(why(listed), Misplaced::Over);
}

#[tokio::test(flavor = "multi_thread")]
async fn sorted_a_position_is_over_with_any_change_or_load() {
    let world = World::new(10, 10).await;
    let (loads, by_name) = (&world.bench.loads, by(Sort::Name, Dir::Asc, 6));
    let after = behind(&world, &by_name, 6).await;
    let rest = world.list(&by_name, Some(&after)).await.expect("more");
    assert_eq!(rest.items.len(), 6);
    for shown in [
        newer(&world, "notion"),
        newer(&world, "hubspot"),
        without(&world, "hubspot"),
    ] {
        let listed = list(loads, &shown, &by_name, Some(&after)).await;
        assert_eq!(why(listed), Misplaced::Over);
    }
    world.rename(&world.loaded[0], "Changed").await;
    let listed = world.list(&by_name, Some(&after)).await;
    assert_eq!(why(listed), Misplaced::Over);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_position_is_of_its_list_alone() {
    let world = World::new(10, 10).await;
    let filtered = Listing {
        query: Query {
            kind: Some("Contact".to_owned()),
            ..Query::default()
        },
        ..as_loaded(3)
    };
    let lists = [
        as_loaded(3),
        filtered,
        by(Sort::Name, Dir::Asc, 3),
        by(Sort::Name, Dir::Desc, 3),
    ];
    for (at, of) in lists.iter().enumerate() {
        let after = behind(&world, of, 2).await;
        for (other_at, other) in lists.iter().enumerate() {
            let listed = world.list(other, Some(&after)).await;
            match at == other_at {
                true => assert_eq!(listed.expect("more").items.len(), 3),
                false => assert_eq!(why(listed), Misplaced::OtherList),
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn another_replica_goes_on_where_one_was() {
    let world = World::new(10, 10).await;
    let bench = &world.bench;
    let replica = Loads::new(setup(&bench.redis, &bench.server, 0, Handle::current()));
    world.rename(&world.loaded[0], "Changed").await;
    let mut made = world.loaded[0].clone();
    made.id = "made".to_owned();
    world.rename(&made, "Made").await;
    let owner = super::owner();
    let one = bench.loads.edition(&owner, &world.shown).await;
    let other = replica.edition(&owner, &world.shown).await;
    assert_eq!(one.expect("an edition"), other.expect("an edition"));
    for listing in [as_loaded(100), by(Sort::Name, Dir::Asc, 100)] {
        let whole = world.all(&listing).await;
        for items in [4, 10, 11, 20] {
            let after = behind(&world, &listing, items).await;
            let rest = list(&replica, &world.shown, &listing, Some(&after)).await;
            assert_eq!(rest.expect("the rest").items, &whole[items as usize..]);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_edition_changes_with_what_is_answered_and_needs_no_index() {
    let world = World::new(3, 3).await;
    let loads = &world.bench.loads;
    let edition = async |shown: &[Shown]| {
        let edition = loads.edition(&super::owner(), shown).await;
        edition.expect("an edition")
    };
    let before = edition(&world.shown).await;
    assert_eq!(edition(&world.shown).await, before);
    assert_ne!(edition(&newer(&world, "hubspot")).await, before);
    assert_ne!(edition(&without(&world, "hubspot")).await, before);
    assert_ne!(edition(&[]).await, before);
    world.rename(&world.loaded[0], "Changed").await;
    let changed = edition(&world.shown).await;
    assert_ne!(changed, before);
    world.delete(&world.loaded[0]).await;
    assert_ne!(edition(&world.shown).await, changed);
    assert_eq!(loads.parts.shelf.weight().await, 0);
    for listing in [as_loaded(2), by(Sort::Name, Dir::Asc, 2)] {
        let listed = world.list(&listing, None).await.expect("a page");
        assert_eq!(listed.edition, edition(&world.shown).await);
    }
}
