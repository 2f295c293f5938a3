//! Two servers with the same sessions, of which either may go away.
//!
//! Both know the same secret and the same store, so a client may be sent to
//! either, request by request: no "sticky" sessions are needed. Start a Redis
//! and two of these, and send requests to both:
//!
//! ```sh
//! NODE=a PORT=8001 STORE=redis://localhost cargo run -p two-nodes
//! NODE=b PORT=8002 STORE=redis://localhost cargo run -p two-nodes
//!
//! curl -c jar -b jar -d text=milk localhost:8001    # node a has noted milk
//! curl -c jar -b jar -d text=eggs localhost:8002    # node b has noted eggs
//! curl -c jar -b jar localhost:8001                 # both, and who has written them
//! ```
//!
//! Then stop one of them, by Ctrl-C or by `kill -9`: what was noted is there.

// ANCHOR: program
use tornado_web::prelude::*;
use tornado_web::session::{AnyStore, StoreOptions};

/// Keeps notes in the session, each under a key of its own, so that notes that
/// two nodes take at once are both kept.
#[derive(Handler)]
struct NotesHandler {
    base: Exchange,
    node: String,
}

impl RequestHandler for NotesHandler {
    async fn get(&mut self) -> Result {
        let session = self.get_session().await?;
        for key in session.keys() {
            let node: String = session.get_or(&key, String::new())?;
            self.write(format!("{key} by node {node}\n"));
        }
        Ok(())
    }

    async fn post(&mut self) -> Result {
        let text = self.get_argument("text")?;
        self.get_session().await?.set(&text, &self.node)?;
        self.write(format!("node {} has noted {text}\n", self.node));
        Ok(())
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let node = std::env::var("NODE")?;
    let store = AnyStore::open(&std::env::var("STORE")?, StoreOptions::new()).await?;
    let settings = Settings::new()
        .cookie_secret("the same for all nodes")
        .session_store(store);

    let notes = move |base| NotesHandler {
        base,
        node: node.clone(),
    };
    let app = Application::new([url(r"/", notes)], settings)?;
    app.listen(env_port(8888)).await?;
    Ok(())
}
// ANCHOR_END: program
