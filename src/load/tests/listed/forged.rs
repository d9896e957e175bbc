//! Positions that a program makes up, knowing how ours are made.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};

use super::over::{behind, why};
use super::{World, as_loaded, by};
use crate::items::{Dir, Sort};
use crate::load::{Listing, Misplaced, Position};

/// What stands in a position's text: the version, the list, and where it goes on.
type Inside = (u8, u128, At);

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
enum At {
    Start(String),
    Within(String, String, Spot),
    Behind(u64, u128),
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
enum Spot {
    Row(u32),
    After(u128),
}

fn inside(position: &Position) -> Inside {
    let bytes = URL_SAFE_NO_PAD.decode(position.to_text()).expect("base64");
    postcard::from_bytes(&bytes).expect("as it is written")
}

fn forged(of: &Position, at: At) -> Position {
    let (version, list, _) = inside(of);
    let bytes = postcard::to_allocvec(&(version, list, at)).expect("bytes");
    Position::from_text(&URL_SAFE_NO_PAD.encode(bytes)).expect("a position")
}

async fn refused(world: &World, listing: &Listing, position: &Position) -> Misplaced {
    why(world.list(listing, Some(position)).await)
}

#[tokio::test(flavor = "multi_thread")]
async fn as_loaded_what_was_never_handed_out_is_refused_or_is_a_place_in_what_is_there() {
    let world = World::new(4, 5).await;
    let all = as_loaded(100);
    let real = behind(&world, &all, 2).await;
    let [notion, load] = ["notion", "notion0"].map(str::to_owned);
    let within = |spot| At::Within(notion.clone(), load.clone(), spot);
    assert_eq!(inside(&real).2, within(Spot::Row(2)));
    for row in [5, 6, u32::MAX] {
        let position = forged(&real, within(Spot::Row(row)));
        let refused = refused(&world, &all, &position).await;
        assert_eq!(refused, Misplaced::Unknown, "{row}");
    }
    let elsewhere = ["", "example"].map(|provider| At::Start(provider.to_owned()));
    let other = At::Within(notion.clone(), "other".to_owned(), Spot::Row(0));
    let other_of = At::Within("hubspot".to_owned(), load.clone(), Spot::After(0));
    for at in elsewhere.into_iter().chain([other, other_of]) {
        let refused = refused(&world, &all, &forged(&real, at.clone())).await;
        assert_eq!(refused, Misplaced::Over, "{at:?}");
    }
    let sorted = forged(&real, At::Behind(0, 0));
    assert_eq!(refused(&world, &all, &sorted).await, Misplaced::Unknown);
    for (at, rest) in [
        (within(Spot::Row(0)), 0),
        (within(Spot::Row(4)), 4),
        (within(Spot::After(0)), 4),
        (within(Spot::After(u128::MAX)), 4),
        (At::Start("hubspot".to_owned()), 4),
    ] {
        let listed = world.list(&all, Some(&forged(&real, at))).await;
        assert_eq!(listed.expect("the rest").items, &world.loaded[rest..]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn sorted_what_was_never_handed_out_is_refused_or_is_a_place_in_what_is_there() {
    let world = World::new(4, 5).await;
    let by_name = by(Sort::Name, Dir::Asc, 100);
    let real = behind(&world, &by_name, 2).await;
    let (_, _, At::Behind(2, editions)) = inside(&real) else {
        panic!("{:?}", inside(&real));
    };
    for (items, editions, refusal) in [
        (9, editions, Misplaced::Unknown),
        (10, editions, Misplaced::Unknown),
        (u64::MAX, editions, Misplaced::Unknown),
        (2, editions ^ 1, Misplaced::Over),
        (u64::MAX, 0, Misplaced::Over),
    ] {
        let position = forged(&real, At::Behind(items, editions));
        let refused = refused(&world, &by_name, &position).await;
        assert_eq!(refused, refusal, "{items}");
    }
    let start = forged(&real, At::Start("notion".to_owned()));
    assert_eq!(refused(&world, &by_name, &start).await, Misplaced::Unknown);
    let whole = world.all(&by_name).await;
    let last = forged(&real, At::Behind(8, editions));
    let listed = world.list(&by_name, Some(&last)).await;
    assert_eq!(listed.expect("the last").items, &whole[8..]);
}
