//! The smallest application of poem.

use poem::listener::TcpListener;
use poem::{Route, Server, get, handler};

#[handler]
fn hello() -> &'static str {
    "Hello, world"
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let port: u16 = std::env::var("PORT")?.parse()?;
    Server::new(TcpListener::bind(("127.0.0.1", port)))
        .run(Route::new().at("/", get(hello)))
        .await?;
    Ok(())
}
