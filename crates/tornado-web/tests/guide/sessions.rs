//! `docs/guide/sessions.md`.

use serde::{Deserialize, Serialize};
use tornado_web::log::{ACCESS, GENERAL};
use tornado_web::prelude::*;
use tornado_web::testing::{ExpectLog, TestClient};

#[derive(Handler)]
struct LoginHandler(Exchange);

impl RequestHandler for LoginHandler {
    // ANCHOR: login
    async fn post(&mut self) -> Result {
        let user = self.get_argument("user")?;
        // Here your application checks the password.
        let browser = self.request().headers().get("User-Agent").cloned();
        let session = self.login(user).await?;
        if let Some(Ok(browser)) = browser.as_ref().map(|value| value.to_str()) {
            session.set("browser", browser)?;
        }
        self.redirect("/devices");
        Ok(())
    }
    // ANCHOR_END: login
}

// ANCHOR: devices
#[derive(Handler)]
struct DevicesHandler(Exchange);

impl RequestHandler for DevicesHandler {
    async fn get(&mut self) -> Result {
        for session in self.list_sessions().await? {
            let browser = session.get::<String>("browser")?.unwrap_or_default();
            let here = if session.is_current() {
                " (this one)"
            } else {
                ""
            };
            self.write(format!("{} {browser}{here}\n", session.id()));
        }
        Ok(())
    }

    async fn post(&mut self) -> Result {
        let id = self.get_argument("session")?;
        if !self.revoke_session(&id).await? {
            raise!(404);
        }
        self.redirect("/devices");
        Ok(())
    }
}
// ANCHOR_END: devices

#[derive(Handler)]
struct PasswordHandler(Exchange);

impl RequestHandler for PasswordHandler {
    // ANCHOR: password
    async fn post(&mut self) -> Result {
        // Here your application stores the new password. Then:
        let others = self.revoke_other_sessions().await?;
        self.write(format!(
            "You have been logged out on {others} other devices."
        ));
        Ok(())
    }
    // ANCHOR_END: password
}

// ANCHOR: struct
#[derive(Default, Serialize, Deserialize)]
#[serde(default)]
struct Shop {
    username: Option<String>,
    cart: Vec<u32>,
}

#[derive(Handler)]
struct CartHandler(Exchange);

impl RequestHandler for CartHandler {
    async fn get(&mut self) -> Result {
        let shop: Shop = self.get_session().await?.read()?;
        self.write(format!("{} in the cart", shop.cart.len()));
        Ok(())
    }

    async fn post(&mut self) -> Result {
        let article: Option<u32> = self.get_argument_as("article")?;
        let session = self.get_session().await?;
        session.update(|shop: &mut Shop| shop.cart.extend(article))?;
        self.redirect("/cart");
        Ok(())
    }
}
// ANCHOR_END: struct

#[derive(Handler)]
struct NoteHandler(Exchange);

impl RequestHandler for NoteHandler {
    // ANCHOR: size
    async fn post(&mut self) -> Result {
        let note = self.get_argument("note")?;
        let session = self.get_session().await?;
        session.set("note", note).or_status(413)?;
        self.redirect("/");
        Ok(())
    }
    // ANCHOR_END: size
}

#[derive(Handler)]
struct ProgressHandler(Exchange);

impl RequestHandler for ProgressHandler {
    // ANCHOR: stream
    async fn get(&mut self) -> Result {
        let session = self.get_session().await?;
        for step in 1..=3 {
            self.write(format!("step {step}\n"));
            self.flush().await?;
            session.set("step", step)?;
            session.save().await?;
        }
        Ok(())
    }
    // ANCHOR_END: stream
}

fn client() -> TestClient {
    let handlers = [
        url(r"/login", LoginHandler),
        url(r"/devices", DevicesHandler),
        url(r"/password", PasswordHandler),
        url(r"/cart", CartHandler),
        url(r"/note", NoteHandler),
        url(r"/progress", ProgressHandler),
    ];
    let settings = Settings::new().cookie_secret("my_cookie_secret");
    TestClient::new(Application::new(handlers, settings).unwrap())
}

async fn login(client: &TestClient, browser: &str) {
    let request = client.post("/login").form([("user", "kim")]);
    request.header("User-Agent", browser).await;
}

#[tokio::test]
async fn a_user_sees_and_ends_sessions() {
    let phone = client();
    let (tablet, laptop) = (phone.another(), phone.another());
    login(&phone, "Phone").await;
    login(&tablet, "Tablet").await;
    login(&laptop, "Laptop").await;
    let list = laptop.get("/devices").await;
    let list: Vec<_> = list.text().lines().map(str::to_owned).collect();
    assert_eq!(list.len(), 3);
    assert!(list.iter().any(|line| line.ends_with(" Laptop (this one)")));
    let phones = list.iter().find(|line| line.ends_with(" Phone")).unwrap();
    let key = phones.split(' ').next().unwrap();
    laptop.post("/devices").form([("session", key)]).await;
    assert_eq!(phone.get("/devices").await.text(), "");
    assert_eq!(
        laptop.post("/password").await.text(),
        "You have been logged out on 1 other devices."
    );
    assert_eq!(tablet.get("/devices").await.text(), "");
    assert_eq!(laptop.get("/devices").await.text().lines().count(), 1);
}

#[tokio::test]
async fn a_session_is_a_struct() {
    let client = client();
    let first = client.get("/cart").await;
    assert_eq!(first.text(), "0 in the cart");
    assert_eq!(first.header("Set-Cookie"), None);
    client.post("/cart").form([("article", 7)]).await;
    client.post("/cart").form([("article", 9)]).await;
    assert_eq!(client.get("/cart").await.text(), "2 in the cart");
}

#[tokio::test]
async fn a_note_that_is_too_long_is_refused() {
    let client = client();
    let note = async |length: usize| {
        let form = [("note", "x".repeat(length))];
        client.post("/note").form(form).await
    };
    assert_eq!(note(1000).await.status(), 302);
    let _why = ExpectLog::new(GENERAL, "413 POST /note .*'note' is too large");
    let _access = ExpectLog::new(ACCESS, "413 POST /note ");
    assert_eq!(note(2_000_000).await.status(), 413);
}

#[tokio::test]
async fn a_stream_saves_as_it_goes() {
    let client = client();
    client.post("/cart").form([("article", 7)]).await;
    let response = client.get("/progress").await;
    assert_eq!(response.text(), "step 1\nstep 2\nstep 3\n");
    let step: Option<u32> = client.session().await.get("step").unwrap();
    assert_eq!(step, Some(3));
}
