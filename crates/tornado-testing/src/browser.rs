//! `Browser`: what a request needs from its client.

use std::hash::{BuildHasher as _, RandomState};
use std::net::{IpAddr, Ipv4Addr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use http::{HeaderMap, HeaderName, HeaderValue};
use tornado_core::Application;
use url::Url;

use crate::jar::Jar;
use crate::log::Scope;
use crate::transport::Transport;

/// Its state, the jar, is shared by the clones of a client.
#[derive(Clone)]
pub(crate) struct Browser {
    pub(crate) transport: Transport,
    pub(crate) base: Url,
    pub(crate) remote_ip: IpAddr,
    /// The log of the test.
    pub(crate) scope: Arc<Scope>,
    /// What distinguishes it from other browsers: a token.
    pub(crate) token: String,
    pub(crate) headers: HeaderMap,
    pub(crate) timeout: Duration,
    jar: Arc<Mutex<Jar>>,
}

/// As long as `AsyncTestCase` waits.
const TIMEOUT: Duration = Duration::from_secs(5);

impl Browser {
    pub(crate) fn new(transport: Transport, base: Url, scope: Arc<Scope>) -> Browser {
        Browser {
            transport,
            base,
            remote_ip: Ipv4Addr::LOCALHOST.into(),
            scope,
            token: token(),
            headers: HeaderMap::new(),
            timeout: timeout(),
            jar: Arc::default(),
        }
    }

    /// Makes it a different browser from now on.
    pub(crate) fn forget_jar(&mut self) {
        self.jar = Arc::default();
        self.token = token();
    }

    pub(crate) fn jar(&self) -> MutexGuard<'_, Jar> {
        // It is locked briefly; a panic meanwhile means a bad cookie, which was
        // not kept.
        self.jar.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn application(&self) -> Option<&Application> {
        self.transport.application()
    }

    /// The time of the application.
    pub(crate) fn now(&self) -> SystemTime {
        self.application()
            .map_or_else(SystemTime::now, |app| app.clock().now())
    }
}

#[track_caller]
pub(crate) fn header(name: &str, value: &str) -> (HeaderName, HeaderValue) {
    let name = HeaderName::try_from(name);
    let value = HeaderValue::try_from(value);
    match (name, value) {
        (Ok(name), Ok(value)) => (name, value),
        (Err(error), _) => panic!("this can't be the name of a header: {error}"),
        (_, Err(error)) => panic!("this can't be the value of a header: {error}"),
    }
}

fn timeout() -> Duration {
    let Ok(text) = std::env::var("ASYNC_TEST_TIMEOUT") else {
        return TIMEOUT;
    };
    let seconds = text.parse().ok();
    seconds
        .and_then(|seconds| Duration::try_from_secs_f64(seconds).ok())
        .unwrap_or_else(|| panic!("ASYNC_TEST_TIMEOUT is a number of seconds, not {text:?}"))
}

/// An XSRF token of version 1, which every server reads. It is random enough to
/// tell two browsers apart.
fn token() -> String {
    let half = || RandomState::new().hash_one("token");
    format!("{:016x}{:016x}", half(), half())
}
