//! What is there to be attacked: ada, a member of acme, with all that a person can have here; and those who try.

use patchbay::identity::Scope;

use crate::support::{Browser, Page, World, people::PASSWORD};

pub const ADA: &str = "ada@example.com";
pub const BOB: &str = "bob@example.com";
pub const DAN: &str = "dan@example.com";
pub const ROOT: &str = "root@example.com";
pub const EVE: &str = "eve@example.com";

/// Words that stand in what is ada's and nowhere else.
const MARKS: [&str; 3] = ["147000286", "Secret Sally", "secret.sally@example.com"];

/// Ada's things by their ids.
pub struct Ids {
    pub contact: String,
    pub item: String,
    pub load: String,
    pub key: String,
    pub session: String,
    pub invitation: String,
    pub other_invitation: String,
}

/// The place and all who are in it. Nothing is limited, so that every attempt is judged by itself.
pub struct Scene {
    pub world: World,
    ada: Browser,
    root: Browser,
    key: String,
    pub ids: Ids,
}

impl Scene {
    pub async fn new() -> Self {
        let world =
            World::with(&[("PATCHBAY_AUTH", "local"), ("PATCHBAY_RATE_LIMITS", "off")]).await;
        let sizes = [("contacts", "3"), ("companies", "2"), ("deals", "1")];
        world.control(&sizes).await;
        let mut ada = world.member("acme", ADA, "member").await;
        // Who looks is not who tries: what they do to themselves does not count.
        let mut root = world.member("acme", "chief@example.com", "admin").await;
        for (org, email, role) in [
            ("acme", BOB, "member"),
            ("acme", DAN, "member"),
            ("acme", ROOT, "admin"),
            ("other", EVE, "admin"),
        ] {
            world.add_person(org, email, role).await;
        }
        ada.connect_hubspot().await;
        let made = create_contact(&mut ada).await;
        let items = ada.load_hubspot().await;
        let (key, secret) = world.key("acme", ADA, &Scope::ALL).await;
        let ids = Ids {
            contact: made,
            item: items.ids().first().expect("an item").clone(),
            load: load_of(&world, &secret).await,
            key: key.id,
            session: first_id(&mut ada, "/settings/sessions", "#sessions tbody tr").await,
            invitation: invite(&mut root).await,
            other_invitation: invite(&mut root).await,
        };
        Self {
            world,
            ada,
            root,
            key: secret,
            ids,
        }
    }

    /// A browser in which somebody has just signed in.
    pub async fn enter(&self, email: &str) -> Browser {
        let mut browser = self.world.browser();
        let page = browser.enter(email, PASSWORD).await;
        assert_eq!(page.url.path(), "/connections", "{}", page.text);
        browser
    }

    /// A key of somebody that may do this.
    pub async fn key_of(&self, org: &str, user: &str, scopes: &[Scope]) -> String {
        self.world.key(org, user, scopes).await.1
    }

    /// Fails if an answer holds anything of ada's.
    pub fn assert_nothing_of_ada(&self, text: &str, what: &str) {
        for mark in MARKS.iter().copied().chain([&self.key[..]]) {
            assert!(!text.contains(mark), "{what} shows {mark}: {text}");
        }
    }

    /// All that is ada's, as she and her admin see it. It must be the same after every attempt.
    pub async fn state(&mut self) -> String {
        let (ada, root) = (&mut self.ada, &mut self.root);
        let page = ada.get("/connections/hubspot").await;
        let contact = format!("/connections/hubspot/contacts/{}", self.ids.contact);
        let contact = ada.get(&contact).await;
        let keys = ada.get("/settings/keys").await;
        let sessions = ada.get("/settings/sessions").await;
        let members = root.get("/settings/members").await;
        let told = [
            page.state(),
            page.text_of(".head .account"),
            page.ids().join(","),
            contact.value("input[name=firstname]").unwrap_or_default(),
            keys.attributes("#api-keys tbody tr", "data-id").join(","),
            sessions.count("#sessions tbody tr").to_string(),
            roles(&members),
            members
                .attributes("#open-invitations tr", "data-id")
                .contains(&self.ids.invitation)
                .to_string(),
            self.world.calls("revoke").await.to_string(),
            self.world.sandbox_state().await["grants"].to_string(),
        ];
        told.join("\n")
    }
}

/// Who is what, but dan, to whom his admin may do anything.
fn roles(members: &Page) -> String {
    let users = members.texts("#members td.name bdi").into_iter();
    let roles = users.zip(members.texts("#members td.role"));
    let others = roles.filter(|(user, _)| user != DAN);
    others
        .map(|(user, role)| format!("{user} {role} "))
        .collect()
}

async fn create_contact(ada: &mut Browser) -> String {
    ada.get("/connections/hubspot/contacts/new").await;
    let page = ada.get("/connections/hubspot/contacts/new").await;
    let (place, mut fields) = page.form_with_button("Create contact");
    for (name, value) in &mut fields {
        match name.as_str() {
            "firstname" => *value = "Secret Sally".to_owned(),
            "email" => *value = "secret.sally@example.com".to_owned(),
            _ => {}
        }
    }
    let fields: Vec<(&str, &str)> = fields
        .iter()
        .map(|(name, value)| (&name[..], &value[..]))
        .collect();
    let page = ada.post(place.path(), &fields).await;
    let id = page
        .url
        .path()
        .rsplit('/')
        .next()
        .expect("an id")
        .to_owned();
    assert!(id.parse::<u64>().is_ok(), "{}", page.text);
    id
}

async fn load_of(world: &World, key: &str) -> String {
    let program = world.program_with(key.to_owned());
    let begun = program
        .post("/api/v1/connections/hubspot/loads", &serde_json::json!({}))
        .await;
    let id = begun.body["id"].as_str().unwrap_or_default().to_owned();
    assert!(!id.is_empty(), "{begun:?}");
    for _ in 0..200 {
        let load = program
            .get(&format!("/api/v1/connections/hubspot/loads/{id}"))
            .await;
        if load.body["status"] != "running" {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    id
}

async fn first_id(browser: &mut Browser, place: &str, rows: &str) -> String {
    let ids = browser.get(place).await.attributes(rows, "data-id");
    ids.first().expect("a row").clone()
}

async fn invite(root: &mut Browser) -> String {
    root.get("/settings/members").await;
    let fields = [("email", ""), ("role", "member")];
    root.post("/settings/members/invitations", &fields).await;
    first_id(root, "/settings/members", "#open-invitations tbody tr").await
}
