//! The programs behind a browser: where they are, and a chromedriver that is gone with its test.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

const BROWSERS: [&str; 4] = [
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
];
const DRIVERS: [&str; 2] = ["chromedriver", "chromium.chromedriver"];
/// Where a Mac keeps what is not in the PATH.
const APPLICATIONS: [&str; 2] = [
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
];
/// What chromedriver says when it listens; the port follows.
const READY: &str = "started successfully on port ";

/// The browser's program.
pub fn browser() -> PathBuf {
    let applications = APPLICATIONS.map(PathBuf::from);
    in_path(&BROWSERS)
        .or_else(|| applications.into_iter().find(|program| program.is_file()))
        .unwrap_or_else(|| missing("a browser", &BROWSERS))
}

/// How often a driver is started at most.
const TRIES: usize = 10;

/// A chromedriver on a port of its own.
pub struct Driver {
    child: Child,
    port: u16,
}

impl Driver {
    /// Starts one, and waits until it listens.
    pub fn start() -> Self {
        let program = in_path(&DRIVERS).unwrap_or_else(|| missing("chromedriver", &DRIVERS));
        // Another may take the port that it chose, in between; then it ends at once.
        (0..TRIES)
            .find_map(|_| Self::launch(&program))
            .unwrap_or_else(|| panic!("{} does not start", program.display()))
    }

    fn launch(program: &Path) -> Option<Self> {
        let child = Command::new(program)
            .arg("--port=0")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap_or_else(|error| panic!("{} cannot be run: {error}", program.display()));
        let mut driver = Self { child, port: 0 };
        let output = driver.child.stdout.take().expect("its output");
        let mut said = BufReader::new(output).lines().map_while(Result::ok);
        driver.port = said.by_ref().find_map(|line| port_in(&line))?;
        // Somebody has to listen for as long as it may have something to say.
        std::thread::spawn(move || said.for_each(drop));
        Some(driver)
    }

    /// Where it listens.
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn port_in(line: &str) -> Option<u16> {
    let (_, rest) = line.split_once(READY)?;
    let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
    digits.parse().ok()
}

fn in_path(names: &[&str]) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    let folders: Vec<PathBuf> = std::env::split_paths(&path).collect();
    names.iter().find_map(|name| {
        let mut programs = folders.iter().map(|folder| folder.join(name));
        programs.find(|program| program.is_file())
    })
}

fn missing(what: &str, names: &[&str]) -> ! {
    panic!(
        "the browser tests need {what}, and none of these is in the PATH: {}. 'scripts/setup.sh test' installs it.",
        names.join(", ")
    )
}
