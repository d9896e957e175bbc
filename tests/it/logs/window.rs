//! The part of the journey that goes through a window which a program opened.

use reqwest::Method;
use url::Url;

use super::Journey;
use crate::support::Browser;

impl Journey {
    /// Allows in a window that a program opened; answers the window and the address that leads back.
    pub async fn allow_in_window(&mut self) -> (Browser, Url) {
        let mut window = self.home.browser();
        let place = "/integrations/hubspot/authorize";
        let request = window.request(Method::POST, place);
        let request = request.form(&[("org_id", "acme"), ("user_id", "ada")]);
        let answer = window.send(request).await;
        let away: Url = serde_json::from_str(&answer.text).expect("an address");
        self.record.way_back(&away);
        let consent = window.get(away.as_str()).await;
        let back = window.answer_consent(&consent, "Allow", &[]).await;
        self.record.way_back(&back);
        (window, back)
    }

    /// What a program began in the demo, at a Patchbay that is not the demo any more.
    pub async fn confirm(&mut self, window: &mut Browser, back: &Url) {
        let led = self.visit(window, back.as_str()).await;
        let question = led.location().expect("the question");
        self.visit(window, question.as_str()).await;
        let yes = [("choice", "connect")];
        let page = self.submit(window, question.path(), &yes).await;
        assert_eq!(page.status, 200);
        let page = self.submit(window, question.path(), &yes).await;
        assert_eq!(page.status, 400);
        let page = self.visit(window, back.as_str()).await;
        assert_eq!(page.status, 400);
    }
}
