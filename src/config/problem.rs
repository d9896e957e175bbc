use std::fmt;

/// One thing that stops the start.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The environment name, with the key in `patchbay.toml` when the value came from there; or a file.
    pub setting: String,
    /// What is wrong with it. Never the value of a secret.
    pub wrong: String,
    /// What is possible instead.
    pub possible: String,
}

impl Problem {
    pub(super) fn new(
        setting: impl Into<String>,
        wrong: impl Into<String>,
        possible: impl Into<String>,
    ) -> Problem {
        Problem {
            setting: setting.into(),
            wrong: wrong.into(),
            possible: possible.into(),
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}; {}", self.setting, self.wrong, self.possible)
    }
}

/// Every problem found. `Display` gives one a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problems(pub Vec<Problem>);

impl Problems {
    pub(super) fn one(problem: Problem) -> Problems {
        Problems(vec![problem])
    }
}

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, problem) in self.0.iter().enumerate() {
            if index > 0 {
                f.write_str("\n")?;
            }
            write!(f, "{problem}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Problems {}
