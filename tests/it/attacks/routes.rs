//! Every route, tried by everybody whom it is not for. `routes.txt` says what each is answered; a route without a
//! row there fails the build (`src/app/routes.rs`).

use patchbay::identity::Scope;
use reqwest::{Method, RequestBuilder};
use serde_json::json;

use super::scene::{ADA, BOB, DAN, EVE, ROOT, Scene};
use crate::support::{Browser, Page};

const TABLE: &str = include_str!("routes.txt");

/// A line of the table.
struct Row {
    method: Method,
    path: &'static str,
    /// What each who tries is answered, in the order of [`Who::ALL`].
    statuses: Vec<&'static str>,
}

/// Who tries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Who {
    /// Nobody: no session, no key.
    Nobody,
    /// Another member of the same org, or their key.
    Bob,
    /// The admin of the same org, or their key.
    Root,
    /// The admin of another org, or their key.
    Eve,
}

impl Who {
    const ALL: [Self; 4] = [Self::Nobody, Self::Bob, Self::Root, Self::Eve];

    fn owner(self) -> Option<(&'static str, &'static str)> {
        match self {
            Self::Nobody => None,
            Self::Bob => Some(("acme", BOB)),
            Self::Root => Some(("acme", ROOT)),
            Self::Eve => Some(("other", EVE)),
        }
    }
}

fn rows() -> Vec<Row> {
    let lines = TABLE
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'));
    let row = |line: &'static str| {
        let mut words = line.split_whitespace();
        let method = words.next().and_then(|word| word.parse().ok()).expect(line);
        let path = words.next().expect(line);
        let statuses: Vec<_> = words.collect();
        assert_eq!(statuses.len(), Who::ALL.len(), "{line}");
        Row {
            method,
            path,
            statuses,
        }
    };
    lines.map(row).collect()
}

impl Row {
    fn is_api(&self) -> bool {
        self.path.starts_with("/api/")
    }

    /// The classic API, which takes forms and no sessions.
    fn is_classic(&self) -> bool {
        let own = ["/account", "/confirm/{id}", "/oauth2callback"];
        self.path.starts_with("/integrations/") && !own.iter().any(|end| self.path.ends_with(end))
    }

    /// The address with ada's ids in it. An admin may do to the members of their org what a member may not, so
    /// theirs are another member's.
    fn place(&self, scene: &Scene, who: Who) -> String {
        let ids = &scene.ids;
        let id = match self.path {
            path if path.contains("/contacts/") => &ids.contact,
            path if path.contains("/loads/") => &ids.load,
            path if path.contains("/keys/") => &ids.key,
            path if path.contains("/sessions/") => &ids.session,
            path if path.contains("/invitations/") && who == Who::Root => &ids.other_invitation,
            path if path.contains("/invitations/") => &ids.invitation,
            path if path.contains("/items/") => &ids.item,
            _ => "guess",
        };
        let user = if who == Who::Root { DAN } else { ADA };
        self.path
            .replace("{provider}", "hubspot")
            .replace("{id}", id)
            .replace("{type}", "Contact")
            .replace("{user}", &user.replace('@', "%40"))
            .replace("{token}", "guess")
            .replace("{name:.*}", "app.css")
            .replace("{format:csv|json|ndjson}", "json")
    }
}

/// The fields that a form of any of the routes would need.
fn fields(scene: &Scene) -> Vec<(&'static str, String)> {
    let text = |text: &str| text.to_owned();
    vec![
        ("choice", text("replace")),
        ("candidate", text("guess")),
        ("connections", text("disconnect")),
        ("role", text("admin")),
        ("name", text("stolen")),
        ("scope", text("items:read")),
        ("expires", text("never")),
        ("firstname", text("Mallory")),
        ("email", text("mallory@example.com")),
        ("password", text("wrong")),
        ("present", text("wrong")),
        ("new", text("teal cord under the lamp")),
        // Programs say whose things they want.
        ("user_id", text(ADA)),
        ("org_id", text("acme")),
        ("contact_id", scene.ids.contact.clone()),
        ("properties_str", text("{\"firstname\":\"Mallory\"}")),
        (
            "credentials",
            format!("{{\"user_id\":\"{ADA}\",\"org_id\":\"acme\"}}"),
        ),
    ]
}

/// A request as one of the people in a browser sends it, with a token of a page of their own.
async fn by_page(scene: &Scene, row: &Row, who: Who) -> Page {
    let mut browser = match who.owner() {
        None => scene.world.browser(),
        Some((_, email)) => scene.enter(email).await,
    };
    let home = if who == Who::Nobody {
        "/sign-in"
    } else {
        "/settings/keys"
    };
    browser.get(home).await;
    let request = browser.request(row.method.clone(), &row.place(scene, who));
    let request = with_form(scene, row, &browser, request);
    browser.send(request).await
}

fn with_form(
    scene: &Scene,
    row: &Row,
    browser: &Browser,
    request: RequestBuilder,
) -> RequestBuilder {
    if row.method == Method::GET {
        return request;
    }
    // What a load brings is chosen by fields of its own.
    let mut fields = match row.path.contains("/load") {
        true => Vec::new(),
        false => fields(scene),
    };
    fields.push(("_csrf", browser.csrf().to_owned()));
    request.form(&fields)
}

/// A request as somebody's program sends it.
async fn by_key(scene: &Scene, row: &Row, key: Option<&str>) -> Page {
    let mut browser = scene.world.browser();
    // What is the admin's is nothing to their program.
    let request = browser.request(row.method.clone(), &row.place(scene, Who::Bob));
    let request = match key {
        Some(key) => request.bearer_auth(key),
        None => request,
    };
    let request = match (row.is_classic(), &row.method) {
        (true, _) => request.form(&fields(scene)),
        (false, &Method::POST | &Method::PATCH) => request.json(&body(row.path)),
        _ => request,
    };
    browser.send(request).await
}

/// A body that the route would take of who may send it.
fn body(path: &str) -> serde_json::Value {
    match path {
        _ if path.ends_with("/rejected") => json!({ "sha256": "0".repeat(64) }),
        _ if path.contains("/contacts") => json!({ "properties": { "firstname": "Mallory" } }),
        _ => json!({}),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_gets_at_what_is_anothers_by_any_route() {
    let mut scene = Scene::new().await;
    let before = scene.state().await;
    let (mut attempts, mut wrong) = (0, Vec::new());
    for row in rows() {
        let mut seen = Vec::new();
        for who in Who::ALL {
            let page = match who.owner() {
                Some((org, user)) if row.is_api() || row.is_classic() => {
                    let key = scene.key_of(org, user, &Scope::ALL).await;
                    by_key(&scene, &row, Some(&key)).await
                }
                None if row.is_api() || row.is_classic() => by_key(&scene, &row, None).await,
                _ => by_page(&scene, &row, who).await,
            };
            attempts += 1;
            let what = format!("{} {} to {who:?}", row.method, row.path);
            scene.assert_nothing_of_ada(&page.text, &what);
            seen.push(page.status.as_u16().to_string());
        }
        if seen != row.statuses {
            wrong.push(format!("{} {} {}", row.method, row.path, seen.join(" ")));
        }
        if row.method != Method::GET {
            assert_eq!(
                scene.state().await,
                before,
                "after {} {}",
                row.method,
                row.path
            );
        }
    }
    assert!(
        wrong.is_empty(),
        "answered otherwise than the table says:\n{}",
        wrong.join("\n")
    );
    assert_eq!(scene.state().await, before);
    println!("{attempts} attempts, none let in");
}

#[tokio::test(flavor = "multi_thread")]
async fn no_form_counts_without_a_token_of_its_own_session() {
    let mut scene = Scene::new().await;
    let before = scene.state().await;
    let mut mallory = scene.world.browser();
    mallory.get("/sign-in").await;
    let foreign = mallory.csrf().to_owned();
    let mut root = scene.enter(ROOT).await;
    root.get("/settings/keys").await;
    let own = root.csrf().to_owned();
    let (mut attempts, rows) = (0, rows());
    for row in rows.iter().filter(|row| row.method == Method::POST) {
        if row.is_api() || row.is_classic() {
            continue;
        }
        let place = row.place(&scene, Who::Bob);
        let forms = [
            (Vec::new(), "same-origin"),
            (vec![("_csrf", String::new())], "same-origin"),
            (vec![("_csrf", foreign.clone())], "same-origin"),
            (vec![("_csrf", own.clone())], "cross-site"),
            (vec![("_csrf", own.clone())], "same-site"),
        ];
        for (token, site) in forms {
            let mut fields = fields(&scene);
            fields.extend(token);
            let request = root.request(Method::POST, &place);
            let page = root
                .send(request.header("sec-fetch-site", site).form(&fields))
                .await;
            assert_eq!(page.status, 403, "{} from {site}", row.path);
            attempts += 1;
        }
    }
    assert_eq!(
        root.get("/settings/members").await.status,
        200,
        "still signed in"
    );
    assert_eq!(scene.state().await, before);
    assert!(attempts > 140, "{attempts}");
    println!("{attempts} forms without a token, none let in");
}

#[tokio::test(flavor = "multi_thread")]
async fn no_key_does_what_its_scopes_do_not_say() {
    let mut scene = Scene::new().await;
    let before = scene.state().await;
    // Ada's own key with each scope alone: what needs another is refused.
    let mut attempts = 0;
    for scope in Scope::ALL {
        let key = scene.key_of("acme", ADA, &[scope]).await;
        for row in rows().iter().filter(|row| row.is_api() || row.is_classic()) {
            if needs(row)
                .iter()
                .any(|needed| needed.is_none() || *needed == Some(scope))
            {
                continue;
            }
            let page = by_key(&scene, row, Some(&key)).await;
            attempts += 1;
            assert_eq!(
                page.status,
                403,
                "{} {} with {}",
                row.method,
                row.path,
                scope.name()
            );
            scene.assert_nothing_of_ada(&page.text, row.path);
        }
    }
    assert!(attempts > 60, "{attempts}");
    // The keys that this test made are hers.
    let state = scene.state().await;
    assert_eq!(state.lines().count(), before.lines().count());
    println!("{attempts} attempts with a key of another scope, none let in");
}

/// The scopes of which a route needs one; `None` where every key will do.
fn needs(row: &Row) -> Vec<Option<Scope>> {
    let path = row.path;
    let contacts = |read: bool| match read {
        true => vec![Some(Scope::ContactsRead)],
        false => vec![Some(Scope::ContactsWrite)],
    };
    match path {
        _ if path.ends_with("/token") || path.ends_with("/token/rejected") => {
            vec![Some(Scope::TokensRead)]
        }
        _ if path.ends_with("/credentials") => vec![Some(Scope::TokensRead)],
        _ if path.ends_with("/authorize") => vec![Some(Scope::ConnectionsWrite)],
        _ if path.ends_with("/contact/get") => contacts(true),
        _ if path.contains("/contact/") => contacts(false),
        _ if path.contains("/contacts") => contacts(row.method == Method::GET),
        _ if path.ends_with("/loads") => vec![Some(Scope::LoadsWrite)],
        _ if path.contains("/loads/") => vec![Some(Scope::LoadsWrite), Some(Scope::ItemsRead)],
        _ if path.ends_with("/load") => vec![Some(Scope::LoadsWrite), Some(Scope::ItemsRead)],
        _ if path.ends_with("/v1/items") => vec![Some(Scope::ItemsRead)],
        _ if row.method == Method::DELETE => vec![Some(Scope::ConnectionsWrite)],
        _ => vec![None],
    }
}
