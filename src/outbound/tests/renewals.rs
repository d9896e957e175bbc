//! A call whose token is refused: another one, yet another one, and when it gives up.

use super::*;

fn spoilt() -> Reply {
    Reply::new(401, format!("<h1>{SECRET}</h1>"))
}

#[tokio::test]
async fn after_a_401_the_token_is_replaced_once() {
    let server = Server::start(|request| {
        let old = request.header("authorization") == Some(&format!("Bearer {SECRET}-0"));
        if old { spoilt() } else { ok() }
    })
    .await;
    let (call, tokens) = call(&server);
    assert_eq!(get(&call).await.expect("an answer")["fine"], true);
    assert_eq!((server.seen().len(), tokens.replaced()), (2, 1));
    assert_eq!((call.counts().retries(), tokens.refused()), (0, 0));
}

#[tokio::test]
async fn a_second_401_is_told_and_the_end_and_replaces_nothing() {
    let server = Server::in_turn([spoilt()]).await;
    let (call, tokens) = call(&server);
    assert_eq!(name(&failure(&call).await), "rejected");
    assert_eq!((server.seen().len(), tokens.replaced()), (2, 1));
    assert_eq!(tokens.refused(), 1);
}

/// Tokens that somebody else refreshes: only the stored one can be had.
#[derive(Default)]
struct Elsewhere {
    stored: AtomicU32,
    asked: AtomicU32,
    refreshed_by_us: AtomicU32,
}

impl Elsewhere {
    /// Answers 401 to the first `times` requests, before each of which somebody refreshed once more.
    async fn server(self: &Arc<Self>, times: u32) -> Server {
        let tokens = Arc::clone(self);
        Server::start(move |_| {
            if tokens.stored.load(Ordering::SeqCst) == times {
                return ok();
            }
            tokens.stored.fetch_add(1, Ordering::SeqCst);
            spoilt()
        })
        .await
    }

    fn is_stored(&self, token: &SecretString) -> bool {
        token.expose_secret() == self.now()
    }

    fn now(&self) -> String {
        self.stored.load(Ordering::SeqCst).to_string()
    }
}

#[async_trait]
impl Bearer for Elsewhere {
    async fn token(&self) -> Result<SecretString, BearerError> {
        Ok(SecretString::from(self.now()))
    }

    async fn replace(&self, token: &SecretString) -> Result<SecretString, BearerError> {
        let refreshes = u32::from(self.is_stored(token));
        self.refreshed_by_us.fetch_add(refreshes, Ordering::SeqCst);
        self.token().await
    }

    async fn refused(&self, token: &SecretString) -> Result<bool, BearerError> {
        self.asked.fetch_add(1, Ordering::SeqCst);
        Ok(!self.is_stored(token))
    }
}

#[tokio::test]
async fn a_token_that_others_replaced_meanwhile_is_gone_on_with() {
    let tokens: Arc<Elsewhere> = Arc::default();
    let server = tokens.server(3).await;
    let call = Call::new(outbound(), target(server.url.clone()), tokens.clone());
    assert_eq!(get(&call).await.expect("an answer")["fine"], true);
    let seen = server.seen();
    let sent: Vec<_> = seen
        .iter()
        .filter_map(|request| request.header("authorization"))
        .collect();
    assert_eq!(sent, ["Bearer 0", "Bearer 1", "Bearer 2", "Bearer 3"]);
    assert_eq!(tokens.asked.load(Ordering::SeqCst), 2);
    assert_eq!(tokens.refreshed_by_us.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn there_is_an_end_to_tokens_that_others_replace() {
    let tokens: Arc<Elsewhere> = Arc::default();
    let server = tokens.server(u32::MAX).await;
    let call = Call::new(outbound(), target(server.url.clone()), tokens.clone());
    assert_eq!(name(&failure(&call).await), "rejected");
    // The first, the replaced one, and five more.
    assert_eq!(server.seen().len(), 7);
    assert_eq!(tokens.asked.load(Ordering::SeqCst), 5);
}

#[tokio::test]
async fn a_refusal_that_cannot_be_told_ends_the_call() {
    struct Away;
    #[async_trait]
    impl Bearer for Away {
        async fn token(&self) -> Result<SecretString, BearerError> {
            Ok(SecretString::from(SECRET))
        }
        async fn replace(&self, _: &SecretString) -> Result<SecretString, BearerError> {
            self.token().await
        }
        async fn refused(&self, _: &SecretString) -> Result<bool, BearerError> {
            Err(BearerError::None(
                "The credential cannot be read".to_owned(),
            ))
        }
    }
    let server = Server::in_turn([spoilt()]).await;
    let call = Call::new(outbound(), target(server.url.clone()), Arc::new(Away));
    assert_eq!(name(&failure(&call).await), "bearer");
    assert_eq!(server.seen().len(), 2);
}

#[tokio::test]
async fn a_check_gets_another_token_too() {
    let server = Server::in_turn([spoilt(), ok()]).await;
    let (call, tokens) = call(&server);
    call.check(Request::get("/me")).await.expect("it works");
    assert_eq!((server.seen().len(), tokens.replaced()), (2, 1));
}
