//! `WSGIContainerDummyExecutorTest`, `WSGIContainerThreadPoolTest`: an
//! application that blocks its thread, behind Tornado's routes.
//!
//! A WSGI application is a blocking function; its closest relative here is a
//! tower service that calls one, mounted by [`mount`]. Without an executor,
//! Tornado calls it on the thread of the loop, so one request at a time; with
//! one, on threads. Here that is a lock and `spawn_blocking`.

use std::convert::Infallible;
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::Duration;

use http::{Request, Response};
use tokio::sync::Semaphore;
use tokio::task::spawn_blocking;
use tornado_web::prelude::*;
use tornado_web::{Body, Rule};
use tower::service_fn;

use crate::app::{AppResult, Apps};

pub(super) const APPS: Apps = &[
    ("WSGIContainerDummyExecutorTest", |_| application(1)),
    ("WSGIContainerThreadPoolTest", |_| application(16)),
];

/// How long a request waits for the other one.
const BARRIER_TIMEOUT: Duration = Duration::from_millis(300);

fn application(threads: usize) -> AppResult {
    let container = Container {
        threads: Arc::new(Semaphore::new(threads)),
        barrier: Arc::new(Barrier::default()),
    };
    let handlers = [
        container.mount("/simple", |_| "Hello world!".to_owned()),
        container.mount("/barrier", barrier_app),
        container.mount("/streaming_barrier", streaming_barrier_app),
    ];
    Ok(Application::new(handlers, Settings::new())?.into())
}

fn barrier_app(barrier: &Barrier) -> String {
    match barrier.wait() {
        Some(n) => format!("ok {n}"),
        None => "broken barrier".to_owned(),
    }
}

/// In Python a generator; Tornado joins its pieces before it answers.
fn streaming_barrier_app(barrier: &Barrier) -> String {
    match barrier.wait() {
        Some(n) => format!("ok {n}"),
        None => "ok broken barrier".to_owned(),
    }
}

/// Tornado's `WSGIContainer`: calls blocking functions on this many threads.
struct Container {
    threads: Arc<Semaphore>,
    barrier: Arc<Barrier>,
}

impl Container {
    fn mount(&self, pattern: &str, app: fn(&Barrier) -> String) -> Rule {
        let (threads, barrier) = (Arc::clone(&self.threads), Arc::clone(&self.barrier));
        let service = service_fn(move |_: Request<Body>| {
            let (threads, barrier) = (Arc::clone(&threads), Arc::clone(&barrier));
            async move {
                let _thread = threads.acquire().await;
                let body = spawn_blocking(move || app(&barrier)).await;
                let body = body.unwrap_or_else(|panic| panic.to_string());
                let response = Response::builder().header("Content-Type", "text/plain");
                let response = response.body(Body::from(body));
                Ok::<_, Infallible>(response.expect("the header is a legal one"))
            }
        });
        mount(pattern, service)
    }
}

/// Python's `threading.Barrier(2, timeout=0.3)`, which forgets that it was
/// broken once nobody waits.
#[derive(Default)]
struct Barrier {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    /// How many are waiting.
    waiting: usize,
    /// How often two have met.
    met: usize,
}

impl Barrier {
    /// Waits for another thread, and returns which of the two this is; `None`
    /// if none came.
    fn wait(&self) -> Option<usize> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if state.waiting == 1 {
            state.waiting = 0;
            state.met += 1;
            self.changed.notify_all();
            return Some(1);
        }
        state.waiting = 1;
        let met = state.met;
        let (mut state, timeout) = self
            .changed
            .wait_timeout_while(state, BARRIER_TIMEOUT, |state| state.met == met)
            .unwrap_or_else(PoisonError::into_inner);
        if timeout.timed_out() {
            state.waiting = 0;
            return None;
        }
        Some(0)
    }
}
