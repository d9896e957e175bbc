//! How the sections read: by name, with a parser, gathering problems instead of stopping at the first.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use secrecy::SecretString;

use super::layer::{self, FILE, Layered, Origin};
use super::parse::{Invalid, Parsed};
use super::problem::Problem;
use super::report::shown;
use super::settings::{Setting, settings};
use super::source::Sources;

/// A value as text, before it is understood.
pub(super) struct Given {
    pub text: String,
    pub origin: Origin,
    /// The file that held it, for a `_FILE` setting.
    pub path: Option<String>,
}

impl Given {
    pub fn source(&self) -> String {
        match &self.path {
            Some(path) => format!("{}, file {}", self.origin.name(), path.escape_debug()),
            None => self.origin.name().to_owned(),
        }
    }
}

/// The merged values, and what was found wrong with them so far.
pub(super) struct Reader {
    pub settings: Vec<Setting>,
    pub values: BTreeMap<String, Given>,
    pub problems: Vec<Problem>,
    pub warnings: Vec<String>,
    /// Names that file or environment gave, even where the value turned out unusable.
    given: BTreeSet<String>,
    #[cfg(test)]
    pub asked: BTreeSet<String>,
}

impl Reader {
    pub fn new(sources: &Sources, providers: &[&'static str]) -> Reader {
        let settings = settings(providers);
        let mut problems = Vec::new();
        let mut warnings = Vec::new();
        let file = sources.file.as_deref().unwrap_or_default();
        let layers = [
            layer::defaults(&settings),
            layer::file(file, &settings, &mut problems),
            layer::environment(&sources.env, &settings, &mut problems, &mut warnings),
        ];
        let mut found = layer::merge(layers).unwrap_or_else(|problem| {
            problems.push(problem);
            Layered::new()
        });
        let mut reader = Reader {
            settings,
            values: BTreeMap::new(),
            problems,
            warnings,
            given: BTreeSet::new(),
            #[cfg(test)]
            asked: BTreeSet::new(),
        };
        for setting in reader.settings.clone() {
            reader.settle(&setting, &mut found);
        }
        reader
    }

    /// Decides between a setting and its `_FILE` form: the higher layer wins, within one layer it is a
    /// mistake to give both.
    fn settle(&mut self, setting: &Setting, found: &mut Layered) {
        let direct = found.remove(&setting.key);
        let file = if setting.is_secret() {
            found.remove(&setting.file_key())
        } else {
            None
        };
        let given = match (direct, file) {
            (Some((_, origin)), Some((_, file_origin))) if origin == file_origin => {
                self.given.insert(setting.env.clone());
                let name = label(&setting.env, &setting.key, origin);
                let wrong = format!("is given twice, also as {}", setting.file_env());
                self.problems
                    .push(Problem::new(name, wrong, "remove one of them"));
                return;
            }
            (Some((text, origin)), file) if file.as_ref().is_none_or(|file| file.1 < origin) => {
                Given {
                    text,
                    origin,
                    path: None,
                }
            }
            (_, Some((path, origin))) => {
                self.given.insert(setting.env.clone());
                match read_secret(&path) {
                    Ok(text) => Given {
                        text,
                        origin,
                        path: Some(path),
                    },
                    Err(wrong) => {
                        let name = label(&setting.file_env(), &setting.file_key(), origin);
                        let possible = "name a file that Patchbay may read, with the value in it";
                        self.problems.push(Problem::new(name, wrong, possible));
                        return;
                    }
                }
            }
            _ => return,
        };
        if given.origin != Origin::Default {
            self.given.insert(setting.env.clone());
        }
        self.values.insert(setting.env.clone(), given);
    }

    fn by_env(&self, env: &str) -> Option<&Setting> {
        self.settings.iter().find(|setting| setting.env == env)
    }

    /// A value that is always there, because it has a default. When it is refused the default stands in, so
    /// that the checks that follow still have something to look at.
    pub fn required<T>(&mut self, env: &str, parse: impl Fn(&str) -> Parsed<T>) -> Option<T> {
        if let Some(value) = self.optional(env, &parse) {
            return Some(value);
        }
        let default = self.by_env(env).and_then(|setting| setting.default);
        match default.map(parse) {
            Some(Ok(value)) => Some(value),
            _ if self.given(env) => None,
            _ => {
                self.problem(env, "has no usable default", "set it");
                None
            }
        }
    }

    /// A value that may be missing. None also when it was refused; the problem is noted then.
    pub fn optional<T>(&mut self, env: &str, parse: impl Fn(&str) -> Parsed<T>) -> Option<T> {
        #[cfg(test)]
        self.asked.insert(env.to_owned());
        let text = self.values.get(env)?.text.trim();
        match parse(text) {
            Ok(value) => Some(value),
            Err(invalid) => {
                let wrong = self.refusal(env, &invalid);
                self.problem(env, wrong, invalid.possible);
                None
            }
        }
    }

    /// A secret, exactly as it was given.
    pub fn secret(&mut self, env: &str) -> Option<SecretString> {
        #[cfg(test)]
        self.asked.insert(env.to_owned());
        let given = self.values.get(env)?;
        Some(SecretString::from(given.text.as_str()))
    }

    fn refusal(&self, env: &str, invalid: &Invalid) -> String {
        match (self.by_env(env), self.values.get(env)) {
            (Some(setting), Some(given)) if !setting.is_secret() => {
                let text = invalid.part.as_deref().unwrap_or(given.text.trim());
                format!("{} {}", shown(setting.kind, text), invalid.wrong)
            }
            _ => format!("the value {}", invalid.wrong),
        }
    }

    /// A default that depends on other settings.
    pub fn set_default(&mut self, env: &str, text: &str) {
        if !self.values.contains_key(env) && !self.given(env) {
            let given = Given {
                text: text.to_owned(),
                origin: Origin::Default,
                path: None,
            };
            self.values.insert(env.to_owned(), given);
        }
    }

    /// Treats a value as though it had not been given.
    pub fn forget(&mut self, env: &str) {
        self.values.remove(env);
        self.given.remove(env);
    }

    /// Whether file or environment gave it, well or badly.
    pub fn given(&self, env: &str) -> bool {
        self.given.contains(env)
    }

    pub fn problem(&mut self, env: &str, wrong: impl Into<String>, possible: impl Into<String>) {
        let name = match (self.by_env(env), self.values.get(env)) {
            (Some(setting), Some(given)) if given.path.is_some() => {
                label(&setting.file_env(), &setting.file_key(), given.origin)
            }
            (Some(setting), Some(given)) => label(env, &setting.key, given.origin),
            _ => env.to_owned(),
        };
        self.problems.push(Problem::new(name, wrong, possible));
    }

    pub fn warn(&mut self, env: &str, what: &str) {
        self.warnings.push(format!("{env} {what}"));
    }
}

/// How a setting is named to the operator: with the key in the file where that is where to look.
fn label(env: &str, key: &str, origin: Origin) -> String {
    match origin {
        Origin::File => format!("{env} ({key} in {FILE})"),
        Origin::Default | Origin::Environment => env.to_owned(),
    }
}

fn read_secret(path: &str) -> Result<String, String> {
    let name = path.escape_debug();
    let text = fs::read_to_string(path.trim())
        .map_err(|error| format!("{name} cannot be read ({error})"))?;
    let text = text.trim_end_matches(['\r', '\n']);
    if text.trim().is_empty() {
        return Err(format!("{name} is empty"));
    }
    Ok(text.to_owned())
}
