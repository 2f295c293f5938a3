//! Starts the application. Run it, and then `curl -i localhost:8888/`.

use several_files::{Db, application};
use tornado_web::prelude::*;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let settings = Settings::new()
        .cookie_secret("my_cookie_secret")
        .set("password", "rice");
    let db = Db::new(["Snow Crash", "Anathem"]);
    application(db, settings)?.listen(env_port(8888)).await?;
    Ok(())
}
