//! The token that forms need if `xsrf_cookies` is on.

use tornado_cookies::SetCookie;
use url::Url;

use crate::browser::Browser;

/// The name of the field, whatever the cookie is called.
pub(crate) const FIELD: &str = "_xsrf";

/// The header for requests that are not forms.
pub(crate) const HEADER: &str = "x-xsrftoken";

impl Browser {
    /// The token of this browser's cookie, if the application wants one. A
    /// browser without the cookie gets one, as if it had seen a form before.
    pub(crate) fn xsrf_token(&self, url: &Url) -> Option<String> {
        let settings = self.application().map(|app| app.settings());
        let name = settings.map_or(FIELD, |settings| settings.get_xsrf_cookie_name());
        let token = self.jar().get(name, url, self.now());
        // A server that runs elsewhere may want one, and can ignore it.
        if token.is_some() || settings.is_some_and(|settings| !settings.get_xsrf_cookies()) {
            return token;
        }
        let mut cookie = SetCookie::new(name, &*self.token);
        cookie.path("/").secure(url.scheme() == "https");
        self.jar().set(&cookie, url, self.now());
        Some(self.token.clone())
    }
}
