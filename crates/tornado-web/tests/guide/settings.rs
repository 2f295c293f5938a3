//! `docs/guide/settings.md`.

use std::time::Duration;

use tornado_web::prelude::*;
use tornado_web::testing::TestClient;
use tornado_web::{SettingsError, StartError, settings};

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
/// The values in the code, overridden by the file, and both by the environment.
fn read_settings(file: &str) -> Result<Settings, SettingsError> {
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
    let settings = read_settings(file.to_str().unwrap()).unwrap();
    assert_eq!(settings.get::<u32>("page_size").unwrap(), Some(50));
    assert_eq!(settings.get_login_url(), Some("/login"));
    let app = Application::new([url(r"/", MainHandler)], settings).unwrap();
    let page = TestClient::new(app).get("/").await;
    assert_eq!(page.text(), "50 entries per page");
}

// ANCHOR: own
settings! {
    /// Settings for the mail that the shop sends.
    pub(crate) trait MailSettings {
        /// The server that accepts the mail.
        mail_host: String = "localhost",
        /// The time limit for sending a mail.
        mail_timeout: Duration = 10 s,
        /// The largest mail, in bytes.
        mail_max_size: usize (bytes) [some] = 20 MiB,
    }
}

fn some(size: &usize) -> Result<(), String> {
    if *size > 0 {
        Ok(())
    } else {
        Err("it is above zero".to_owned())
    }
}
// ANCHOR_END: own

#[test]
fn settings_of_ones_own_are_as_all_others() {
    // ANCHOR: use
    let settings = Settings::new().mail_host("mail.example.com");
    assert_eq!(settings.get_mail_host(), "mail.example.com");
    assert_eq!(settings.get_mail_max_size(), 20 << 20);

    let from_file = Settings::from_toml_str("mail_timeout = 2.5").unwrap();
    assert_eq!(from_file.get_mail_timeout(), Duration::from_millis(2500));
    assert!(Settings::from_variables("SHOP_", [("SHOP_MAIL_MAX_SIZE", "0")]).is_err());
    // ANCHOR_END: use

    let settings = settings.mail_timeout(Duration::ZERO).set("mail_hots", 1);
    assert_eq!(settings.get_mail_timeout(), Duration::ZERO);
    assert_eq!(settings.misspelled(), [("mail_hots", "mail_host")]);
    let error = Application::new([], settings.mail_max_size(0)).unwrap_err();
    assert!(
        error.to_string().contains("the setting `mail_max_size`"),
        "{error}"
    );
}
