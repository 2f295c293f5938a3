//! Starts the shop. Run it and open <http://localhost:8888>. The first user to
//! register is the admin. The database is `shop.db`, or `DATABASE_URL`.

// ANCHOR: main
use tornado_web::prelude::*;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let settings = Settings::new()
        .cookie_secret("my_cookie_secret")
        .request_ids(true)
        .merge(Settings::from_env("SHOP_")?);
    let url = std::env::var("DATABASE_URL");
    let db = shop::open(url.as_deref().unwrap_or("sqlite:shop.db?mode=rwc")).await?;
    shop::application(db.clone(), settings)?
        .listen(env_port(8888))
        .await?;
    db.close().await; // the server has stopped, so nothing needs the pool any more
    Ok(())
}
// ANCHOR_END: main
