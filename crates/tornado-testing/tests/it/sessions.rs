//! Sessions: inspected, prepared, expired, and failing.

use std::time::Duration;

use tornado_core::{
    Application, Context as _, Exchange, Handler, Input as _, Output as _, RequestHandler, Result,
    Settings, User, url,
};
use tornado_session::{Expiry, SessionMixin as _, SessionSettings as _, Sessions};
use tornado_testing::{ExpectLog, FailingStore, TestClient, block_on};

use crate::support::panic_of;

#[derive(Handler)]
#[handler(crate = tornado_core)]
struct Account(Exchange);

impl RequestHandler for Account {
    async fn get_current_user(&mut self) -> Result<Option<User>> {
        Ok(self.get_session().await?.owner().map(User::from))
    }

    async fn get(&mut self) -> Result {
        let user = self.current_user().await?;
        let cart: Vec<String> = self.get_session().await?.get_or("cart", Vec::new())?;
        let name = user.map_or("nobody".to_owned(), |user| {
            user.get::<String>().cloned().unwrap_or_default()
        });
        self.write(format!("{name}: {}", cart.join(" ")));
        Ok(())
    }

    async fn post(&mut self) -> Result {
        let item = self.get_body_argument("item")?;
        let session = self.get_session().await?;
        let mut cart: Vec<String> = session.get_or("cart", Vec::new())?;
        cart.push(item);
        session.set("cart", cart)?;
        Ok(())
    }

    async fn delete(&mut self) -> Result {
        self.logout().await?;
        Ok(())
    }
}

fn settings() -> Settings {
    Settings::new()
        .cookie_secret("a secret of the tests")
        .session_expiry(Duration::from_secs(3600))
}

fn client(settings: Settings) -> TestClient {
    let app = Application::new([url("/.*", Account)], settings);
    TestClient::new(app.expect("the settings are good"))
}

#[tokio::test]
async fn a_test_sees_what_a_handler_has_set_and_the_other_way_round() {
    let client = client(settings());
    assert!(client.session().await.is_new());
    client.post("/").form([("item", "tea")]).await.rethrow();
    let cart: Vec<String> = client.session().await.get("cart").unwrap().unwrap();
    assert_eq!(cart, ["tea"]);
    let more = |cart: &[&str]| {
        client.edit_session({
            let cart: Vec<String> = cart.iter().map(|item| (*item).to_owned()).collect();
            move |session| session.set("cart", cart)
        })
    };
    more(&["rice", "beans"]).await;
    assert_eq!(client.get("/").await.text(), "nobody: rice beans");
    // A session that nobody edits stays as it is.
    let session = client.session().await;
    session.set("cart", ["milk"]).unwrap();
    assert_eq!(client.get("/").await.text(), "nobody: rice beans");
    session.set("cart", ["rice", "beans"]).unwrap();
}

#[tokio::test]
async fn users_log_in_and_out() {
    for settings in [
        settings(),
        settings().session_cookie_path("/app"),
        settings().session_cookie_name("__Host-s"),
        settings().xsrf_cookies(true),
    ] {
        let path = "/app/x";
        let client = client(settings);
        let other = client.another();
        client.post(path).form([("item", "tea")]).await.rethrow();
        client.login("kim").await;
        other.login(7).await;
        assert_eq!(client.get(path).await.text(), "kim: tea");
        assert_eq!(other.get(path).await.text(), "7: ");
        assert_eq!(client.session().await.owner().as_deref(), Some("kim"));
        client.delete(path).await.rethrow();
        assert_eq!(client.get(path).await.text(), "nobody: ");
        assert!(client.session().await.is_new());
        assert_eq!(other.get(path).await.text(), "7: ");
    }
}

#[tokio::test]
async fn over_a_socket_the_sessions_are_the_same() {
    let client = client(settings()).serve_tls().await;
    client.login("kim").await;
    assert_eq!(client.get("/").await.text(), "kim: ");
    client.post("/").form([("item", "tea")]).await.rethrow();
    assert!(client.session().await.contains("cart"));
}

#[tokio::test]
async fn sessions_expire_when_the_time_has_come() {
    let client = client(settings());
    client.login("kim").await;
    client.advance(Duration::from_secs(3000));
    // It is in use, so it is prolonged.
    assert_eq!(client.get("/").await.text(), "kim: ");
    client.advance(Duration::from_secs(3000));
    assert_eq!(client.get("/").await.text(), "kim: ");
    let cookie = client.get_cookie("session").unwrap();
    client.advance(Duration::from_secs(3700));
    assert_eq!(client.get_cookie("session"), None, "the browser knows, too");
    client.set_cookie("session", &cookie);
    assert_eq!(client.get("/").await.text(), "nobody: ");

    client.login("kim").await;
    client
        .edit_session(|session| {
            session.set_expiry(Expiry::Idle(Duration::from_secs(30 * 24 * 3600)));
            Ok(())
        })
        .await;
    client.advance(Duration::from_secs(29 * 24 * 3600));
    assert_eq!(client.get("/").await.text(), "kim: ");
    let store = Sessions::of(client.application()).unwrap().store().clone();
    assert!(format!("{store:?}").contains("MemoryStore"), "{store:?}");
}

#[tokio::test]
async fn a_store_fails_when_told() {
    let store = FailingStore::new();
    let client = client(settings().session_store(store.clone()));
    client.login("kim").await;
    assert_eq!(store.len(), 1);
    let before = store.reads();
    client.get("/").await.rethrow();
    client.another().get("/").await.rethrow();
    assert_eq!(store.reads() - before, 1);
    {
        let _expected = ExpectLog::new("tornado.application", "(?s)Uncaught exception GET.*loaded");
        store.fail_reads(true);
        assert_eq!(client.get("/").await.status(), 500);
        assert_eq!(store.reads() - before, 2);
        store.fail_reads(false);
    }
    {
        let _expected = ExpectLog::new("tornado.application", "(?s)Uncaught exception POST.*saved");
        store.fail_writes(true);
        let answer = client.post("/").form([("item", "tea")]).await;
        assert_eq!(answer.status(), 500);
        assert_eq!(client.get("/").await.text(), "kim: ");
        store.fail_writes(false);
    }
    client.post("/").form([("item", "tea")]).await.rethrow();
    assert_eq!(client.get("/").await.text(), "kim: tea");
}

#[test]
fn mistakes_are_told() {
    let mistakes: [(fn(), &str); 3] = [
        (
            || drop(block_on(client(Settings::new()).session())),
            "You must define the 'cookie_secret' setting",
        ),
        (
            || block_on(client(settings()).login("")),
            "the session can't be changed: the id of a user",
        ),
        (
            || {
                drop(block_on(
                    TestClient::connect("http://127.0.0.1:1").session(),
                ))
            },
            "out of reach",
        ),
    ];
    for (mistake, expected) in mistakes {
        let message = panic_of(mistake);
        assert!(message.contains(expected), "{message}");
    }
}
