//! Sets a cookie. Run it, and then `curl -i localhost:8888`.

// ANCHOR: program
use tornado_web::prelude::*;

#[derive(Handler)]
struct MainHandler(Exchange);

impl RequestHandler for MainHandler {
    async fn get(&mut self) -> Result {
        self.set_cookie("username", "John Doe");
        self.write("Cookie has been set!");
        Ok(())
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let app = Application::new([url(r"/", MainHandler)], Settings::new())?;
    app.listen(env_port(8888)).await?;
    Ok(())
}
// ANCHOR_END: program
