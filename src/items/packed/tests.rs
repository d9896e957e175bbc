use jiff::Timestamp;
use proptest::prelude::*;
use serde_json::{Value, json};

use std::borrow::Cow;

use super::*;

fn text() -> impl Strategy<Value = String> {
    prop_oneof![".{0,12}", "[a-c]{0,2}", Just(String::new())]
}

fn time() -> impl Strategy<Value = Option<Timestamp>> {
    let least = Timestamp::MIN.as_nanosecond();
    let most = Timestamp::MAX.as_nanosecond();
    let nanos = prop_oneof![
        least..=most,
        Just(least),
        Just(most),
        (0..4_000_000_000_000_i128).prop_map(|millis| millis * 1_000_000),
    ];
    prop::option::of(nanos.prop_map(|nanos| Timestamp::from_nanosecond(nanos).expect("a time")))
}

fn value() -> impl Strategy<Value = Value> {
    let plain = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        text().prop_map(Value::from),
    ];
    let nested = plain.clone().prop_map(|plain| json!({"of": [plain]}));
    prop_oneof![4 => plain, 1 => any::<f64>().prop_map(Value::from), 1 => nested]
}

prop_compose! {
    fn item()(
        (id, provider, kind, name) in (text(), text(), text(), text()),
        directory in any::<bool>(),
        optional in prop::array::uniform7(prop::option::of(text())),
        (creation_time, last_modified_time) in (time(), time()),
        children in prop::option::of(prop::collection::vec(text(), 0..3)),
        properties in prop::collection::btree_map(text(), value(), 0..4),
    ) -> Item {
        let [parent_id, parent_path_or_name, url, mime_type, delta, drive_id, visibility] = optional;
        Item {
            id, provider, kind, name, directory, parent_id, parent_path_or_name, creation_time,
            last_modified_time, url, children, mime_type, delta, drive_id, visibility, properties,
        }
    }
}

proptest! {
    #[test]
    fn any_items_survive(items in prop::collection::vec(item(), 0..6)) {
        let packed = pack(&items).expect("packed");
        prop_assert_eq!(unpack(&packed), Ok(items));
    }

    #[test]
    fn no_bytes_panic(mut bytes in prop::collection::vec(any::<u8>(), 0..200), version in any::<bool>()) {
        if let (Some(first), true) = (bytes.first_mut(), version) {
            *first = VERSION;
        }
        let _ = unpack(&bytes);
    }

    #[test]
    fn no_damage_panics(
        items in prop::collection::vec(item(), 1..4),
        at in any::<prop::sample::Index>(), with in any::<u8>(), cut in any::<bool>(),
    ) {
        let mut bytes = pack(&items).expect("packed");
        let at = at.index(bytes.len());
        bytes[at] = with;
        if cut {
            bytes.truncate(at);
        }
        let _ = unpack(&bytes);
    }
}

#[test]
fn a_block_of_json_is_still_read() {
    let items = vec![
        Item::new("test", "Contact", "1", "Ada"),
        Item::new("test", "Deal", "2", "Sale"),
    ];
    let json = serde_json::to_vec(&items).expect("JSON");
    assert_eq!(unpack(&json), Ok(items.clone()));
    let packed = modern(&json).expect("packed");
    assert_eq!(packed.first(), Some(&VERSION));
    assert_eq!(unpack(&packed), Ok(items));
    assert_eq!(modern(&packed), Ok(Cow::Borrowed(&packed[..])));
}

#[test]
fn another_version_is_refused() {
    let mut bytes = pack(&[]).expect("packed");
    bytes[0] = VERSION + 1;
    assert_eq!(unpack(&bytes), Err(Unreadable));
    assert_eq!(unpack(&[]), Err(Unreadable));
}
