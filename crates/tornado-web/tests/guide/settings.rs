//! `docs/guide/settings.md`.

use tornado_web::prelude::*;
use tornado_web::testing::TestClient;
use tornado_web::{SettingsError, StartError};

use crate::support::ask_both;

#[derive(Handler)]
struct MainHandler(Exchange);

impl RequestHandler for MainHandler {
    // ANCHOR: get
    async fn get(&mut self) -> Result {
        let page_size = self.settings().get("page_size")?.unwrap_or(10_u32);
        self.write(format!("{page_size} entries per page"));
        Ok(())
    }
    // ANCHOR_END: get
}

fn application() -> Result<Application, StartError> {
    // ANCHOR: settings
    let settings = Settings::new()
        .cookie_secret("my_cookie_secret")
        .login_url("/login")
        .debug(false)
        .set("page_size", 20);

    let app = Application::new([url(r"/", MainHandler)], settings)?;
    // ANCHOR_END: settings
    Ok(app)
}

#[tokio::test]
async fn a_key_of_ones_own_is_read_as_in_python() {
    let [page] = ask_both(
        application().unwrap(),
        "docs/python/settings.py",
        [("/", &[])],
    )
    .await;
    assert_eq!(page.text(), "20 entries per page");
}

// ANCHOR: sources
/// What is in the code, with the file over it, and the environment over both.
fn settings(file: &str) -> Result<Settings, SettingsError> {
    let defaults = Settings::new().login_url("/login").set("page_size", 20);
    Ok(defaults
        .merge(Settings::from_file(file)?)
        .merge(Settings::from_env("TORNADO_")?))
}
// ANCHOR_END: sources

#[tokio::test]
async fn a_file_goes_over_the_code() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("settings.toml");
    std::fs::write(&file, include_str!("settings.toml")).unwrap();
    let settings = settings(file.to_str().unwrap()).unwrap();
    assert_eq!(settings.get::<u32>("page_size").unwrap(), Some(50));
    assert_eq!(settings.get_login_url(), Some("/login"));
    let app = Application::new([url(r"/", MainHandler)], settings).unwrap();
    let page = TestClient::new(app).get("/").await;
    assert_eq!(page.text(), "50 entries per page");
}
