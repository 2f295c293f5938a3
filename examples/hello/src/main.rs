//! The smallest application. Run it, and then `curl localhost:8888`.

// ANCHOR: program
use tornado_web::prelude::*;

#[derive(Handler)]
struct MainHandler(Exchange);

impl RequestHandler for MainHandler {
    async fn get(&mut self) -> Result {
        self.write("Hello, world");
        Ok(())
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let app = Application::new([url(r"/", MainHandler)], Settings::new())?;
    // ANCHOR: listen
    app.listen(env_port(8888)).await?;
    // ANCHOR_END: listen
    Ok(())
}
// ANCHOR_END: program
