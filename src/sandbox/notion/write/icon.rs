//! Icons and covers, of every kind.

use serde_json::{Value, json};

use crate::sandbox::notion::data::{Kind, Space};

/// An icon: none, or one of every documented kind in turn.
pub fn icon(space: Space, draw: u64) -> Value {
    match draw % 11 {
        0 => json!({ "type": "emoji", "emoji": "👋" }),
        1 => external("http://example.com/icon.svg"),
        2 => file("icon.png"),
        3 => json!({
            "type": "custom_emoji",
            "custom_emoji": {
                "id": space.id(Kind::Emoji, 0),
                "name": "sample",
                "url": "https://example.com/emoji/sample.png",
            },
        }),
        // Notion's own icons, since March 2026.
        4 => json!({ "type": "icon", "icon": { "name": "pizza", "color": "blue" } }),
        5 => json!({ "type": "emoji", "emoji": "👩🏽\u{200d}🚀" }),
        _ => Value::Null,
    }
}

/// A cover: mostly none.
pub fn cover(draw: u64) -> Value {
    match draw % 7 {
        0 => external("https://example.com/covers/sample.jpg"),
        1 => file("cover.png"),
        _ => Value::Null,
    }
}

fn external(url: &str) -> Value {
    json!({ "type": "external", "external": { "url": url } })
}

/// A signed address that dies within the hour.
fn file(name: &str) -> Value {
    json!({
        "type": "file",
        "file": {
            "url": format!("https://files.example.com/{name}?X-Amz-Signature=FAKE&X-Amz-Expires=3600"),
            "expiry_time": "2026-11-20T09:00:00.000Z",
        },
    })
}
