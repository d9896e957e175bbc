//! A server that wants certificates.

use std::fs;

use secrecy::SecretString;

use crate::clock::Entropy;
use crate::store::{Store, Target, TlsFiles};
use crate::testing::install_tls;
use crate::testing::redis::{Tls, certificate};

fn read(name: &str) -> Vec<u8> {
    fs::read(certificate(name)).expect("a fixture")
}

#[tokio::test]
async fn only_who_shows_a_certificate_and_knows_the_authority_gets_in() {
    install_tls();
    let redis = Tls::start();
    let ca = || Some(read("ca.pem"));
    let client = || {
        let key = String::from_utf8(read("client.key")).expect("text");
        Some((read("client.pem"), SecretString::from(key)))
    };
    for (ca, client, gets_in) in [
        (ca(), client(), true),
        (ca(), None, false),
        (None, client(), false),
    ] {
        let target = Target::Single {
            url: redis.url().into(),
            tls: TlsFiles { ca, client },
        };
        let store = Store::new(&target, Entropy::system()).expect("a store");
        assert_eq!(store.ping().await.is_ok(), gets_in);
    }
    let none = || Some((b"none".to_vec(), "none".to_owned().into()));
    for (ca, client, named) in [
        (Some(b"no certificate".to_vec()), client(), "REDIS_CA_FILE"),
        (Some(read("client.key")), None, "REDIS_CA_FILE"),
        (ca(), none(), "REDIS_CERT_FILE"),
    ] {
        let tls = TlsFiles { ca, client };
        let url = redis.url();
        let target = Target::Single {
            url: url.clone().into(),
            tls: tls.clone(),
        };
        let cluster = Target::Cluster {
            urls: vec![url.into()],
            tls,
        };
        for target in [target, cluster] {
            let refused = Store::new(&target, Entropy::system()).map(drop);
            let said = refused.expect_err("no certificate").to_string();
            assert!(said.contains(named), "{said}");
        }
    }
}
