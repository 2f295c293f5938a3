//! The database, and the routes.

use sqlx::AnyPool;
use sqlx::migrate::Migrator;
use tornado_web::prelude::*;
use tornado_web::{StartError, UiModules};

use crate::{auth, compose, pages};

static SQLITE: Migrator = sqlx::migrate!("migrations/sqlite");
static POSTGRES: Migrator = sqlx::migrate!("migrations/postgres");

/// Connects to the database, and brings its tables up to date. The URL selects the
/// kind of database: `sqlite:blog.db?mode=rwc` or `postgres://blog@localhost/blog`.
///
/// # Errors
///
/// When it can't be reached, or a migration fails.
pub async fn open(url: &str) -> Result<AnyPool, sqlx::Error> {
    sqlx::any::install_default_drivers();
    let db = AnyPool::connect(url).await?;
    let migrations = if url.starts_with("sqlite:") {
        &SQLITE
    } else {
        &POSTGRES
    };
    migrations.run(&db).await?;
    Ok(db)
}

/// The blog, with the caller's database and settings.
///
/// # Errors
///
/// When a setting can't be used.
pub fn application(db: AnyPool, settings: Settings) -> Result<Application, StartError> {
    let rules = [
        route::<pages::HomeHandler>(r"/").name("home"),
        route::<pages::ArchiveHandler>(r"/archive").name("archive"),
        route::<pages::FeedHandler>(r"/feed").name("feed"),
        route::<pages::EntryHandler>(r"/entry/([^/]+)").name("entry"),
        route::<compose::ComposeHandler>(r"/compose").name("compose"),
        route::<auth::CreateHandler>(r"/auth/create"),
        route::<auth::LoginHandler>(r"/auth/login"),
        route::<auth::LogoutHandler>(r"/auth/logout"),
    ];
    let settings = settings
        .login_url("/auth/login")
        .xsrf_cookies(true)
        .ui_modules(UiModules::new().add("Entry", || pages::EntryModule))
        .state(db);
    Application::new(rules, settings)
}
