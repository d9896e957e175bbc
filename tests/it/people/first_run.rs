//! The first run: whoever reads the log makes the first org and its admin.

use rustix::process::Signal;

use super::{until_told_to_wait, wait_of};
use crate::support::{Browser, Home, Page, Program, Redis, people::PASSWORD};

/// A Patchbay with an embedded Redis, in which nobody has an account.
fn new_home() -> Home {
    let mut home = Home::new();
    home.set("PATCHBAY_AUTH", "local");
    home
}

/// The code that a program has said in its log.
async fn code(program: &mut Program) -> String {
    program.says("setup code").await;
    let said = program.said();
    let code = said.split("setup code ").nth(1).expect("a code");
    let code: String = code.chars().take(29).collect();
    assert_eq!(code.matches('-').count(), 3, "{said}");
    code
}

async fn set_up(browser: &mut Browser, code: &str, org: &str, email: &str, password: &str) -> Page {
    browser.get("/setup").await;
    let fields = [
        ("code", code),
        ("org_id", org),
        ("email", email),
        ("password", password),
    ];
    browser.post("/setup", &fields).await
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_reads_the_log_makes_the_first_account() {
    let home = new_home();
    let mut program = home.serve().await;
    let code = code(&mut program).await;
    let mut ada = home.browser();
    // Everything leads there while nobody has an account.
    assert_eq!(ada.get("/connections").await.url.path(), "/setup");
    let page = set_up(
        &mut ada,
        &code.to_lowercase(),
        "acme",
        "Ada@Example.com",
        PASSWORD,
    )
    .await;
    assert_eq!(page.url.path(), "/connections");
    assert_eq!(page.text_of(".banner strong"), "This Patchbay is yours");
    assert_eq!(page.text_of(".who .names"), "acme · ada@example.com");

    // From now on there is no first run any more, whoever asks.
    let mut eve = home.browser();
    assert_eq!(eve.get("/setup").await.url.path(), "/sign-in");
    let fields = [
        ("code", &code[..]),
        ("org_id", "evil"),
        ("email", "eve@example.com"),
        ("password", PASSWORD),
    ];
    let page = eve.post("/setup", &fields).await;
    assert_eq!(page.status, 403);
    assert_eq!(page.text_of("h1"), "This Patchbay is set up already");
    assert!(program.end(Signal::TERM).await.success());

    // A start later says nothing of a code, and she can sign in.
    let program = home.serve().await;
    assert!(!program.said().contains("setup code"), "{}", program.said());
    let page = home.browser().enter("ada@example.com", PASSWORD).await;
    assert_eq!(page.url.path(), "/connections");
    program.kill().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_will_not_do_is_named_and_what_was_typed_is_kept() {
    let home = new_home();
    let mut program = home.serve().await;
    let code = code(&mut program).await;
    let mut ada = home.browser();
    let page = set_up(&mut ada, &code, "", "ada", "tiny1").await;
    assert_eq!(page.status, 422);
    for (field, says) in [
        ("org", "The org is empty"),
        ("email", "not an email address"),
        ("password", "shorter than 12"),
    ] {
        let error = page.text_of(&format!("#{field}_error"));
        assert!(error.contains(says), "{error}");
    }
    assert_eq!(page.value("input[name=email]").as_deref(), Some("ada"));
    assert_eq!(page.value("input[name=code]"), Some(code.clone()));
    assert!(!page.text.contains("tiny1"), "{}", page.text);
    let page = set_up(&mut ada, &code, "acme", "ada@example.com", "acmeacmeacme").await;
    assert!(page.text_of("#password_error").contains("easy to guess"));

    let wrong = format!("{}A", &code[..28]);
    let wrong = if wrong == code {
        code.replace('A', "B")
    } else {
        wrong
    };
    let page = set_up(&mut ada, &wrong, "acme", "ada@example.com", PASSWORD).await;
    assert_eq!(page.status, 422);
    assert!(page.text_of("#code_error").contains("not the code"));
    assert_eq!(ada.get("/connections").await.url.path(), "/setup");
    program.kill().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_tries_codes_is_told_to_wait() {
    let home = new_home();
    let program = home.serve().await;
    let mut eve = home.browser();
    let guess = async |_| set_up(&mut eve, "AAAAA", "evil", "eve@example.com", PASSWORD).await;
    let (tried, page) = until_told_to_wait(422, 25, guess).await;
    assert!(tried >= 10, "{tried}");
    assert!((1..=30).contains(&wait_of(&page)), "{}", wait_of(&page));
    program.kill().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn all_replicas_and_starts_have_one_code() {
    let redis = Redis::start();
    let [mut one, mut other] = [new_home(), new_home()];
    one.use_redis(&redis.url());
    other.use_redis(&redis.url());
    let (mut first, mut second) = (one.serve().await, other.serve().await);
    let code_of_one = code(&mut first).await;
    assert_eq!(code_of_one, code(&mut second).await);
    // Nobody who reads the store alone knows it.
    assert!(!redis.dump().contains(&code_of_one));
    let page = set_up(
        &mut other.browser(),
        &code_of_one,
        "acme",
        "ada@example.com",
        PASSWORD,
    )
    .await;
    assert_eq!(page.url.path(), "/connections");
    assert_eq!(one.browser().get("/setup").await.url.path(), "/sign-in");
    assert!(!redis.dump().contains(PASSWORD));
    first.kill().await;
    second.kill().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_demo_has_no_first_run() {
    let home = Home::new();
    let program = home.serve().await;
    assert_eq!(home.browser().get("/setup").await.url.path(), "/sign-in");
    assert!(!program.said().contains("setup code"));
    program.kill().await;
}
