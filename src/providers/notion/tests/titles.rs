//! What an object is called: the naming rules of the fact sheet's section 7, one by one.

use super::*;

/// The name of a page whose title property, called like this, holds these runs.
fn named(key: &str, runs: Value) -> String {
    let other = json!({"id": "a", "type": "rich_text", "rich_text": [{"plain_text": "Not this"}]});
    let title = json!({"id": "title", "type": "title", "title": runs});
    page(json!({"Name": other, key: title, "Zuletzt": {"type": "unheard_of", "unheard_of": 1}}))
}

fn page(properties: Value) -> String {
    item(json!({"object": "page", "id": "p", "properties": properties})).name
}

fn source(title: Value) -> String {
    item(json!({"object": "data_source", "id": "s", "title": title})).name
}

#[test]
fn a_page_is_called_by_its_title_whatever_that_is_called() {
    for key in ["title", "Aufgabe", "Page", "", "🎯", "type"] {
        assert_eq!(
            named(key, json!([{"plain_text": "Renew"}])),
            "Renew",
            "{key}"
        );
    }
}

#[test]
fn without_a_type_the_id_tells() {
    let title = json!([{"plain_text": "Renew"}]);
    assert_eq!(page(json!({"A": {"id": "title", "title": title}})), "Renew");
    // A type that says otherwise is believed.
    let other = json!({"A": {"id": "title", "type": "url", "title": title}});
    assert_eq!(page(other), "Untitled");
    // The type comes first.
    let both = json!({
        "A": {"id": "title", "title": [{"plain_text": "Not this"}]},
        "B": {"id": "x", "type": "title", "title": title},
    });
    assert_eq!(page(both), "Renew");
}

#[test]
fn data_sources_and_databases_have_a_title_of_their_own() {
    let runs = json!([{"plain_text": "Road"}, {"plain_text": "map"}]);
    assert_eq!(source(runs.clone()), "Roadmap");
    let database = item(json!({"object": "database", "id": "d", "title": runs}));
    assert_eq!(database.name, "Roadmap");
    // Their properties are a schema.
    let schema = json!({"Name": {"id": "title", "type": "title", "title": {}}});
    let bare = item(json!({"object": "data_source", "id": "s", "properties": schema}));
    assert_eq!(bare.name, "Untitled");
}

#[test]
fn runs_are_joined_without_a_space() {
    let runs = json!([{"plain_text": "Road"}, {"plain_text": "map "}, {"plain_text": "2027"}]);
    assert_eq!(named("title", runs.clone()), "Roadmap 2027");
    assert_eq!(source(runs), "Roadmap 2027");
}

#[test]
fn a_run_without_plain_text_says_what_its_kind_says() {
    for (run, said) in [
        (
            json!({"type": "text", "text": {"content": "A", "link": null}}),
            "A",
        ),
        (
            json!({"type": "text", "text": {"content": "A"}, "plain_text": null}),
            "A",
        ),
        (
            json!({"type": "equation", "equation": {"expression": "e=mc^2"}}),
            "e=mc^2",
        ),
        (
            json!({"type": "mention", "mention": {"type": "user"}, "plain_text": "@Ada"}),
            "@Ada",
        ),
        (
            json!({"type": "mention", "mention": {"type": "user"}}),
            "Untitled",
        ),
        (
            json!({"type": "unheard_of", "unheard_of": {"x": 1}}),
            "Untitled",
        ),
        (
            json!({"plain_text": "", "text": {"content": "not this"}}),
            "Untitled",
        ),
        (json!({"plain_text": 7, "text": {"content": "A"}}), "A"),
    ] {
        assert_eq!(named("title", json!([run])), said, "{run}");
        assert_eq!(source(json!([run])), said, "{run}");
    }
}

#[test]
fn white_space_of_any_sort_is_one_space_and_none_around() {
    for (text, said) in [
        ("  Renew\n\tTLS  ", "Renew TLS"),
        ("Renew\u{a0}\u{2003}TLS\u{3000}", "Renew TLS"),
        ("Renew\u{2028}TLS\r\n", "Renew TLS"),
        ("Re\u{200b}new \u{200d}TLS", "Re\u{200b}new \u{200d}TLS"),
        ("\u{200b}", "\u{200b}"),
        ("\u{feff}Renew", "\u{feff}Renew"),
    ] {
        assert_eq!(
            named("title", json!([{"plain_text": text}])),
            said,
            "{text:?}"
        );
    }
    let split = json!([{"plain_text": "Renew "}, {"plain_text": " \n"}, {"plain_text": " TLS"}]);
    assert_eq!(named("title", split), "Renew TLS");
}

#[test]
fn nothing_is_untitled() {
    for runs in [
        json!([]),
        json!(null),
        json!([{"plain_text": " \u{a0}\n"}]),
        json!([{}]),
        json!({}),
        json!("text"),
    ] {
        assert_eq!(named("title", runs.clone()), "Untitled", "{runs}");
        assert_eq!(source(runs.clone()), "Untitled", "{runs}");
    }
    for properties in [
        json!({}),
        json!(null),
        json!([]),
        json!({"A": null}),
        json!({"A": {"type": "title"}}),
    ] {
        assert_eq!(page(properties), "Untitled");
    }
}

#[test]
fn an_object_that_may_not_be_read_is_an_item_all_the_same() {
    for (kind, of_item) in [
        ("page", "Page"),
        ("data_source", "DataSource"),
        ("database", "Database"),
    ] {
        let item = item(json!({"object": kind, "id": "1"}));
        assert_eq!((&item.name[..], &item.kind[..]), ("Untitled", of_item));
        assert_eq!(
            (item.url, item.parent_id, item.creation_time),
            (None, None, None)
        );
    }
}

#[test]
fn a_title_is_neither_cut_nor_escaped() {
    let long = "<b>{{ Größe }}</b> 组织 & ".repeat(500);
    assert_eq!(named("title", json!([{"plain_text": long}])), long.trim());
}
