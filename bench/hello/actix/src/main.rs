//! The smallest application of actix-web.

use actix_web::{App, HttpServer, web};

#[actix_web::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let port: u16 = std::env::var("PORT")?.parse()?;
    HttpServer::new(|| App::new().route("/", web::get().to(async || "Hello, world")))
        .bind(("127.0.0.1", port))?
        .run()
        .await?;
    Ok(())
}
