use secrecy::SecretString;

use super::*;
use crate::identity::{LastAdmin, RosterError, SignInError};
use crate::peer::Peer;
use crate::testing::{self, redis::Redis};

const PASSWORD: &str = "teal cord under the lamp";

fn people(redis: &Redis) -> People {
    let (clock, entropy) = (Clock::system(), Entropy::system());
    People::new(
        testing::store(redis),
        clock,
        entropy,
        SetupKey::derive(&[7; 64]),
    )
}

fn by() -> By {
    By::operator()
}

fn owner(org: &str, user: &str) -> Owner {
    Owner {
        org: org.to_owned(),
        user: user.to_owned(),
    }
}

fn new(org: &str, user: &str, role: Role) -> NewPerson {
    NewPerson {
        owner: owner(org, user),
        role,
        password: Some(SecretString::from(PASSWORD)),
    }
}

async fn enters(people: &People, user: &str) -> bool {
    match people
        .sign_in(user, &SecretString::from(PASSWORD), &Peer::default())
        .await
    {
        Ok(_) => true,
        Err(SignInError::Wrong) => false,
        Err(error) => panic!("{error}"),
    }
}

#[tokio::test]
async fn an_email_has_one_account_in_one_org() {
    let redis = Redis::start();
    let people = people(&redis);
    people
        .add(new("acme", "ada", Role::Member), &by(), Coming::Added)
        .await
        .expect("ada");
    for org in ["acme", "other"] {
        let again = people
            .add(new(org, "ada", Role::Admin), &by(), Coming::Added)
            .await;
        assert!(matches!(again, Err(AddError::Exists)), "{org}");
    }
    let (here, there) = (owner("acme", "ada"), owner("other", "ada"));
    let standing = people.standing(&here).await.expect("read");
    assert_eq!(standing.map(|it| it.role), Some(Role::Member));
    assert_eq!(people.standing(&there).await.expect("read"), None);
    assert!(!people.has_left(&here).await.expect("read"));
    assert!(!people.has_left(&there).await.expect("read"));
    let belongs = people.belonging(&there).await.expect("read");
    assert_eq!(belongs, Belonging::NoAccount);
    // A key that an operator gave to an id without an account goes on.
    assert!(
        !people
            .has_left(&owner("acme", "robot"))
            .await
            .expect("read")
    );
}

#[tokio::test]
async fn of_two_who_make_the_same_account_one_does() {
    let redis = Redis::start();
    let people = people(&redis);
    let by = by();
    let (one, other) = tokio::join!(
        people.add(new("acme", "ada", Role::Member), &by, Coming::Added),
        people.add(new("other", "ada", Role::Admin), &by, Coming::Added)
    );
    assert!(one.is_ok() != other.is_ok(), "{one:?} {other:?}");
}

#[tokio::test]
async fn who_is_removed_is_let_in_nowhere_and_may_begin_anew_elsewhere() {
    let redis = Redis::start();
    let people = people(&redis);
    people
        .add(new("acme", "ada", Role::Admin), &by(), Coming::Added)
        .await
        .expect("ada");
    people
        .add(new("acme", "bob", Role::Member), &by(), Coming::Added)
        .await
        .expect("bob");
    let bob = owner("acme", "bob");
    people.remove(&bob, &by()).await.expect("removed");
    assert_eq!(people.standing(&bob).await.expect("read"), None);
    assert!(people.has_left(&bob).await.expect("read"));
    assert!(!enters(&people, "bob").await);
    assert!(matches!(
        people.remove(&bob, &by()).await,
        Err(RosterError::NoMember)
    ));
    let listed = people.of_org("acme").await.expect("a list");
    let listed: Vec<(&str, bool)> = listed
        .iter()
        .map(|person| (&person.owner.user[..], person.is_member()))
        .collect();
    assert_eq!(listed, [("ada", true), ("bob", false)]);

    people
        .add(new("other", "bob", Role::Member), &by(), Coming::Added)
        .await
        .expect("bob");
    assert!(people.has_left(&bob).await.expect("read"));
    let elsewhere = owner("globex", "bob");
    assert!(!people.has_left(&elsewhere).await.expect("read"));
    assert!(enters(&people, "bob").await);
    assert_eq!(people.standing(&bob).await.expect("read"), None);
    assert_eq!(people.of_org("acme").await.expect("a list").len(), 1);
    assert_eq!(people.orgs().await.expect("orgs"), ["acme", "other"]);
}

#[tokio::test]
async fn an_org_keeps_an_admin_whoever_is_quick() {
    let redis = Redis::start();
    let people = people(&redis);
    for user in ["ada", "bob"] {
        people
            .add(new("acme", user, Role::Admin), &by(), Coming::Added)
            .await
            .expect("an admin");
    }
    people
        .add(new("other", "eve", Role::Admin), &by(), Coming::Added)
        .await
        .expect("eve");
    let (ada, bob) = (owner("acme", "ada"), owner("acme", "bob"));
    let by = by();
    let (one, other) = tokio::join!(
        people.remove(&ada, &by),
        people.set_role(&bob, Role::Member, &by)
    );
    assert!(one.is_ok() != other.is_ok(), "{one:?} {other:?}");
    let left = if one.is_ok() { bob } else { ada };
    for ended in [
        people.remove(&left, &by).await.map(drop),
        people.set_role(&left, Role::Member, &by).await.map(drop),
    ] {
        assert!(
            matches!(ended, Err(RosterError::LastAdmin(LastAdmin))),
            "{ended:?}"
        );
    }
    let unchanged = people.set_role(&left, Role::Admin, &by).await;
    assert!(!unchanged.expect("asked"));
}

#[tokio::test]
async fn a_list_that_was_lost_has_them_again_after_their_sign_in() {
    let redis = Redis::start();
    let people = people(&redis);
    people
        .add(new("acme", "ada", Role::Admin), &by(), Coming::Added)
        .await
        .expect("ada");
    assert!(people.is_set_up().await.expect("read"));
    let store = testing::store(&redis);
    for key in [keys::orgs(), keys::members("acme")] {
        store.delete(&key).await.expect("deleted");
    }
    assert!(people.of_org("acme").await.expect("a list").is_empty());
    assert!(enters(&people, "ada").await);
    assert_eq!(people.of_org("acme").await.expect("a list").len(), 1);
    assert!(people.is_set_up().await.expect("read"));
}

#[tokio::test]
async fn no_password_stands_in_the_store() {
    let redis = Redis::start();
    let people = people(&redis);
    people
        .add(new("acme", "ada", Role::Admin), &by(), Coming::Added)
        .await
        .expect("ada");
    let bytes = testing::store(&redis)
        .get_versioned(&keys::person("ada"))
        .await
        .expect("read")
        .expect("a record")
        .bytes;
    let text = String::from_utf8(bytes).expect("text");
    assert!(text.contains("$argon2id$v=19$m=19456,t=2,p=1$"));
    assert!(!text.contains(PASSWORD));
}

#[tokio::test]
async fn who_proves_an_email_gets_nothing_that_was_made_before_the_proof() {
    let redis = Redis::start();
    let people = people(&redis);
    let account = new("acme", "ada", Role::Member);
    let mallory = people.add(account, &by(), Coming::SignedIn).await;
    let mallory = mallory.expect("an account");
    let ada = owner("acme", "ada");
    let subject = |id: &str| Subject {
        issuer: "https://id.example.com".to_owned(),
        id: id.to_owned(),
    };
    let peer = Peer::default();
    let person = people.sign_in_by_sso(&ada, &subject("1"), &peer).await;
    let person = person.expect("signed in");
    assert!(!person.has_password());
    assert!(person.sessions_from > mallory.sessions_from);
    assert!(!enters(&people, "ada").await);
    // The same again changes nothing; another person of that email is refused, and so is another org.
    let again = people.sign_in_by_sso(&ada, &subject("1"), &peer).await;
    assert_eq!(
        again.expect("signed in").sessions_from,
        person.sessions_from
    );
    let other = people.sign_in_by_sso(&ada, &subject("2"), &peer).await;
    assert!(matches!(other, Err(SsoRefused::OtherPerson)), "{other:?}");
    let elsewhere = owner("other", "ada");
    let moved = people
        .sign_in_by_sso(&elsewhere, &subject("1"), &peer)
        .await;
    assert!(matches!(moved, Err(SsoRefused::OtherOrg)), "{moved:?}");
    people
        .add(new("acme", "bob", Role::Admin), &by(), Coming::Added)
        .await
        .expect("bob");
    people.remove(&ada, &by()).await.expect("removed");
    let removed = people.sign_in_by_sso(&ada, &subject("1"), &peer).await;
    assert!(matches!(removed, Err(SsoRefused::Removed)), "{removed:?}");
}

#[tokio::test]
async fn a_set_up_that_broke_off_is_finished_by_the_next_one() {
    let redis = Redis::start();
    let people = people(&redis);
    let code = people.setup_code().await.expect("read").expect("a code");
    let code = code.expose_secret();
    let ada = || new("acme", "ada", Role::Admin);
    people.add(ada(), &by(), Coming::First).await.expect("ada");
    // The store went away before the org was on the list of all.
    people.store.delete(&keys::orgs()).await.expect("deleted");
    assert!(!people.is_set_up().await.expect("read"));
    let peer = Peer::default();
    let again = people.set_up(code, ada(), &peer).await;
    assert!(matches!(again, Err(SetupError::Done)), "{again:?}");
    assert!(people.is_set_up().await.expect("read"));
    assert_eq!(people.orgs().await.expect("orgs"), ["acme"]);
    assert!(enters(&people, "ada").await);
    assert!(people.setup_code().await.expect("read").is_none());
}

#[tokio::test]
async fn who_was_removed_does_not_come_back_under_another_email_by_themselves() {
    let redis = Redis::start();
    let people = people(&redis);
    let subject = |id: &str| Subject {
        issuer: "https://id.example.com".to_owned(),
        id: id.to_owned(),
    };
    let come = async |user: &str, id: &str| {
        let (owner, peer) = (owner("acme", user), Peer::default());
        people.sign_in_by_sso(&owner, &subject(id), &peer).await
    };
    let (ada, eve) = (owner("acme", "ada"), owner("acme", "eve"));
    for (user, id) in [("ada", "1"), ("eve", "2"), ("ada", "1")] {
        assert!(come(user, id).await.is_ok(), "{user}");
    }
    people
        .set_role(&ada, Role::Admin, &by())
        .await
        .expect("an admin");
    // Nobody has two accounts by themselves either.
    for _ in 0..2 {
        let again = come("eve.two", "2").await;
        assert!(matches!(again, Err(SsoRefused::OtherEmail)), "{again:?}");
        people.remove(&eve, &by()).await.ok();
    }
    assert!(matches!(come("eve", "2").await, Err(SsoRefused::Removed)));
    // An admin may think otherwise, and then that is who they are.
    people
        .add(new("acme", "eve.two", Role::Member), &by(), Coming::Added)
        .await
        .expect("added");
    assert!(come("eve.two", "2").await.is_ok());
    let other = come("eve.three", "2").await;
    assert!(matches!(other, Err(SsoRefused::OtherEmail)), "{other:?}");
}
