//! The database, and the routes.

use std::time::Duration;

use sqlx::Pool;
use tornado_web::StartError;
use tornado_web::auth::{Attempts, Passwords};
use tornado_web::prelude::*;

use crate::{Db, accounts, admin, api, articles, cart, orders};

// ANCHOR: open
/// Connects to the database, and brings its tables up to date with the migrations
/// in the folder `migrations`.
///
/// # Errors
///
/// When it can't be reached, or a migration fails.
pub async fn open(url: &str) -> Result<Pool<Db>, sqlx::Error> {
    let db = Pool::connect(url).await?;
    sqlx::migrate!().run(&db).await?;
    Ok(db)
}
// ANCHOR_END: open

// ANCHOR: application
/// The shop, with the caller's database and settings.
///
/// # Errors
///
/// When a setting can't be used.
pub fn application(db: Pool<Db>, settings: Settings) -> Result<Application, StartError> {
    let rules = [
        route::<articles::ArticlesHandler>(r"/").name("articles"),
        route::<accounts::RegisterHandler>(r"/register"),
        route::<accounts::LoginHandler>(r"/login"),
        route::<accounts::LogoutHandler>(r"/logout"),
        route::<cart::CartHandler>(r"/cart").name("cart"),
        route::<orders::OrdersHandler>(r"/orders").name("orders"),
        route::<admin::AdminHandler>(r"/admin").name("admin"),
        route::<api::ArticlesHandler>(r"/api/articles"),
        route::<api::ArticleHandler>(r"/api/articles/(\d+)"),
    ];
    let settings = settings
        .login_url("/login")
        .xsrf_cookies(true)
        .state(db)
        .state(Passwords::new())
        .state(Attempts::new(10, Duration::from_secs(300)));
    Application::new(rules, settings)
}
// ANCHOR_END: application
