//! `docs/guide/sessions.md`.

use serde::{Deserialize, Serialize};
use test_support::Client;
use tornado_web::prelude::*;

use crate::support::Running;

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
            self.write(format!("{} {browser}{here}\n", session.key().as_str()));
        }
        Ok(())
    }

    async fn post(&mut self) -> Result {
        let key = self.get_argument("session")?;
        if !self.revoke_session(&key).await? {
            return Err(HttpError::new(404).into());
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

fn app() -> Running {
    let handlers = [
        url(r"/login", LoginHandler),
        url(r"/devices", DevicesHandler),
        url(r"/password", PasswordHandler),
        url(r"/cart", CartHandler),
        url(r"/progress", ProgressHandler),
    ];
    let settings = Settings::new().cookie_secret("my_cookie_secret");
    Running::start(Application::new(handlers, settings).unwrap())
}

fn login(client: &mut Client, browser: &str) {
    let headers = [
        ("Content-Type", "application/x-www-form-urlencoded"),
        ("User-Agent", browser),
    ];
    client.send("POST", "/login", &headers, b"user=kim");
}

#[test]
fn a_user_sees_and_ends_sessions() {
    let app = app();
    let (mut phone, mut tablet, mut laptop) = (app.client(), app.client(), app.client());
    login(&mut phone, "Phone");
    login(&mut tablet, "Tablet");
    login(&mut laptop, "Laptop");
    let list = laptop.get("/devices");
    let list: Vec<_> = list.text().lines().map(str::to_owned).collect();
    assert_eq!(list.len(), 3);
    assert!(list.iter().any(|line| line.ends_with(" Laptop (this one)")));
    let phones = list.iter().find(|line| line.ends_with(" Phone")).unwrap();
    let key = phones.split(' ').next().unwrap();
    laptop.post_form("/devices", &format!("session={key}"));
    assert_eq!(phone.get("/devices").text(), "");
    assert_eq!(
        laptop.post_form("/password", "").text(),
        "You have been logged out on 1 other devices."
    );
    assert_eq!(tablet.get("/devices").text(), "");
    assert_eq!(laptop.get("/devices").text().lines().count(), 1);
}

#[test]
fn a_session_is_a_struct() {
    let app = app();
    let mut client = app.client();
    assert_eq!(client.get("/cart").text(), "0 in the cart");
    assert!(client.cookies.is_empty());
    client.post_form("/cart", "article=7");
    client.post_form("/cart", "article=9");
    assert_eq!(client.get("/cart").text(), "2 in the cart");
}

#[test]
fn a_stream_saves_as_it_goes() {
    let app = app();
    let mut client = app.client();
    client.post_form("/cart", "article=7");
    let response = client.get("/progress");
    assert!(response.complete);
    assert_eq!(response.text(), "step 1\nstep 2\nstep 3\n");
}
