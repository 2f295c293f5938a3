//! Passwords, and what is around them.

use std::time::Duration;

use tornado_testing::{ExpectLog, TestClient};
use tornado_web::auth::{AccountMixin, ApiKey, Attempts, Passwords};
use tornado_web::prelude::*;

use crate::support::settings;

const HOUR: Duration = Duration::from_secs(3600);

#[derive(Handler)]
struct LoginHandler {
    base: Exchange,
    #[state]
    passwords: Passwords,
    #[state]
    attempts: Attempts,
    #[state]
    hash: String,
}

impl RequestHandler for LoginHandler {
    async fn post(&mut self) -> Result {
        let name = self.get_argument("name")?;
        self.limit_attempts(&self.attempts, &name)?;
        let hash = (name == "kim").then_some(&*self.hash);
        let password = self.get_argument(Argument::new("password").strip(false))?;
        if !self.passwords.verify(password, hash).await? {
            raise!(403);
        }
        self.attempts.forget(&name);
        self.login(name).await?;
        let next = self.get_next()?;
        self.redirect(&next);
        Ok(())
    }
}

#[derive(Handler)]
struct TokenHandler(Exchange);

impl RequestHandler for TokenHandler {
    async fn post(&mut self) -> Result {
        let (purpose, state) = (self.get_argument("purpose")?, self.get_argument("state")?);
        let token = self.create_account_token(&purpose, "kim lee", &state)?;
        self.write(token);
        Ok(())
    }

    async fn get(&mut self) -> Result {
        let (purpose, state) = (self.get_argument("purpose")?, self.get_argument("state")?);
        let token = self.get_account_token(&purpose, &self.get_argument("token")?, HOUR)?;
        let user = token.filter(|token| token.is_for(&state));
        self.write(user.map_or("nobody".to_owned(), |token| token.user().to_owned()));
        Ok(())
    }
}

async fn site() -> TestClient {
    let passwords = Passwords::new();
    let hash = passwords.hash(" hunter2").await.unwrap();
    let settings = settings()
        .state(passwords)
        .state(Attempts::new(3, HOUR))
        .state(hash);
    let rules = [route::<LoginHandler>("/login"), url("/token", TokenHandler)];
    TestClient::new(Application::new(rules, settings).unwrap())
}

async fn attempt(client: &TestClient, name: &str, password: &str) -> u16 {
    let form = client
        .post("/login?next=/cart")
        .form([("name", name), ("password", password)]);
    form.await.status().as_u16()
}

#[tokio::test]
async fn a_password_is_right_as_it_was_typed() {
    let client = site().await;
    assert_eq!(attempt(&client, "kim", "hunter2").await, 403);
    assert_eq!(attempt(&client, "lee", " hunter2").await, 403);
    let form = [("name", "kim"), ("password", " hunter2")];
    let response = client.post("/login?next=//evil.example").form(form).await;
    assert_eq!(response.header("Location"), Some("/"));
    assert_eq!(client.session().await.owner().as_deref(), Some("kim"));
}

#[tokio::test]
async fn who_guesses_has_few_tries() {
    let client = site().await;
    let _limit = ExpectLog::new("tornado.general", "429 POST /login");
    for _ in 0..3 {
        assert_eq!(attempt(&client, "kim", "guess").await, 403);
    }
    assert_eq!(attempt(&client, "kim", " hunter2").await, 429);
    assert_eq!(attempt(&client, "lee", "guess").await, 403);
    client.advance(HOUR);
    assert_eq!(attempt(&client, "kim", " hunter2").await, 302);
    for _ in 0..3 {
        assert_eq!(attempt(&client, "kim", "guess").await, 403);
    }
}

#[tokio::test]
async fn a_token_is_for_one_purpose_one_state_and_an_hour() {
    let client = site().await;
    let made = client
        .post("/token")
        .form([("purpose", "reset"), ("state", "old hash")]);
    let token = made.await.text().to_owned();
    let read = async |purpose: &str, state: &str, token: &str| {
        let query = [("purpose", purpose), ("state", state), ("token", token)];
        client.get("/token").query(query).await.text().to_owned()
    };
    assert_eq!(read("reset", "old hash", &token).await, "kim lee");
    assert_eq!(read("reset", "new hash", &token).await, "nobody");
    assert_eq!(read("confirm", "old hash", &token).await, "nobody");
    for wrong in ["", "x", "a.b", &token[1..], &format!("A{}", &token[1..])] {
        assert_eq!(read("reset", "old hash", wrong).await, "nobody", "{wrong}");
    }
    client.advance(HOUR);
    client.advance(Duration::from_secs(2));
    assert_eq!(read("reset", "old hash", &token).await, "nobody");
}

#[tokio::test]
async fn passwords_take_as_long_for_nobody_and_wait_their_turn() {
    let passwords = Passwords::new();
    let hash = passwords.hash("a").await.unwrap();
    assert!(
        hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"),
        "{hash}"
    );
    assert_ne!(hash, passwords.hash("a").await.unwrap(), "each has a salt");
    assert!(passwords.verify("a", Some("no hash")).await.is_err());
    let all = (0..20).map(|_| {
        let (passwords, hash) = (passwords.clone(), hash.clone());
        tokio::spawn(async move { passwords.verify("a", Some(&hash)).await.unwrap() })
    });
    for one in all.collect::<Vec<_>>() {
        assert!(one.await.unwrap());
    }
}

#[test]
fn keys_are_random_and_kept_as_hashes() {
    let (one, two) = (
        ApiKey::generate("shop").unwrap(),
        ApiKey::generate("shop").unwrap(),
    );
    assert_ne!(one.text(), two.text());
    assert_eq!(one.text().len(), "shop_".len() + 43);
    assert_eq!(one.hash(), ApiKey::hash_of(one.text()));
    assert!(!format!("{one:?}").contains(one.text()));
}
