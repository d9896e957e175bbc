//! Makes what is kept of this version; for a release: `cargo test --test it upgrade::make -- --ignored`.

use std::collections::BTreeMap;

use patchbay::clock::Clock;
use patchbay::identity::Scope;
use tempfile::TempDir;

use super::kept::{ADA, BOB, ORG, Seen, keep};
use crate::support::{Redis, World};

const SMALL: [(&str, &[(&str, &str)]); 3] = [
    (
        "hubspot",
        &[("contacts", "9"), ("companies", "4"), ("deals", "3")],
    ),
    ("notion", &[("small", "on")]),
    (
        "airtable",
        &[("small", "on"), ("refresh_expires_in", "315360000")],
    ),
];

#[tokio::test(flavor = "multi_thread")]
#[ignore = "it writes to tests/fixtures, once a release"]
async fn this_version() {
    let scratch = TempDir::new().expect("a folder");
    let stand_ins = scratch.path().join("stand-ins.json");
    let redis = Redis::with(&["--aof-use-rdb-preamble", "no"]);
    let world = World::on(redis, stand_ins.clone(), &[("PATCHBAY_AUTH", "local")]).await;
    for (provider, controls) in SMALL {
        world.control_of(provider, controls).await;
    }
    let mut ada = world.member(ORG, ADA, "admin").await;
    let mut bob = world.member(ORG, BOB, "member").await;
    bob.connect("hubspot", &[]).await;
    let (mut loaded, mut shown) = (BTreeMap::new(), BTreeMap::new());
    for (provider, _) in SMALL {
        ada.connect(provider, &[]).await;
        let page = ada.load(provider, &[]).await;
        loaded.insert(provider.to_owned(), page.chip("All"));
    }
    let form = ada.get("/connections/hubspot/contacts/new").await;
    let (action, mut fields) = form.form_with_button("Create contact");
    for (name, value) in [("firstname", "Grace"), ("email", "grace@example.com")] {
        fields.retain(|(field, _)| field != name);
        fields.push((name.to_owned(), value.to_owned()));
    }
    let made = ada.send_form((action, fields)).await;
    let path = made.url.path().to_owned();
    let (_, api_key) = world.key(ORG, ADA, &Scope::ALL).await;
    ada.get("/settings/members").await;
    let invited = [("email", ""), ("role", "member")];
    let page = ada.post("/settings/members/invitations", &invited).await;
    let link = page.text_of("#link");
    let invitation = link.strip_prefix(ada.home.as_str()).expect("our own");
    for (provider, _) in SMALL {
        let page = ada.get(&format!("/connections/{provider}")).await;
        shown.insert(provider.to_owned(), page.chip("All"));
    }
    let seen = Seen {
        at: Clock::system().now(),
        loaded,
        shown,
        api_key,
        invitation: format!("/{invitation}"),
        made: path.rsplit('/').next().expect("an id").to_owned(),
    };
    let folder = world.redis.folder();
    keep(
        env!("CARGO_PKG_VERSION"),
        &world.redis,
        &folder,
        &stand_ins,
        &seen,
    );
}
