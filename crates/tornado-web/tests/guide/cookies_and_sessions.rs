//! `docs/guide/cookies-and-sessions.md`.

use std::time::Duration;

use test_support::Program;
use tornado_web::cookies::SameSite;
use tornado_web::prelude::*;
use tornado_web::session::{AnyStore, StoreOptions};
use tornado_web::testing::TestClient;

use crate::support::ask_both;

#[derive(Handler)]
struct ThemeHandler(Exchange);

impl RequestHandler for ThemeHandler {
    // ANCHOR: attributes
    async fn get(&mut self) -> Result {
        self.set_cookie("theme", "dark")
            .max_age(365 * 24 * 3600)
            .http_only(true)
            .secure(true)
            .same_site(SameSite::Lax);
        Ok(())
    }
    // ANCHOR_END: attributes
}

#[derive(Handler)]
struct WelcomeHandler(Exchange);

impl RequestHandler for WelcomeHandler {
    // ANCHOR: signed
    async fn get(&mut self) -> Result {
        if let Some(user) = self.get_signed_cookie("user")? {
            let user = String::from_utf8(user)?;
            self.write(format!("Welcome back, {user}!"));
        } else {
            self.set_signed_cookie("user", "Kim");
            self.write("Nice to meet you!");
        }
        Ok(())
    }
    // ANCHOR_END: signed
}

fn settings() -> Settings {
    // ANCHOR: key_versions
    let settings = Settings::new()
        .cookie_secret([(1, "the old secret"), (2, "the new secret")])
        .key_version(2);
    // ANCHOR_END: key_versions
    settings
}

fn signed_cookies() -> Application {
    let handlers = [
        url(r"/theme", ThemeHandler),
        url(r"/welcome", WelcomeHandler),
    ];
    Application::new(handlers, settings()).unwrap()
}

#[tokio::test]
async fn attributes_are_tornados() {
    let [theme] = ask_both(
        signed_cookies(),
        "docs/python/signed_cookies.py",
        [("/theme", &[])],
    )
    .await;
    assert_eq!(
        theme.header("Set-Cookie"),
        Some("theme=dark; HttpOnly; Max-Age=31536000; Path=/; SameSite=Lax; Secure")
    );
}

#[tokio::test]
async fn python_reads_our_signed_cookies_and_we_read_its() {
    let python = Program::python("docs/python/signed_cookies.py");
    let ours = TestClient::new(signed_cookies());
    let theirs = TestClient::connect(&python.url());
    let mut cookies = Vec::new();
    for client in [&ours, &theirs] {
        assert_eq!(client.get("/welcome").await.text(), "Nice to meet you!");
        cookies.extend(client.get_cookie("user"));
    }
    for (client, cookie) in [(&theirs, &cookies[0]), (&ours, &cookies[1])] {
        client.set_cookie("user", cookie);
        assert_eq!(client.get("/welcome").await.text(), "Welcome back, Kim!");
    }
}

#[tokio::test]
async fn what_the_old_secret_has_signed_is_still_read() {
    let old = Settings::new()
        .cookie_secret([(1, "the old secret")])
        .key_version(1);
    let old = Application::new([url(r"/welcome", WelcomeHandler)], old).unwrap();
    let old = TestClient::new(old);
    old.get("/welcome").await;
    let new = TestClient::new(signed_cookies());
    new.set_cookie("user", &old.get_cookie("user").unwrap());
    assert_eq!(new.get("/welcome").await.text(), "Welcome back, Kim!");
}

// ANCHOR: life
#[derive(Handler)]
struct BaseHandler(Exchange);

impl RequestHandler for BaseHandler {
    async fn get_current_user(&mut self) -> Result<Option<User>> {
        Ok(self.get_session().await?.owner().map(User::from))
    }
}

#[derive(Handler)]
struct LoginHandler(BaseHandler);

impl RequestHandler for LoginHandler {
    async fn post(&mut self) -> Result {
        let username = self.get_argument("username")?;
        // Here your application checks the password.
        let session = self.login(username).await?;
        session.flash("info", "You are logged in.")?;
        self.redirect("/");
        Ok(())
    }
}

#[derive(Handler)]
struct LogoutHandler(BaseHandler);

impl RequestHandler for LogoutHandler {
    async fn post(&mut self) -> Result {
        let session = self.logout().await?;
        session.flash("info", "You are logged out.")?;
        self.redirect("/");
        Ok(())
    }
}

#[derive(Handler)]
struct HomeHandler(BaseHandler);

impl RequestHandler for HomeHandler {
    async fn get(&mut self) -> Result {
        let session = self.get_session().await?;
        for message in session.take_flashes()? {
            self.write(format!("{}\n", message.text()));
        }
        let username = session.owner().unwrap_or_else(|| "Guest".to_owned());
        self.write(format!("Hello, {username}!\n"));
        Ok(())
    }
}
// ANCHOR_END: life

fn session_settings() -> Settings {
    // ANCHOR: limits
    let settings = Settings::new()
        .cookie_secret("my_cookie_secret")
        .session_cookie_name("my_session") // the default is "session"
        .session_expiry(Duration::from_secs(7200)) // since its last use
        .session_max_lifetime(Duration::from_secs(86_400)); // since it began
    // ANCHOR_END: limits
    settings
}

#[tokio::test]
async fn a_session_lives_from_login_to_logout() {
    let handlers = [
        url(r"/", HomeHandler),
        url(r"/login", LoginHandler),
        url(r"/logout", LogoutHandler),
    ];
    let client = TestClient::new(Application::new(handlers, session_settings()).unwrap());
    let cookie = || client.get_cookie("my_session");
    assert_eq!(client.get("/").await.text(), "Hello, Guest!\n");
    assert_eq!(cookie(), None, "who only reads has no session");

    let login = |name| client.post("/login").form([("username", name)]);
    assert_eq!(login("Kim").await.status(), 302);
    let first = cookie();
    assert_eq!(
        client.get("/").await.text(),
        "You are logged in.\nHello, Kim!\n"
    );
    assert_eq!(client.get("/").await.text(), "Hello, Kim!\n");
    login("Lee").await;
    assert_ne!(cookie(), first, "a login has a new id");

    client.post("/logout").await;
    assert_eq!(
        client.get("/").await.text(),
        "You are logged out.\nHello, Guest!\n"
    );
    assert_eq!(client.get("/").await.text(), "Hello, Guest!\n");
}

// ANCHOR: store
async fn stored_at(url: &str) -> Result<Settings> {
    let store = AnyStore::open(url, StoreOptions::new()).await?;
    let settings = Settings::new().cookie_secret("my_cookie_secret");
    Ok(settings.session_store(store))
}
// ANCHOR_END: store

#[cfg(feature = "sqlite")]
#[tokio::test]
async fn a_session_outlives_the_process_that_began_it() {
    let folder = tempfile::tempdir().unwrap();
    let place = format!("sqlite:{}", folder.path().join("sessions.db").display());
    let start = async || {
        let settings = stored_at(&place).await.unwrap();
        let handlers = [url(r"/", HomeHandler), url(r"/login", LoginHandler)];
        TestClient::new(Application::new(handlers, settings).unwrap())
    };
    let first = start().await;
    first.post("/login").form([("username", "Kim")]).await;
    let cookie = first.get_cookie("session").unwrap();
    drop(first);
    let second = start().await;
    second.set_cookie("session", &cookie);
    assert_eq!(
        second.get("/").await.text(),
        "You are logged in.\nHello, Kim!\n"
    );
}

#[tokio::test]
async fn the_store_is_named_by_a_url() {
    assert!(stored_at("memory:").await.is_ok());
    assert!(stored_at("unknown:").await.is_err());
}
