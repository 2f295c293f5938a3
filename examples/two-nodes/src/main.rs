//! Two servers that share sessions; either may go away.
//!
//! Both have the same secret and the same store, so each request of a client may
//! go to either: no "sticky" sessions are needed. Start a Redis and two of these,
//! and send requests to both:
//!
//! ```sh
//! NODE=a PORT=8001 STORE=redis://localhost cargo run -p two-nodes
//! NODE=b PORT=8002 STORE=redis://localhost cargo run -p two-nodes
//!
//! curl -c jar -b jar -d text=milk localhost:8001    # node a has noted milk
//! curl -c jar -b jar -d text=eggs localhost:8002    # node b has noted eggs
//! curl -c jar -b jar localhost:8001                 # both notes, and their nodes
//! ```
//!
//! Then stop one of them, with Ctrl-C or `kill -9`: the notes are still there.

// ANCHOR: program
use tornado_web::prelude::*;
use tornado_web::session::{AnyStore, StoreOptions};

/// Keeps notes in the session, each under its own key, so that two nodes can take
/// notes at once and both are kept.
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
