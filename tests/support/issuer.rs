//! A real OpenID Connect issuer of a test's own: a process of Node on loopback, gone with the test. See `tests/sso/`.

use std::path::PathBuf;
use std::process::{Command as Blocking, Stdio};
use std::sync::OnceLock;
use std::time::Duration;

use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader, Lines};
use tokio::process::{Child, ChildStdin, ChildStdout, Command};
use url::Url;

use super::{Browser, CLIENT_ID, CLIENT_SECRET, Page};

/// Longest wait for it to begin or to do as it is told.
const PATIENCE: Duration = Duration::from_secs(60);
/// What the lines begin with that are meant for us.
const MARK: &str = "issuer: ";

/// The issuer. People have the logins of `tests/sso/people.mjs`.
pub struct Issuer {
    /// Its address.
    pub url: String,
    child: Child,
    commands: ChildStdin,
    told: Lines<BufReader<ChildStdout>>,
}

/// Where an issuer says who somebody is.
#[derive(Clone, Copy)]
pub enum Place {
    /// In the id token.
    Token,
    /// Where it is asked, as the standard has it.
    Userinfo,
}

impl Issuer {
    /// Starts it. It serves nobody yet: [`Issuer::serve`].
    pub async fn start() -> Self {
        let folder = installed();
        let mut child = Command::new("node")
            .arg("server.mjs")
            .args([CLIENT_ID, CLIENT_SECRET])
            .current_dir(folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .expect("node starts; is it installed?");
        let commands = child.stdin.take().expect("its input");
        let output = child.stdout.take().expect("its output");
        let mut issuer = Self {
            url: String::new(),
            child,
            commands,
            told: BufReader::new(output).lines(),
        };
        issuer.url = issuer.hear().await;
        issuer
    }

    /// The settings of a Patchbay whose people sign in here: those of example.com, each in the org that it names.
    pub fn settings(&self) -> [(&str, &str); 6] {
        [
            ("PATCHBAY_AUTH", "oidc"),
            ("PATCHBAY_OIDC_ISSUER", &self.url),
            ("PATCHBAY_OIDC_CLIENT_ID", CLIENT_ID),
            ("PATCHBAY_OIDC_CLIENT_SECRET", CLIENT_SECRET),
            ("PATCHBAY_OIDC_ORG_CLAIM", "org"),
            ("PATCHBAY_OIDC_DOMAINS", "example.com"),
        ]
    }

    /// Lets it serve the people of the Patchbay at `url`, with a new key that signs by `algorithm`.
    pub async fn serve(&mut self, url: &str, algorithm: &str, place: Place) {
        let place = match place {
            Place::Token => "token",
            Place::Userinfo => "userinfo",
        };
        let command = format!("serve {url}/sign-in/sso/callback {algorithm} {place}\n");
        let written = self.commands.write_all(command.as_bytes()).await;
        written.expect("it listens");
        assert_eq!(self.hear().await, "serves");
    }

    /// Ends it, and waits until it is gone.
    pub async fn stop(&mut self) {
        self.child.kill().await.expect("gone");
    }

    async fn hear(&mut self) -> String {
        let heard = async {
            loop {
                let line = self.told.next_line().await.expect("its output");
                let line = line.expect("the issuer ended; is tests/sso installed?");
                if let Some(told) = line.strip_prefix(MARK) {
                    return told.to_owned();
                }
            }
        };
        let heard = tokio::time::timeout(PATIENCE, heard).await;
        heard.expect("it says something in time")
    }
}

/// The folder of the issuer, with what it needs; installed once a process, if it is not there.
fn installed() -> PathBuf {
    static FOLDER: OnceLock<PathBuf> = OnceLock::new();
    let folder = FOLDER.get_or_init(|| {
        let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/sso");
        let done = Blocking::new(folder.join("install.sh")).status();
        let done = done.is_ok_and(|status| status.success());
        assert!(done, "the issuer is not installed: scripts/setup.sh test");
        folder
    });
    folder.clone()
}

impl Browser {
    /// Clicks 'Sign in with single sign-on' and goes as far as the issuer's form.
    #[allow(clippy::wrong_self_convention)] // It goes there; it does not turn into one.
    pub async fn to_issuer(&mut self, next: &str) -> Page {
        let page = self.get(&format!("/sign-in?next={next}")).await;
        let form = page.form_with_button("Sign in with single sign-on");
        let page = self.send_form(form).await;
        assert_eq!(page.status, 200, "no form: {}", page.text);
        assert_ne!(page.url.origin(), self.home.origin(), "{}", page.text);
        page
    }

    /// Signs in at the issuer for the first time and consents; stops at the redirect that leads back.
    pub async fn prove(&mut self, form: &Page, login: &str) -> Url {
        let consent = self.send_login(form, login).await;
        assert_eq!(consent.status, 200, "no consent page: {}", consent.text);
        let form = consent.form_with_button("Continue");
        self.until_home(self.post_of(form)).await
    }

    /// Signs in at the issuer and follows wherever that leads: to a question for consent, or home where that was given.
    pub async fn send_login(&mut self, form: &Page, login: &str) -> Page {
        let (action, mut fields) = form.form_with_button("Sign-in");
        fields.retain(|(name, _)| name != "login");
        fields.push(("login".to_owned(), login.to_owned()));
        self.send_form((action, fields)).await
    }

    /// The whole of it; the page at its end.
    pub async fn sign_in_by_sso(&mut self, login: &str) -> Page {
        let form = self.to_issuer("/connections").await;
        let back = self.prove(&form, login).await;
        self.get(back.as_str()).await
    }
}
