//! `OpenIDAuthTest`, with OpenID 2.0, which is obsolete: tornado-web does not have it, and
//! Tornado will drop it.

use std::sync::atomic::{AtomicBool, Ordering};

use serde_json::{Map, Value};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tornado_web::httputil::url_concat;
use tornado_web::prelude::*;

use super::get_url;
use crate::app::AppResult;
use crate::spec::Spec;

pub(super) fn openid_auth_test(_: &Spec) -> AppResult {
    let handlers = [
        url("/openid/client/login", OpenIdClientLoginHandler),
        url(
            "/openid/server/authenticate",
            OpenIdServerAuthenticateHandler,
        ),
    ];
    Ok(Application::new(handlers, Settings::new())?.into())
}

const SELECT: &str = "http://specs.openid.net/auth/2.0/identifier_select";
const AX: &str = "http://openid.net/srv/ax/1.0";
/// The requested attributes, by Tornado's names.
const ATTRIBUTES: [(&str, &str); 3] = [
    ("email", "http://axschema.org/contact/email"),
    ("locale", "http://axschema.org/pref/language"),
    ("username", "http://axschema.org/namePerson/friendly"),
];

#[derive(Handler)]
struct OpenIdClientLoginHandler(Exchange);

impl RequestHandler for OpenIdClientLoginHandler {
    async fn get(&mut self) -> Result {
        if self.get_argument_opt("openid.mode")?.is_some() {
            let user = self.get_authenticated_user().await?;
            self.write(Value::Object(user));
        } else {
            self.authenticate_redirect();
        }
        Ok(())
    }
}

impl OpenIdClientLoginHandler {
    fn authenticate_redirect(&mut self) {
        let mut args = vec![
            (
                "openid.ns".to_owned(),
                "http://specs.openid.net/auth/2.0".to_owned(),
            ),
            ("openid.claimed_id".to_owned(), SELECT.to_owned()),
            ("openid.identity".to_owned(), SELECT.to_owned()),
            ("openid.return_to".to_owned(), self.request().full_url()),
            ("openid.realm".to_owned(), get_url(self, "/")),
            ("openid.mode".to_owned(), "checkid_setup".to_owned()),
            ("openid.ns.ax".to_owned(), AX.to_owned()),
            ("openid.ax.mode".to_owned(), "fetch_request".to_owned()),
        ];
        args.extend(
            ATTRIBUTES.map(|(name, uri)| (format!("openid.ax.type.{name}"), uri.to_owned())),
        );
        let endpoint = get_url(self, "/openid/server/authenticate");
        self.redirect(&url_concat(&endpoint, args));
    }

    async fn get_authenticated_user(&mut self) -> Result<Map<String, Value>> {
        let arguments = self.request().arguments().iter();
        let mut args: Map<String, Value> = arguments
            .map(|(name, value)| (name.to_owned(), String::from_utf8_lossy(value).into()))
            .collect();
        let text = |args: &Map<String, Value>, name: &str| {
            args.get(name).and_then(Value::as_str).map(str::to_owned)
        };
        args.insert("openid.mode".to_owned(), "check_authentication".into());
        let host = self.request().host().to_owned();
        let pairs = args
            .iter()
            .filter_map(|(name, value)| Some((name, value.as_str()?)));
        let query = url_concat("/openid/server/authenticate", pairs);
        let answer = post(&host, &query).await?;
        if !answer.lines().any(|line| line == "is_valid:true") {
            return Err(Error::msg("Invalid OpenID response"));
        }
        let space = args
            .iter()
            .find(|(name, value)| name.starts_with("openid.ns.") && value.as_str() == Some(AX));
        let space = space.map(|(name, _)| name["openid.ns.".len()..].to_owned());
        let mut user = Map::new();
        for (name, uri) in ATTRIBUTES {
            let prefix = format!("openid.{}.type.", space.as_deref().unwrap_or_default());
            let found = args.iter().find_map(|(key, value)| {
                (value.as_str() == Some(uri)).then(|| key.strip_prefix(&prefix))?
            });
            let value = found.zip(space.as_deref());
            let value = value
                .and_then(|(part, space)| text(&args, &format!("openid.{space}.value.{part}")));
            user.extend(value.map(|value| (name.to_owned(), value.into())));
        }
        Ok(user)
    }
}

/// Sends arguments as a form.
async fn post(host: &str, query: &str) -> Result<String> {
    let (path, form) = query.split_once('?').unwrap_or((query, ""));
    let length = form.len();
    let mut stream = TcpStream::connect(host).await?;
    let request = format!(
        "POST {path} HTTP/1.0\r\nHost: {host}\r\nContent-Length: {length}\r\n\
         Content-Type: application/x-www-form-urlencoded\r\n\r\n{form}"
    );
    stream.write_all(request.as_bytes()).await?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await?;
    Ok(answer)
}

/// Answers with its two lines in either order, in turns.
#[derive(Handler)]
struct OpenIdServerAuthenticateHandler(Exchange);

impl RequestHandler for OpenIdServerAuthenticateHandler {
    async fn post(&mut self) -> Result {
        static FLIP_FLOP: AtomicBool = AtomicBool::new(false);
        assert_eq!(self.get_argument("openid.mode")?, "check_authentication");
        self.write(match FLIP_FLOP.fetch_not(Ordering::Relaxed) {
            true => "is_valid:true\nns:http://specs.openid.net/auth/2.0\n",
            false => "ns:http://specs.openid.net/auth/2.0\nis_valid:true\n",
        });
        Ok(())
    }
}
