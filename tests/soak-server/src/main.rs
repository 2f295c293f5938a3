//! The server whose memory `cargo xtask soak` watches: a bit of everything that
//! an application does.
//!
//! It listens on `$PORT` and serves the files of `$FILES`. It writes no log. Its
//! sessions live for half a minute, so that as many end as begin.

use std::time::Duration;

use tornado_web::prelude::*;

/// A page that is worth compressing.
#[derive(Handler)]
struct Page(Exchange);

impl RequestHandler for Page {
    async fn get(&mut self) -> Result {
        self.write("<p>All work and no play makes a dull page.</p>\n".repeat(100));
        Ok(())
    }
}

/// The session of a visitor: `/session/VERB`.
#[derive(Handler)]
struct Visit(Exchange);

impl RequestHandler for Visit {
    async fn get(&mut self) -> Result {
        let session = self.get_session().await?;
        let visits: u32 = session.get_or("visits", 0)?;
        self.write(format!("visit {visits}"));
        Ok(())
    }

    async fn post(&mut self) -> Result {
        let verb: String = self.path_args_as()?;
        match verb.as_str() {
            "set" => {
                let session = self.get_session().await?;
                let visits: u32 = session.get_or("visits", 0)?;
                session.set("visits", visits + 1)?;
                session.set("cart", vec![visits; 50])?;
            }
            "login" => drop(self.login("kim").await?),
            "logout" => drop(self.logout().await?),
            _ => raise!(404),
        }
        Ok(())
    }
}

/// A form with a file.
#[derive(Handler)]
struct Upload(Exchange);

impl RequestHandler for Upload {
    async fn post(&mut self) -> Result {
        let files = self.request().files().iter();
        let bytes: usize = files.map(|(_, file)| file.body().len()).sum();
        let name = self.get_argument("name")?;
        self.write(format!("{name} {bytes}"));
        Ok(())
    }
}

/// A download that is made while it is sent.
#[derive(Handler)]
struct Stream(Exchange);

impl RequestHandler for Stream {
    async fn get(&mut self) -> Result {
        for _ in 0..20 {
            self.write("0123456789abcdef".repeat(1024));
            self.flush().await?;
        }
        Ok(())
    }
}

/// A handler that waits for something else.
#[derive(Handler)]
struct Wait(Exchange);

impl RequestHandler for Wait {
    async fn get(&mut self) -> Result {
        tokio::time::sleep(Duration::from_millis(100)).await;
        self.write("done");
        Ok(())
    }
}

#[derive(Handler)]
struct Fail(Exchange);

impl RequestHandler for Fail {
    async fn get(&mut self) -> Result {
        Err(Error::msg("it always does"))
    }
}

#[tokio::main]
async fn main() -> std::result::Result<(), Box<dyn std::error::Error>> {
    let rules = [
        url("/page", Page),
        url("/session/([a-z]*)", Visit),
        url("/upload", Upload),
        url("/stream", Stream),
        url("/wait", Wait),
        url("/fail", Fail),
    ];
    let settings = Settings::new()
        .cookie_secret("a long secret for a server that nobody uses")
        .session_expiry(Duration::from_secs(30))
        .compress_response(true)
        .static_path(std::env::var("FILES")?)
        .logging("error");
    Application::new(rules, settings)?
        .listen(env_port(8080))
        .await?;
    Ok(())
}
