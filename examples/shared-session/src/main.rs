//! A Tornado process and a tornado-web process that share sessions.
//!
//! This is one half; `python/server.py` is the other. Both have the same routes,
//! secret and store, and a user who is logged in here is logged in there.
//!
//! ```sh
//! STORE=redis://localhost PORT=8001 cargo run -p shared-session
//! STORE=redis://localhost PORT=8002 python examples/shared-session/python/server.py
//!
//! curl -c jar -b jar -d key=cart -d 'value=["milk"]' localhost:8001/set
//! curl -c jar -b jar localhost:8002
//! ```

use serde_json::{Map, Value, json};
use tornado_web::prelude::*;
use tornado_web::session::{AnyStore, StoreOptions};

/// The contents of the session.
#[derive(Handler)]
struct ShowHandler(Exchange);

impl RequestHandler for ShowHandler {
    async fn get(&mut self) -> Result {
        let session = self.get_session().await?;
        let values: Map<String, Value> = session.read()?;
        self.write(json!({"owner": session.owner(), "values": values}));
        Ok(())
    }
}

/// Sets a key to a value in JSON.
#[derive(Handler)]
struct SetHandler(Exchange);

impl RequestHandler for SetHandler {
    async fn post(&mut self) -> Result {
        let (key, value) = (self.get_argument("key")?, self.get_argument("value")?);
        let value: Value = serde_json::from_str(&value)?;
        self.get_session().await?.set(&key, value)?;
        self.write("set");
        Ok(())
    }
}

#[derive(Handler)]
struct DeleteHandler(Exchange);

impl RequestHandler for DeleteHandler {
    async fn post(&mut self) -> Result {
        let key = self.get_argument("key")?;
        self.get_session().await?.delete(&key);
        self.write("deleted");
        Ok(())
    }
}

#[derive(Handler)]
struct LoginHandler(Exchange);

impl RequestHandler for LoginHandler {
    async fn post(&mut self) -> Result {
        let user = self.get_argument("user")?;
        self.login(user).await?;
        self.write("logged in");
        Ok(())
    }
}

#[derive(Handler)]
struct LogoutHandler(Exchange);

impl RequestHandler for LogoutHandler {
    async fn post(&mut self) -> Result {
        self.logout().await?;
        self.write("logged out");
        Ok(())
    }
}

/// Sets a key and then fails, so the key is not saved.
#[derive(Handler)]
struct FailHandler(Exchange);

impl RequestHandler for FailHandler {
    async fn post(&mut self) -> Result {
        self.get_session().await?.set("failed", true)?;
        raise!(500)
    }
}

/// How many sessions the user has, on both sides.
#[derive(Handler)]
struct DevicesHandler(Exchange);

impl RequestHandler for DevicesHandler {
    async fn get(&mut self) -> Result {
        let sessions = self.list_sessions().await?;
        self.write(sessions.len().to_string());
        Ok(())
    }

    async fn delete(&mut self) -> Result {
        let ended = self.revoke_other_sessions().await?;
        self.write(ended.to_string());
        Ok(())
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let store = AnyStore::open(&std::env::var("STORE")?, StoreOptions::new()).await?;
    let settings = Settings::new()
        .cookie_secret("the same on both sides")
        .session_cookie_name("shared")
        .session_store(store);
    let app = Application::new(
        [
            url(r"/", ShowHandler),
            url(r"/set", SetHandler),
            url(r"/delete", DeleteHandler),
            url(r"/login", LoginHandler),
            url(r"/logout", LogoutHandler),
            url(r"/fail", FailHandler),
            url(r"/devices", DevicesHandler),
        ],
        settings,
    )?;
    app.listen(env_port(8888)).await?;
    Ok(())
}
