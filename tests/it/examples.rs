//! The examples of the README and of the reference run as they are printed, against a demo.

use std::fs;
use std::os::unix::fs::symlink;
use std::time::Duration;

use reqwest::header::HOST;
use rustix::process::Signal;
use tokio::process::Command;
use url::Url;

use crate::support::{Home, Page, Program, plain_client};

const README: &str = include_str!("../../README.md");
/// Where the examples say that Patchbay and its stand-ins are.
const PRINTED: [&str; 2] = ["localhost:8000", "localhost:8100"];

/// A demo that ada of acme has connected and loaded, and the place of HubSpot's stand-in.
struct Demo {
    home: Home,
    program: Program,
    stand_in: String,
}

impl Demo {
    async fn start() -> Self {
        let mut home = Home::new();
        // What the README names: the program as `make demo` builds it, and the demo's data folder.
        let folder = home.folder().to_owned();
        fs::create_dir_all(folder.join("target/debug")).expect("a folder");
        fs::create_dir_all(folder.join("data")).expect("a folder");
        symlink(
            env!("CARGO_BIN_EXE_patchbay"),
            folder.join("target/debug/patchbay"),
        )
        .expect("a link");
        symlink(".", folder.join("data/demo")).expect("a link");
        let mut program = home.start(&["demo"]);
        program.says("Patchbay is ready").await;
        let mut ada = home.browser();
        ada.sign_in("acme", "ada").await;
        ada.connect_hubspot().await;
        ada.load_hubspot().await;
        // The same demo, under the address that the examples have.
        program.end(Signal::TERM).await;
        home.set("PATCHBAY_PUBLIC_URL", "http://localhost:8000");
        let mut program = home.start(&["demo"]);
        program.says("Patchbay is ready").await;
        let page = page(&home, "/sign-in").await;
        let links = page.attributes(".strip a", "href");
        let stand_in = Url::parse(&links[0]).expect("a link");
        let port = stand_in.port().expect("a port");
        let stand_in = format!("127.0.0.1:{port}");
        Self {
            home,
            program,
            stand_in,
        }
    }

    /// Runs a script of examples, in which a command that fails ends it; answers what it printed.
    async fn run(&self, script: &str, settings: &[(&str, &str)]) -> String {
        let folder = self.home.folder();
        let to = [
            format!("127.0.0.1:{}", self.home.port),
            self.stand_in.clone(),
        ];
        let ways = PRINTED.iter().zip(&to);
        let ways = ways.map(|(from, to)| format!("connect-to = \"{from}:{to}\"\n"));
        fs::write(folder.join(".curlrc"), ways.collect::<String>()).expect("written");
        let run = Command::new("bash")
            .args(["-euo", "pipefail", "-c", script])
            .current_dir(folder)
            .env("CURL_HOME", folder)
            .envs(settings.iter().copied())
            .kill_on_drop(true)
            .output();
        let ended = tokio::time::timeout(Duration::from_secs(120), run).await;
        let output = ended.expect("it ends").expect("bash");
        let said = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let (out, err) = (said(&output.stdout), said(&output.stderr));
        assert!(output.status.success(), "{err}\n{script}\n{out}");
        out
    }

    async fn end(mut self) {
        self.program.end(Signal::TERM).await;
    }
}

/// A page of a Patchbay that is reached by another address than its own.
async fn page(home: &Home, place: &str) -> Page {
    let url = format!("http://127.0.0.1:{}{place}", home.port);
    let answer = plain_client()
        .get(url)
        .header(HOST, PRINTED[0])
        .send()
        .await;
    let answer = answer.expect("an answer");
    Page {
        status: answer.status(),
        headers: answer.headers().clone(),
        url: answer.url().clone(),
        text: answer.text().await.expect("a page"),
    }
}

/// The shell examples of a Markdown text that call something.
fn examples(markdown: &str) -> Vec<&str> {
    let blocks = markdown.split("```sh\n").skip(1);
    let blocks = blocks.filter_map(|rest| rest.split("```").next());
    blocks.filter(|block| block.contains("curl ")).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_example_of_the_readme_runs_as_printed() {
    let demo = Demo::start().await;
    let examples = examples(README);
    assert!(examples.len() >= 3, "{}", examples.len());
    let calls: usize = examples.iter().map(|it| it.matches("curl ").count()).sum();
    assert!(calls >= 14, "{calls}");
    for example in examples {
        demo.run(example, &[]).await;
    }
    let items = fs::read_to_string(demo.home.folder().join("items.json")).expect("the list");
    let items: Vec<serde_json::Value> = serde_json::from_str(&items).expect("a JSON list");
    assert!(items.len() > 1_000, "{}", items.len());
    demo.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_example_of_the_reference_runs_as_printed() {
    let demo = Demo::start().await;
    let mut add = vec![
        "key", "add", "--org", "acme", "--user", "ada", "--name", "examples",
    ];
    for scope in patchbay::identity::Scope::ALL {
        add.extend(["--scope", scope.name()]);
    }
    let made = demo.home.run(&add).await;
    let key = String::from_utf8(made.stdout).expect("a key");
    let reference = page(&demo.home, "/docs").await;
    let mut examples = reference.texts_as_they_are("pre.curl code");
    let operations = reference.count("article.operation .call");
    assert_eq!(examples.len(), operations, "each has one");
    // The end of the connection comes last, for the others need it.
    examples.sort_by_key(|it| it.contains("-X DELETE") && it.trim_end().ends_with("/hubspot"));
    let script = examples.join("\n");
    assert!(script.contains("http://localhost:8000/api/v1/items"));
    let said = demo.run(&script, &[("PATCHBAY_KEY", key.trim())]).await;
    for part in [
        "\"access_token\"",
        "\"next_cursor\"",
        "\"not_current\"",
        "\"jobtitle\":\"Engineer\"",
        "\"revocation\":\"done\"",
    ] {
        assert!(said.contains(part), "{part}: {said}");
    }
    demo.end().await;
}
