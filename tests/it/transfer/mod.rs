//! An operator takes connections along: from one Patchbay to another by `patchbay export` and `import`, and with a
//! whole data folder.

mod copied;
mod interrupted;
mod moved;
mod refused;
mod restored;
mod terminal;

use std::os::unix::fs::PermissionsExt as _;
use std::process::Output;

use patchbay::sandbox::Sandbox;
use serde_json::Value;

use crate::support::{Browser, Home, Page, Program, plain_client, start_sandbox};

const PASSPHRASE: &str = "teal cord under the seventh lamp";

/// A Patchbay of its own, with keys of its own.
struct Place {
    home: Home,
    _program: Program,
}

/// A Patchbay in which ada of acme has connected providers; and the stand-ins.
async fn connected(providers: &[&str]) -> (Place, Sandbox) {
    let mut home = Home::new();
    let sandbox = start_sandbox(&home.url()).await;
    home.use_sandbox(&sandbox);
    let place = Place::of(home).await;
    let mut ada = place.ada().await;
    for provider in providers {
        ada.connect(provider, &[]).await;
    }
    (place, sandbox)
}

impl Place {
    async fn of(home: Home) -> Self {
        std::fs::write(home.folder().join("passphrase"), format!("{PASSPHRASE}\n"))
            .expect("written");
        let program = home.serve().await;
        Self {
            home,
            _program: program,
        }
    }

    /// An empty one at the same stand-ins.
    async fn beside(sandbox: &Sandbox) -> Self {
        let mut home = Home::new();
        home.use_sandbox(sandbox);
        Self::of(home).await
    }

    async fn ada(&self) -> Browser {
        let mut ada = self.home.browser();
        ada.sign_in("acme", "ada").await;
        ada
    }

    /// Runs a command with the passphrase in a file; answers all that it said, if it ended with this code.
    async fn run(&self, arguments: &[&str], code: i32) -> String {
        let all = [arguments, &["--passphrase-file", "passphrase"]].concat();
        said(&self.home.run(&all).await, code)
    }

    /// Exports connections of acme into a file; answers what it holds and what was said.
    async fn export(&self, more: &[&str]) -> (String, String) {
        let all = [&["export", "--org", "acme", "--out", "out.pbx"], more].concat();
        let said = self.run(&all, 0).await;
        let path = self.home.folder().join("out.pbx");
        let mode = path.metadata().expect("a file").permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        let text = std::fs::read_to_string(&path).expect("text");
        std::fs::remove_file(path).expect("removed");
        (text, said)
    }

    /// Imports a file with this text; answers what was said.
    async fn import(&self, file: &str, more: &[&str], code: i32) -> String {
        std::fs::write(self.home.folder().join("in.pbx"), file).expect("written");
        self.run(&[&["import", "in.pbx"], more].concat(), code)
            .await
    }

    /// The access token that a program of ada's is given; `None` where there is no connection.
    async fn token(&self, org: &str, provider: &str) -> Option<String> {
        let place = format!("{}/integrations/{provider}/credentials", self.home.url());
        let form = [("user_id", "ada"), ("org_id", org)];
        let answer = plain_client().post(place).form(&form).send().await;
        let answer = answer.expect("an answer");
        let is_there = answer.status() == 200;
        let body: Value = answer.json().await.expect("JSON");
        is_there.then(|| body["access_token"].as_str().expect("a token").to_owned())
    }
}

/// All that a command said, if it ended with this code.
fn said(output: &Output, code: i32) -> String {
    let all = [&output.stdout, &output.stderr].map(|it| String::from_utf8_lossy(it));
    let all = all.concat();
    assert_eq!(output.status.code(), Some(code), "{all}");
    all
}

/// A connection whose token can be renewed.
async fn assert_renews(ada: &mut Browser, provider: &str) {
    ada.get(&format!("/connections/{provider}")).await;
    let page: Page = ada
        .post(&format!("/connections/{provider}/refresh"), &[])
        .await;
    assert_eq!(page.state(), "connected", "{}", page.text);
    assert!(!page.text.contains("could not be renewed"), "{}", page.text);
}

/// What the trail of somebody tells of connections, the newest first.
async fn trail(ada: &mut Browser) -> Vec<String> {
    let page = ada.get("/activity?kind=connections").await;
    page.texts("table.activity tbody td.name")
}
