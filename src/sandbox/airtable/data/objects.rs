//! Cells that are objects or lists of them: attachments, people, links, lookups.

use serde_json::{Value, json};

use super::{
    awkward::Odd,
    cell::Cell,
    id::Place,
    kind::Kind,
    record::Record,
    words::{self, pick},
};

/// Addresses of attachments live about two hours.
const TWO_HOURS_MS: i64 = 7_200_000;
/// People and groups that are named in cells have ids of their own.
const FIRST_PERSON: u32 = 0xff_0000;

/// Ids of linked records, one to three of them; `None` where there are none to link.
pub fn links(cell: Cell<'_>) -> Option<Value> {
    let records = cell.world.sizes.records;
    if records == 0 {
        return None;
    }
    let table = cell.record.table.linked(cell.world);
    let links = (0..=cell.draw(4) % 3).map(|nth| {
        let index = cell.draw(16 + nth) % u64::from(records);
        let index = u32::try_from(index).unwrap_or_default();
        Record { table, index }.id()
    });
    Some(links.collect())
}

/// What a lookup brings: the cells of linked records, of any type, also nested.
pub fn lookup(cell: Cell<'_>, odd: Option<Odd>) -> Value {
    if let Some(value) = odd.and_then(Odd::failed) {
        return json!([value]);
    }
    if let Some(text) = odd.and_then(Odd::text) {
        return json!([text]);
    }
    match cell.draw(5) % 5 {
        0 => json!([cell.record.title(), "Two"]),
        1 => json!([cell.draw(6) % 100, 0, 0.5]),
        2 => json!([["nested", ["deeper"]], "One"]),
        3 => json!([{ "error": "#ERROR!" }, "One"]),
        _ => json!([true, collaborator(cell, 3, None)]),
    }
}

/// One or two files, with addresses that end some hours from now.
pub fn attachments(cell: Cell<'_>, odd: Option<Odd>) -> Value {
    let count = 1 + cell.draw(7) % 2;
    let files = (0..count).map(|nth| attachment(cell, nth, odd));
    files.collect()
}

fn attachment(cell: Cell<'_>, nth: u64, odd: Option<Odd>) -> Value {
    let ends = (cell.now.as_millisecond() / TWO_HOURS_MS + 2) * TWO_HOURS_MS;
    let mark = cell.draw(8 + nth) % 0x1_0000;
    let url = |part: &str| {
        format!(
            "https://v5.airtableusercontent.com/v3/u/00/00/{ends}/FAKE-SIG-{mark:04x}-{part}/FAKE"
        )
    };
    let row = cell.record.index << 1 | u32::try_from(nth).unwrap_or_default();
    let id = cell.record.table.place(row).id("att");
    let size = 1_000 + cell.draw(9) % 1_000_000;
    let filename = odd.and_then(Odd::text);
    if cell.draw(10 + nth).is_multiple_of(3) {
        let filename = filename.unwrap_or_else(|| format!("sample {mark}.pdf"));
        return json!({ "id": id, "url": url("file"), "filename": filename, "size": size, "type": "application/pdf" });
    }
    let filename = filename.unwrap_or_else(|| format!("sample-{mark}.png"));
    let thumbnail =
        |part: &str, side: u64| json!({ "url": url(part), "width": side, "height": side });
    json!({
        "id": id, "width": 300, "height": 300, "url": url("file"), "filename": filename, "size": size,
        "type": "image/png",
        "thumbnails": {
            "small": thumbnail("small", 36),
            "large": thumbnail("large", 300),
            "full": thumbnail("full", 300),
        },
    })
}

/// A person, now and then a group or somebody without an address or a name.
pub fn collaborator(cell: Cell<'_>, nth: u64, odd: Option<Odd>) -> Value {
    let draw = cell.draw(12 + nth);
    let (name, email) = pick(&words::PERSON, draw);
    let row = FIRST_PERSON + u32::try_from(draw % words::PERSON.len() as u64).unwrap_or_default();
    let place = Place {
        person: cell.world.person.seed,
        base: 0,
        table: 0,
        row,
    };
    let name = odd.and_then(Odd::text).unwrap_or_else(|| name.to_owned());
    match draw % 11 {
        0 => json!({ "id": place.id("ugp"), "name": "Sample group" }),
        1 => json!({ "id": place.id("usr"), "email": email }),
        2 => json!({ "id": place.id("usr") }),
        _ => json!({ "id": place.id("usr"), "email": email, "name": name }),
    }
}

/// Barcodes, buttons and what a model wrote.
pub fn labelled(cell: Cell<'_>, odd: Option<Odd>) -> Value {
    let text = cell.text(odd);
    let draw = cell.draw(13);
    match cell.field.kind {
        Kind::Barcode if draw.is_multiple_of(2) => json!({ "text": text }),
        Kind::Barcode => json!({ "text": text, "type": "code39" }),
        Kind::Button if draw.is_multiple_of(4) => json!({ "label": text, "url": null }),
        Kind::Button => json!({ "label": text, "url": pick(&words::URL, draw) }),
        _ => match draw % 6 {
            0 => json!({ "state": "empty", "isStale": false, "value": null }),
            1 => json!({ "state": "loading", "isStale": true, "value": null }),
            2 => {
                json!({ "state": "error", "errorType": "emptyDependency", "isStale": false, "value": null })
            }
            _ => json!({ "state": "generated", "isStale": false, "value": text }),
        },
    }
}
