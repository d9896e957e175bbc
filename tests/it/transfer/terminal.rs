//! Somebody types the passphrase at a terminal.

use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::process::{Child, Command};

use crate::support::Home;

const PATIENCE: Duration = Duration::from_secs(60);

/// What it shows until it shows this.
async fn shows(terminal: &mut Child, text: &str) -> String {
    let out = terminal.stdout.as_mut().expect("its output");
    let mut seen = Vec::new();
    let until = async {
        while !String::from_utf8_lossy(&seen).contains(text) {
            let byte = out.read_u8().await;
            seen.push(byte.expect("more output"));
        }
    };
    let waited = tokio::time::timeout(PATIENCE, until).await;
    let seen = String::from_utf8_lossy(&seen).into_owned();
    assert!(waited.is_ok(), "no '{text}' in {seen}");
    seen
}

/// Waits until what is typed there is not shown.
async fn until_hidden(device: &str) {
    let hidden = async {
        loop {
            let mut stty = Command::new("stty");
            let output = stty.args(["-F", device, "-a"]).output().await;
            let output = output.expect("stty").stdout;
            if String::from_utf8_lossy(&output).contains("-echo ") {
                return;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    let waited = tokio::time::timeout(PATIENCE, hidden).await;
    waited.expect("what is typed is hidden");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_breaks_off_at_the_question_gets_the_terminal_back() {
    let home = Home::new();
    let script =
        "tty; $PATCHBAY export --org acme --out x.pbx; echo ended with $?; stty -a; echo over";
    let mut terminal = home.at_terminal(script);
    let device = shows(&mut terminal, "\n").await;
    shows(&mut terminal, "Passphrase for the file: ").await;
    until_hidden(device.trim()).await;
    let typed = terminal.stdin.as_mut().expect("its input");
    typed.write_all(b"teal\x03").await.expect("typed");
    let seen = shows(&mut terminal, "over").await;
    assert!(seen.contains("ended with 130"), "{seen}");
    assert!(
        seen.contains(" echo ") && !seen.contains("-echo "),
        "{seen}"
    );
    assert!(!seen.contains("teal"), "{seen}");
    assert!(!home.folder().join("x.pbx").exists());
}
