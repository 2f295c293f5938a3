//! Keeps a name in a session.
//!
//! Run it and open <http://localhost:8888/form> in a browser, or:
//!
//! ```sh
//! curl -c jar -b jar localhost:8888                      # Hello, Guest!
//! curl -c jar -b jar -d username=Kim localhost:8888      # Username has been set!
//! curl -c jar -b jar localhost:8888                      # Hello, Kim!
//! ```

// ANCHOR: program
use std::time::Duration;

use tornado_web::prelude::*;

#[derive(Handler)]
struct MainHandler(Exchange);

impl RequestHandler for MainHandler {
    async fn get(&mut self) -> Result {
        let session = self.get_session().await?;
        let username = session.get_or("username", "Guest")?;
        self.write(format!("Hello, {username}!"));
        Ok(())
    }

    async fn post(&mut self) -> Result {
        let username = self.get_argument("username")?;
        let session = self.get_session().await?;
        session.set("username", username)?;
        self.write("Username has been set!");
        Ok(())
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let settings = Settings::new()
        .cookie_secret("my_cookie_secret")
        .session_cookie_name("my_session")
        .session_expiry(Duration::from_secs(7200)); // 2 hours

    let app = Application::new(
        [url(r"/", MainHandler), route::<form::FormHandler>(r"/form")],
        settings,
    )?;
    app.listen(env_port(8888)).await?;
    Ok(())
}
// ANCHOR_END: program

mod form;
