//! An application that does with its session what the URL says, and a browser.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use http::{Request, Response, header};
use http_body_util::BodyExt as _;
use tokio::sync::Semaphore;
use tornado_core::{
    Application, Body, ConnectionInfo, Context as _, Exchange, Handler, HttpError, Input as _,
    Output as _, PathArgs as _, Protocol, RequestHandler, Result, Settings, User, url,
};
use tornado_session::{Expiry, Session, SessionMixin as _, SessionSettings as _, Timestamp};
use tower::ServiceExt as _;

/// What the requests to `/slow` wait for, after they have loaded their session.
#[derive(Clone)]
pub(crate) struct Gates {
    /// One permit for each request that has come so far.
    pub(crate) arrived: Arc<Semaphore>,
    pub(crate) open: Arc<Semaphore>,
}

impl Gates {
    pub(crate) fn new() -> Gates {
        let closed = || Arc::new(Semaphore::new(0));
        Gates {
            arrived: closed(),
            open: closed(),
        }
    }
}

/// Who is logged in is who owns the session.
#[derive(Handler)]
#[handler(crate = tornado_core)]
pub(crate) struct BaseHandler(Exchange);

impl RequestHandler for BaseHandler {
    async fn get_current_user(&mut self) -> Result<Option<User>> {
        Ok(self.get_session().await?.owner().map(User::from))
    }
}

/// `/VERB/ARG`: does that, and answers with the session as it is then.
#[derive(Handler)]
#[handler(crate = tornado_core)]
struct Act {
    base: BaseHandler,
    gates: Gates,
}

impl Act {
    /// Sets `name=value`.
    fn set(session: &Session, pair: &str) -> Result {
        let (name, value) = pair.split_once('=').expect("a pair");
        Ok(session.set(name, value)?)
    }
}

impl RequestHandler for Act {
    async fn get(&mut self) -> Result {
        let (verb, argument): (String, String) = self.path_args_as()?;
        let session = self.get_session().await?;
        match verb.as_str() {
            "show" => {}
            "set" => Act::set(&session, &argument)?,
            "delete" => drop(session.delete(&argument)),
            "clear" => session.clear(),
            "regenerate" => session.regenerate(),
            "idle" => session.set_expiry(Expiry::Idle(millis(&argument))),
            "until" => {
                session.set_expiry(Expiry::At(
                    Timestamp::now().saturating_add(millis(&argument)),
                ));
            }
            "browser" => session.set_expiry(Expiry::Browser),
            "login" => drop(self.login(&argument).await?),
            "logout" => drop(self.logout().await?),
            "flash" => session.flash("info", argument)?,
            "flashes" => {
                let flashes = session.take_flashes()?;
                let texts: Vec<_> = flashes.iter().map(|flash| flash.text()).collect();
                self.write(texts.join("+"));
                return Ok(());
            }
            "fail" => {
                Act::set(&session, &argument)?;
                return Err(HttpError::new(503).into());
            }
            "save-and-fail" => {
                Act::set(&session, &argument)?;
                session.save().await?;
                return Err(HttpError::new(503).into());
            }
            "logout-and-fail" => {
                self.logout().await?;
                return Err(HttpError::new(500).into());
            }
            "refuse" => {
                Act::set(&session, &argument)?;
                return Err(HttpError::new(403).into());
            }
            "slow" => {
                self.gates.arrived.add_permits(1);
                self.gates.open.acquire().await?.forget();
                match argument.split_once(':') {
                    Some(("login", user)) => drop(self.login(user).await?),
                    Some(("logout", _)) => drop(self.logout().await?),
                    _ => Act::set(&session, &argument)?,
                }
            }
            "stream" => {
                self.write("head ");
                self.flush().await?;
                Act::set(&session, &argument)?;
                session.save().await?;
            }
            "devices" => {
                let user = self.current_user().await?;
                for device in self.list_sessions().await? {
                    let name: Option<String> = device.get("device")?;
                    let mark = if device.is_current() { "*" } else { "" };
                    let key = device.key();
                    self.write(format!(
                        "{}{mark} {}\n",
                        name.unwrap_or_default(),
                        key.as_str()
                    ));
                }
                assert_eq!(user.is_some(), session.owner().is_some());
                return Ok(());
            }
            "revoke" => {
                let ended = self.revoke_session(&argument).await?;
                self.write(format!("{ended}"));
                return Ok(());
            }
            "others" => {
                let ended = self.revoke_other_sessions().await?;
                self.write(format!("{ended}"));
                return Ok(());
            }
            _ => return Err(HttpError::new(404).into()),
        }
        let mut words = session
            .owner()
            .map(|owner| format!("<{owner}>"))
            .into_iter()
            .collect::<Vec<_>>();
        for key in session.keys() {
            if key.starts_with("_flash:") {
                continue;
            }
            words.push(format!("{key}={}", session.get_or(&key, String::new())?));
        }
        self.write(words.join(" "));
        Ok(())
    }
}

/// Never asks for its session.
#[derive(Handler)]
#[handler(crate = tornado_core)]
struct Plain(BaseHandler);

impl RequestHandler for Plain {
    async fn get(&mut self) -> Result {
        let cached = self.get_argument_opt("cache")?;
        if let Some(control) = cached {
            self.get_session().await?;
            self.set_header("Cache-Control", control);
            self.set_header("Vary", "Origin");
        }
        self.write("plain");
        Ok(())
    }
}

fn millis(text: &str) -> Duration {
    Duration::from_millis(text.parse().expect("a number"))
}

pub(crate) fn good() -> Settings {
    Settings::new()
        .cookie_secret("a secret of the tests")
        .session_cookie_name("s")
        .session_expiry(Duration::from_secs(60))
}

#[derive(Clone)]
pub(crate) struct Site {
    app: Application,
    pub(crate) gates: Gates,
}

impl Site {
    pub(crate) fn new(settings: Settings) -> Site {
        let gates = Gates::new();
        let of_act = gates.clone();
        let act = move |base| Act {
            base,
            gates: of_act.clone(),
        };
        let rules = [url("/plain", Plain), url("/([a-z-]+)/(.*)", act)];
        Site {
            app: Application::new(rules, settings).expect("the patterns are good"),
            gates,
        }
    }

    pub(crate) fn browser(&self) -> Browser {
        Browser {
            site: self.clone(),
            protocol: Protocol::Http,
            cookies: BTreeMap::new(),
        }
    }

    /// Asks, with these lines of cookies.
    pub(crate) async fn ask(
        &self,
        protocol: Protocol,
        path: &str,
        cookies: impl IntoIterator<Item = impl AsRef<str>>,
    ) -> Response<String> {
        let info = ConnectionInfo::new([127, 0, 0, 1].into(), protocol);
        let mut request = Request::get(path).extension(info);
        for line in cookies {
            request = request.header(header::COOKIE, line.as_ref());
        }
        let request = request.body(Body::empty()).expect("a good request");
        let response = self.app.clone().oneshot(request).await;
        let (head, body) = response.expect("it can't fail").into_parts();
        let body = body.collect().await.expect("a whole body").to_bytes();
        Response::from_parts(head, String::from_utf8(body.into()).expect("text"))
    }

    /// Waits until so many requests wait in `/slow`.
    pub(crate) async fn arrived(&self, n: u32) {
        let permits = self.gates.arrived.acquire_many(n).await;
        permits.expect("it is never closed").forget();
    }
}

/// A client with a jar.
#[derive(Clone)]
pub(crate) struct Browser {
    site: Site,
    pub(crate) protocol: Protocol,
    pub(crate) cookies: BTreeMap<String, String>,
}

impl Browser {
    /// Asks, takes over the cookies, and gives the whole answer.
    pub(crate) async fn ask(&mut self, path: &str) -> Response<String> {
        let response = self.send(path).await;
        self.take(&response);
        response
    }

    /// Asks, and gives the body.
    pub(crate) async fn get(&mut self, path: &str) -> String {
        self.ask(path).await.into_body()
    }

    /// Asks, and leaves the cookies of the answer alone.
    pub(crate) async fn send(&self, path: &str) -> Response<String> {
        let pair = |(name, value): (&String, &String)| format!("{name}={value}");
        let cookies = self.cookies.iter().map(pair);
        self.site.ask(self.protocol, path, cookies).await
    }

    /// Takes over the cookies of an answer.
    pub(crate) fn take<T>(&mut self, response: &Response<T>) {
        for cookie in set_cookies(response) {
            let (pair, attributes) = cookie.split_once("; ").unwrap_or((&cookie, ""));
            let (name, value) = pair.split_once('=').expect("a cookie has a name");
            if value == "\"\"" && attributes.contains("expires=") {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
    }

    /// Asks in a task of its own.
    pub(crate) fn spawn(&self, path: &'static str) -> tokio::task::JoinHandle<Response<String>> {
        let browser = self.clone();
        tokio::spawn(async move { browser.send(path).await })
    }
}

pub(crate) fn set_cookies<T>(response: &Response<T>) -> Vec<String> {
    let lines = response.headers().get_all(header::SET_COOKIE).iter();
    lines
        .map(|line| line.to_str().expect("ASCII").to_owned())
        .collect()
}
