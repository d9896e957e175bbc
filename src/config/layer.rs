//! Defaults, file and environment, each as a flat layer of texts, and the three of them merged.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use ::config::{Config as Merged, ConfigError, File, FileFormat, Map, Source, Value, ValueKind};

use super::problem::Problem;
use super::settings::{Setting, nearest};

pub(super) const FILE: &str = "patchbay.toml";

/// Where a value came from. The order is the precedence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Origin {
    Default,
    File,
    Environment,
}

impl Origin {
    /// As [`Layer`] wrote it into the value.
    fn of(value: &Value) -> Origin {
        match value.origin() {
            Some("environment") => Origin::Environment,
            Some(FILE) => Origin::File,
            _ => Origin::Default,
        }
    }

    pub fn name(self) -> &'static str {
        match self {
            Origin::Default => "default",
            Origin::File => FILE,
            Origin::Environment => "environment",
        }
    }
}

/// One layer: texts by their key in the file. It holds secrets, so its `Debug`, which `Source` asks for,
/// says nothing.
#[derive(Clone)]
pub(super) struct Layer {
    origin: Origin,
    texts: BTreeMap<String, String>,
}

impl fmt::Debug for Layer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Layer").field(&self.origin).finish()
    }
}

impl Source for Layer {
    fn clone_into_box(&self) -> Box<dyn Source + Send + Sync> {
        Box::new(self.clone())
    }

    fn collect(&self) -> Result<Map<String, Value>, ConfigError> {
        let origin = self.origin.name().to_owned();
        let values = self.texts.iter().map(|(key, text)| {
            let value = Value::new(Some(&origin), ValueKind::String(text.clone()));
            (key.clone(), value)
        });
        Ok(values.collect())
    }
}

/// Texts by their key in the file, each with the highest layer that has it.
pub(super) type Layered = BTreeMap<String, (String, Origin)>;

/// Puts the layers on top of each other, the last one on top.
pub(super) fn merge(layers: [Layer; 3]) -> Result<Layered, Problem> {
    let mut builder = Merged::builder();
    for layer in layers {
        builder = builder.add_source(layer);
    }
    let merged = builder
        .build()
        .and_then(|merged| merged.collect())
        .map_err(|_| Problem::new(FILE, "cannot be merged", "check its sections and keys"))?;
    let mut found = Layered::new();
    for (section, table) in merged {
        for (key, value) in table.into_table().unwrap_or_default() {
            let origin = Origin::of(&value);
            if let Ok(text) = value.into_string() {
                found.insert(format!("{section}.{key}"), (text, origin));
            }
        }
    }
    Ok(found)
}

pub(super) fn defaults(settings: &[Setting]) -> Layer {
    let texts = settings.iter().filter_map(|setting| {
        let default = setting.default?;
        Some((setting.key.clone(), default.to_owned()))
    });
    Layer {
        origin: Origin::Default,
        texts: texts.collect(),
    }
}

/// The file's layer. Keys and shapes are checked here, because a section that is no table would otherwise
/// take the defaults below it away.
pub(super) fn file(text: &str, settings: &[Setting], problems: &mut Vec<Problem>) -> Layer {
    let mut texts = BTreeMap::new();
    for (section, table) in parse(text, problems) {
        let Ok(table) = table.into_table() else {
            problems.push(unknown_section(
                &section,
                "stands outside of any section",
                settings,
            ));
            continue;
        };
        if !settings.iter().any(|setting| setting.section() == section) {
            problems.push(unknown_section(&section, "is not a section", settings));
            continue;
        }
        for (key, value) in table {
            let key = format!("{section}.{key}");
            let Some(setting) = settings.iter().find(|setting| setting.has_key(&key)) else {
                problems.push(unknown_key(&section, &key, settings));
                continue;
            };
            match flat(value.kind, setting.separator) {
                Some(text) if text.trim().is_empty() => {}
                Some(text) => {
                    texts.insert(key, text);
                }
                None => problems.push(wrong_shape(setting, &key)),
            }
        }
    }
    Layer {
        origin: Origin::File,
        texts,
    }
}

fn parse(text: &str, problems: &mut Vec<Problem>) -> BTreeMap<String, Value> {
    match File::from_str(text, FileFormat::Toml).collect() {
        Ok(sections) => sections.into_iter().collect(),
        Err(error) => {
            problems.push(Problem::new(
                FILE,
                format!("is not valid TOML{}", place_of(&error)),
                "put quotes around texts, and write each section and key once",
            ));
            BTreeMap::new()
        }
    }
}

/// ` at line 3, column 9`, from the first line of the message; the rest of it quotes the file, and with it
/// perhaps a secret.
fn place_of(error: &ConfigError) -> String {
    let message = match error {
        ConfigError::FileParse { cause, .. } => cause.to_string(),
        _ => String::new(),
    };
    let first = message.lines().next().unwrap_or_default();
    match first.strip_prefix("TOML parse error") {
        Some(place) => place.to_owned(),
        None => String::new(),
    }
}

/// A value of the file as the text that the environment would hold; an array only where a list is asked for.
fn flat(kind: ValueKind, separator: Option<char>) -> Option<String> {
    match kind {
        ValueKind::Nil => Some(String::new()),
        ValueKind::Boolean(value) => Some(value.to_string()),
        ValueKind::I64(value) => Some(value.to_string()),
        ValueKind::I128(value) => Some(value.to_string()),
        ValueKind::U64(value) => Some(value.to_string()),
        ValueKind::U128(value) => Some(value.to_string()),
        ValueKind::Float(value) => Some(value.to_string()),
        ValueKind::String(value) => Some(value),
        ValueKind::Table(_) => None,
        ValueKind::Array(values) => {
            let separator = separator?.to_string();
            let texts: Option<Vec<_>> = values
                .into_iter()
                .map(|value| flat(value.kind, None))
                .collect();
            Some(texts?.join(&separator))
        }
    }
}

fn wrong_shape(setting: &Setting, key: &str) -> Problem {
    let possible = match setting.separator {
        Some(_) => "give one string, or an array of strings",
        None => "give one string, number, or true or false",
    };
    let name = format!("{} ({key} in {FILE})", setting.env);
    Problem::new(name, "has the wrong shape", possible)
}

fn unknown_section(name: &str, wrong: &str, settings: &[Setting]) -> Problem {
    let sections: BTreeSet<_> = settings.iter().map(Setting::section).collect();
    let possible = match nearest(name, sections.iter().copied(), slips(name)) {
        Some(meant) => format!("did you mean [{meant}]?"),
        None => {
            let sections: Vec<_> = sections.iter().map(|name| format!("[{name}]")).collect();
            format!("possible sections: {}", sections.join(", "))
        }
    };
    Problem::new(
        format!("{} in {FILE}", name.escape_debug()),
        wrong,
        possible,
    )
}

fn unknown_key(section: &str, key: &str, settings: &[Setting]) -> Problem {
    let prefix = format!("{section}.");
    let own = key.strip_prefix(&prefix).unwrap_or(key);
    let known: Vec<_> = settings
        .iter()
        .filter_map(|setting| setting.key.strip_prefix(&prefix))
        .collect();
    let possible = match nearest(own, known.iter().copied(), slips(own)) {
        Some(meant) => format!("did you mean {meant}?"),
        None => format!("possible in [{section}]: {}", known.join(", ")),
    };
    let name = format!("{} in {FILE}", key.escape_debug());
    Problem::new(name, "is not a setting", possible)
}

/// How many slips of the pen a name may hold: of a short one little may differ before another is meant.
fn slips(name: &str) -> usize {
    (name.chars().count() / 2).min(3)
}

/// The environment's layer. Schedulers put names of their own beside ours, so an unknown one is no reason to
/// stop.
pub(super) fn environment(
    env: &BTreeMap<String, String>,
    settings: &[Setting],
    problems: &mut Vec<Problem>,
    warnings: &mut Vec<String>,
) -> Layer {
    let mut texts = BTreeMap::new();
    for (name, text) in env.iter().filter(|(_, text)| !text.trim().is_empty()) {
        match settings.iter().find_map(|setting| setting.key_of(name)) {
            Some(_) if text.contains(char::REPLACEMENT_CHARACTER) => {
                problems.push(Problem::new(
                    name,
                    "is not valid Unicode",
                    "write it in UTF-8",
                ));
            }
            Some(key) => {
                texts.insert(key, text.clone());
            }
            None => warnings.extend(unknown_name(name, settings)),
        }
    }
    Layer {
        origin: Origin::Environment,
        texts,
    }
}

/// Under the prefixes that others use too, only what looks like a slip of the pen is worth a word.
fn unknown_name(name: &str, settings: &[Setting]) -> Option<String> {
    let known: Vec<String> = settings
        .iter()
        .flat_map(|setting| {
            let file = setting.is_secret().then(|| setting.file_env());
            [Some(setting.env.clone()), file].into_iter().flatten()
        })
        .collect();
    let own = name.split_once('_').map_or("", |(_, own)| own);
    let ours = name.starts_with("PATCHBAY_");
    let most = if ours {
        slips(own)
    } else {
        (own.chars().count() / 3).min(3)
    };
    let name_shown = name.escape_debug();
    match nearest(name, known.iter().map(String::as_str), most) {
        Some(meant) => Some(format!(
            "{name_shown} is not a setting; did you mean {meant}?"
        )),
        None => ours.then(|| format!("{name_shown} is not a setting")),
    }
}
