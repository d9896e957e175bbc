//! Rich text: lists of runs.

use serde_json::{Value, json};

use crate::sandbox::notion::{
    data::{Runs, Title},
    workspaces,
};

/// A list of one run.
pub fn text(content: &str) -> Value {
    json!([run(content)])
}

/// The runs of a title.
pub fn title(title: &Title) -> Value {
    match title {
        Title::Plain(content) | Title::Odd(Runs::Text(content)) => text(content),
        Title::Odd(Runs::None) => json!([]),
        Title::Odd(Runs::Bare(content)) => json!([bare(content)]),
        Title::Odd(Runs::Mixed) => mixed(),
    }
}

fn run(content: &str) -> Value {
    json!({
        "type": "text",
        "text": { "content": content, "link": null },
        "annotations": annotations(),
        "plain_text": content,
        "href": null,
    })
}

fn bare(content: &str) -> Value {
    let mut bare = run(content);
    if let Some(object) = bare.as_object_mut() {
        object.remove("plain_text");
    }
    bare
}

/// The text of these runs is that of `Title::text`.
fn mixed() -> Value {
    let mention = json!({
        "type": "mention",
        "mention": { "type": "user", "user": { "object": "user", "id": workspaces::person() } },
        "annotations": annotations(),
        "plain_text": "@Avery Example",
        "href": null,
    });
    let equation = json!({
        "type": "equation",
        "equation": { "expression": "E = mc^2" },
        "annotations": annotations(),
        "plain_text": "E = mc^2",
        "href": null,
    });
    json!([run("Kick-off with "), mention, run(": "), equation])
}

fn annotations() -> Value {
    json!({
        "bold": false,
        "italic": false,
        "strikethrough": false,
        "underline": false,
        "code": false,
        "color": "default",
    })
}
