//! An application that does to its session what the URL says.

use std::sync::Arc;
use std::time::Duration;

use http::header;
use tokio::sync::Semaphore;
use tornado_core::log::{ACCESS, APPLICATION, GENERAL};
use tornado_core::{
    Application, Context as _, Exchange, Handler, HttpError, Input as _, Output as _,
    PathArgs as _, RequestHandler, Result, Settings, User, url,
};
use tornado_session::{Expiry, Session, SessionMixin as _, SessionSettings as _, Timestamp};
use tornado_testing::{ExpectLog, TestClient, TestResponse};

/// What the requests to `/slow` wait for, after they have loaded their session.
#[derive(Clone)]
pub(crate) struct Gates {
    /// One permit for each request that has arrived so far.
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

/// The logged-in user is the owner of the session.
#[derive(Handler)]
#[handler(crate = tornado_core)]
pub(crate) struct BaseHandler(Exchange);

impl RequestHandler for BaseHandler {
    async fn get_current_user(&mut self) -> Result<Option<User>> {
        Ok(self.get_session().await?.owner().map(User::from))
    }
}

/// `/VERB/ARG`: does that, and answers with the resulting session.
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
            "clear-and-set" => {
                session.clear();
                Act::set(&session, &argument)?;
            }
            "regenerate" => session.regenerate(),
            "idle" => session.set_expiry(Expiry::Idle(seconds(&argument))),
            "until" => {
                let now = self.application().clock().now();
                session.set_expiry(Expiry::At(
                    Timestamp::from(now).saturating_add(seconds(&argument)),
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
                    Some(("regenerate", pair)) => {
                        session.regenerate();
                        Act::set(&session, pair)?;
                    }
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
                    let name = name.unwrap_or_default();
                    self.write(format!("{name}{mark} {}\n", device.id()));
                }
                assert_eq!(user.is_some(), session.owner().is_some());
                return Ok(());
            }
            "keys" => {
                for device in self.list_sessions().await? {
                    self.write(format!("{}\n", device.key().as_str()));
                }
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

fn seconds(text: &str) -> Duration {
    Duration::from_secs(text.parse().expect("a number"))
}

pub(crate) fn good() -> Settings {
    Settings::new()
        .cookie_secret("a secret of the tests")
        .session_cookie_name("s")
        .session_expiry(MINUTE)
}

pub(crate) const MINUTE: Duration = Duration::from_secs(60);

#[derive(Clone)]
pub(crate) struct Site {
    client: TestClient,
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
        let app = Application::new(rules, settings).expect("the patterns are good");
        Site {
            client: TestClient::new(app),
            gates,
        }
    }

    pub(crate) fn browser(&self) -> TestClient {
        self.client.another()
    }

    /// Sends exactly these cookies, in this order, in one line.
    pub(crate) async fn with(&self, path: &str, cookies: &[&str]) -> TestResponse {
        let request = self.browser().get(path);
        request.header("Cookie", &cookies.join("; ")).await
    }

    /// Moves the time forward.
    pub(crate) fn advance(&self, duration: Duration) {
        self.client.advance(duration);
    }

    /// Waits until `n` requests wait in `/slow`.
    pub(crate) async fn arrived(&self, n: u32) {
        let permits = self.gates.arrived.acquire_many(n).await;
        permits.expect("it is never closed").forget();
    }
}

/// Another browser with the session of this one.
pub(crate) fn twin(browser: &TestClient) -> TestClient {
    let twin = browser.another();
    if let Some(value) = browser.get_cookie("s") {
        twin.set_cookie("s", &value);
    }
    twin
}

pub(crate) fn set_cookies(response: &TestResponse) -> Vec<String> {
    let lines = response.headers().get_all(header::SET_COOKIE).iter();
    lines
        .map(|line| line.to_str().expect("ASCII").to_owned())
        .collect()
}

/// The one cookie that a response sets, as it is sent back.
pub(crate) fn cookie(response: &TestResponse) -> String {
    let cookies = set_cookies(response);
    assert_eq!(cookies.len(), 1);
    let pair = cookies[0].split_once(';').expect("it has attributes").0;
    assert_ne!(pair, "s=\"\"", "it is a removal");
    pair.to_owned()
}

/// Expects the lines of a write that was not saved because the session has a
/// new id.
pub(crate) fn conflict(path: &str) -> [Once; 2] {
    let why = format!("409 GET {path} .*: The session has got a new id meanwhile");
    [
        once(GENERAL, &why),
        once(ACCESS, &format!("409 GET {path} ")),
    ]
}

/// Expects a line, and no second one like it.
pub(crate) fn once(logger: &str, pattern: &str) -> Once {
    Once(ExpectLog::new(logger, pattern))
}

pub(crate) struct Once(ExpectLog);

impl Drop for Once {
    fn drop(&mut self) {
        let often = self.0.matched() > 1;
        assert!(!often || std::thread::panicking(), "{:?}", self.0);
    }
}

/// Expects the two lines of a request to this path that fails: the reason, and
/// the access log.
pub(crate) fn failure(path: &str, why: &str) -> [Once; 2] {
    let uncaught = format!("(?s)Uncaught exception GET {path} .*{why}");
    let answered = format!("500 GET {path} ");
    [once(APPLICATION, &uncaught), once(ACCESS, &answered)]
}

/// Why [`FailingStore`](tornado_testing::FailingStore) fails.
pub(crate) const OUT_OF_ORDER: &str = "the store is out of order";
