//! People with accounts of their own: the first run, signing in, where one is signed in, passwords, the command line.

mod command;
mod first_run;
mod invitations;
mod limits;
mod members;
mod password;
mod refused;
mod sessions;
mod sign_in;
mod trail;

use reqwest::StatusCode;

use crate::support::Page;

/// Does something again and again until one is told to wait; answers how often it was done before, each time with this
/// status, and the page that says so. A limit gives back while a busy machine is at it, so that it may be done more often
/// than the limit has at once, and never less often.
async fn until_told_to_wait(
    status: u16,
    most: usize,
    mut act: impl AsyncFnMut(usize) -> Page,
) -> (usize, Page) {
    for done in 0..=most {
        let page = act(done).await;
        if page.status == StatusCode::TOO_MANY_REQUESTS {
            return (done, page);
        }
        assert_eq!(page.status, status, "{}", page.text);
    }
    panic!("nobody is told to wait");
}

/// The seconds that a page says to wait.
fn wait_of(page: &Page) -> u64 {
    page.header("retry-after").parse().expect("seconds")
}
