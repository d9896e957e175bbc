//! People with accounts: an operator makes them by the command line, they sign in by their password.

use std::process::Stdio;
use std::time::Duration;

use tempfile::TempDir;
use tokio::io::AsyncWriteExt as _;
use tokio::process::Command;

use super::{Browser, Page, World};

/// A password that nobody guesses, of everybody here.
pub const PASSWORD: &str = "teal cord under the lamp";

impl World {
    /// A Patchbay in which people have accounts.
    pub async fn with_accounts() -> Self {
        Self::with(&[("PATCHBAY_AUTH", "local")]).await
    }

    /// Runs `patchbay user …` beside this Patchbay, with something on its standard input; answers whether it went
    /// well, and what it said.
    pub async fn user_command(&self, arguments: &[&str], input: &str) -> (bool, String) {
        self.command(&[&["user"], arguments].concat(), input).await
    }

    /// Runs any command in the same way.
    pub async fn command(&self, arguments: &[&str], input: &str) -> (bool, String) {
        let folder = TempDir::new().expect("a folder");
        let mut child = Command::new(env!("CARGO_BIN_EXE_patchbay"))
            .args(arguments)
            .env_clear()
            .envs(self.settings())
            .current_dir(folder.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .expect("it starts");
        let mut stdin = child.stdin.take().expect("an input");
        stdin.write_all(input.as_bytes()).await.expect("written");
        drop(stdin);
        let output = tokio::time::timeout(Duration::from_secs(60), child.wait_with_output());
        let output = output
            .await
            .expect("it comes to an end")
            .expect("its output");
        let said = [output.stdout, output.stderr].concat();
        (
            output.status.success(),
            String::from_utf8_lossy(&said).into_owned(),
        )
    }

    /// Makes an account.
    pub async fn add_person(&self, org: &str, email: &str, role: &str) {
        let who = ["--org", org, "--email", email, "--role", role];
        let arguments = [&["add"][..], &who, &["--password-stdin"]].concat();
        let (done, said) = self.user_command(&arguments, PASSWORD).await;
        assert!(done, "{said}");
    }

    /// A browser in which somebody is signed in who was given an account for it.
    pub async fn member(&self, org: &str, email: &str, role: &str) -> Browser {
        self.add_person(org, email, role).await;
        let mut browser = self.browser();
        let page = browser.enter(email, PASSWORD).await;
        assert_eq!(page.url.path(), "/connections", "{}", page.text);
        browser
    }
}

impl Browser {
    /// Signs in by email and password, whatever comes of it.
    pub async fn enter(&mut self, email: &str, password: &str) -> Page {
        self.get("/sign-in").await;
        self.post("/sign-in", &[("email", email), ("password", password)])
            .await
    }
}
