//! The applications of `tornado/test/auth_test.py`: clients, and the providers that they
//! ask, which are handlers of the same application.

mod facebook;
mod google;
mod oauth1;
mod openid;
mod twitter;

use tornado_web::prelude::*;

use crate::app::{AppResult, Apps};
use crate::spec::Spec;

pub(crate) const APPS: &[Apps] = &[&[
    ("OpenIDAuthTest", openid::openid_auth_test),
    ("AuthTest", auth_test),
    ("GoogleOAuth2Test", google::google_oauth2_test),
]];

fn auth_test(_: &Spec) -> AppResult {
    let handlers = oauth1::rules()
        .into_iter()
        .chain(facebook::rules())
        .chain(twitter::rules());
    let settings = Settings::new()
        .set("twitter_consumer_key", "test_twitter_consumer_key")
        .set("twitter_consumer_secret", "test_twitter_consumer_secret")
        .set("facebook_api_key", "test_facebook_api_key")
        .set("facebook_secret", "test_facebook_secret");
    Ok(Application::new(handlers, settings)?.into())
}

/// `test.get_url(path)`.
fn get_url<H: RequestHandler>(handler: &H, path: &str) -> String {
    let request = handler.request();
    format!("{}://{}{path}", request.protocol(), request.host())
}

/// `self.settings[name]`.
fn setting<H: RequestHandler>(handler: &H, name: &str) -> Result<String> {
    let setting: Option<String> = handler.settings().get(name)?;
    setting.ok_or_else(|| Error::msg(format!("no setting {name}")))
}
