//! Stub.
use tornado_cookies::CookieSecret;
#[derive(Debug, Default, Clone)] pub struct Settings;
#[derive(Debug)] pub struct SettingsError;
impl Settings {
 pub fn new() -> Self { Settings }
 pub fn serve_traceback(&self) -> bool { false }
 pub fn head_from_get(&self) -> bool { true }
 pub fn get_login_url(&self) -> Option<&str> { None }
 pub fn get_cookie_secret(&self) -> Option<&CookieSecret> { None }
 pub fn contains(&self, _: &str) -> bool { false }
 pub fn get_max_body_size(&self) -> usize { 1 << 20 }
 pub fn get_shutdown_timeout(&self) -> std::time::Duration { std::time::Duration::from_secs(5) }
 pub fn get_logging(&self) -> &str { "info" }
 pub fn warn_misspelled(&self) {}
 pub fn extension<T: 'static>(&self) -> Option<&T> { None }
 pub fn insert_extension<T>(self, _: T) -> Self { self }
}
