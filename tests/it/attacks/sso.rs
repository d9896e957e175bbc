//! The routes that are there with single sign-on alone, tried by everybody whom they are not for.

use reqwest::Method;

use crate::sso::{add, signed_in, world};
use crate::support::{Browser, Page, Place, World};

const ADA: &str = "ada@example.com";
const BOB: &str = "bob@example.com";
const GUS: &str = "gus@example.com";
const MEMBERS: &str = "/settings/members";

/// What each who tries is answered: nobody, bob, a member of acme, ada, its admin, and gus, the admin of globex.
const ROUTES: [(Method, &str, [u16; 4]); 4] = [
    (Method::POST, "/sign-in/sso", [303, 303, 303, 303]),
    (Method::GET, "/sign-in/sso/callback", [400, 400, 400, 400]),
    (
        Method::GET,
        "/sign-in/sso/callback?state=guess&code=guess",
        [400, 400, 400, 400],
    ),
    // The answer to whoever adds somebody is the page of the members, of their own org.
    (Method::POST, MEMBERS, [303, 403, 303, 303]),
];

/// Somebody who tries, under the email that they add.
struct Who {
    browser: Browser,
    adds: &'static str,
}

impl Who {
    /// Somebody who has a page of ours open, with a form's token of their own session.
    async fn new(mut browser: Browser, page: &str, adds: &'static str) -> Self {
        browser.get(page).await;
        Self { browser, adds }
    }

    async fn tries(&mut self, method: &Method, place: &str) -> Page {
        let request = self.browser.request(method.clone(), place);
        let request = match *method {
            Method::POST => request.form(&[
                ("_csrf", self.browser.csrf()),
                ("email", self.adds),
                ("role", "admin"),
                // Whose org it is goes by who asks, and by nothing that they say.
                ("org", "acme"),
                ("org_id", "acme"),
            ]),
            _ => request,
        };
        self.browser.send(request).await
    }
}

/// Acme with ada, its admin, and bob, a member; and globex with gus, its admin: all in browsers of theirs.
async fn everybody(world: &World) -> [Who; 4] {
    add(world, "acme", ADA, "admin").await;
    add(world, "globex", GUS, "admin").await;
    let keys = "/settings/keys";
    [
        Who::new(world.browser(), "/sign-in", "by.nobody@example.com").await,
        Who::new(signed_in(world, "bob").await, keys, "by.bob@example.com").await,
        Who::new(signed_in(world, "ada").await, keys, "by.ada@example.com").await,
        Who::new(signed_in(world, "gus").await, keys, "by.gus@example.com").await,
    ]
}

/// The members of somebody's org, each with their role.
async fn members(admin: &mut Browser) -> Vec<String> {
    let page = admin.get(MEMBERS).await;
    let roles = page.texts("#members td.role");
    let members = page.texts("#members td.name bdi").into_iter().zip(roles);
    members.map(|(who, role)| format!("{who} {role}")).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_signs_in_or_adds_somebody_by_the_routes_of_another() {
    let (world, issuer) = world(Place::Token).await;
    let mut all = everybody(&world).await;
    for (method, place, statuses) in &ROUTES {
        for (who, status) in all.iter_mut().zip(statuses) {
            let page = who.tries(method, place).await;
            let what = format!("{method} {place} by who adds {}", who.adds);
            assert_eq!(page.status, *status, "{what}: {}", page.text);
            if *place == "/sign-in/sso" {
                // To prove who they are, which nobody has done yet.
                assert!(page.header("location").starts_with(&issuer.url), "{what}");
            }
        }
    }
    // Who had signed in is who they were, and nobody else has come in.
    let [nobody, bob, ada, gus] = &mut all;
    assert_eq!(nobody.browser.get("/items").await.url.path(), "/sign-in");
    for (who, names) in [
        (&mut *bob, format!("acme · {BOB}")),
        (ada, format!("acme · {ADA}")),
        (gus, format!("globex · {GUS}")),
    ] {
        let page = who.browser.get("/connections").await;
        assert_eq!(page.text_of(".who .names"), names);
    }
    assert_eq!(bob.browser.get(MEMBERS).await.status, 403);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_admin_adds_members_to_their_own_org_and_no_other() {
    let (world, _issuer) = world(Place::Token).await;
    let [mut nobody, mut bob, mut ada, mut gus] = everybody(&world).await;
    for who in [&mut nobody, &mut bob, &mut gus] {
        who.tries(&Method::POST, MEMBERS).await;
    }
    let of_acme = [format!("{ADA} admin"), format!("{BOB} member")];
    assert_eq!(members(&mut ada.browser).await, of_acme);
    let of_globex = [
        "by.gus@example.com admin".to_owned(),
        format!("{GUS} admin"),
    ];
    assert_eq!(members(&mut gus.browser).await, of_globex);
    // Nor does he take over whom acme has, or make them admins there.
    for taken in [ADA, BOB] {
        gus.adds = taken;
        let page = gus.tries(&Method::POST, MEMBERS).await;
        assert_eq!(page.status, 422, "{taken}");
        assert!(page.text_of("#email_error").contains("an account of this"));
    }
    assert_eq!(members(&mut ada.browser).await, of_acme);
    assert_eq!(members(&mut gus.browser).await, of_globex);
    // Ada's own form is as good as his.
    assert_eq!(ada.tries(&Method::POST, MEMBERS).await.status, 303);
    let added = [&of_acme[..], &["by.ada@example.com admin".to_owned()]].concat();
    assert_eq!(members(&mut ada.browser).await, added);
}
