//! The hooks of one request, in Tornado's order.

use std::sync::{Arc, Mutex};

use http::Method;
use tornado_core::{
    Context as _, Cookies as _, Error, Exchange, Handler, HookFuture, HttpError, Output as _,
    RequestHandler, Result, Settings, User, url,
};

use tornado_testing::ExpectLog;

use crate::support::{client, client_with};

type Steps = Arc<Mutex<Vec<String>>>;

/// Records every hook that runs.
#[derive(Handler)]
#[handler(crate = tornado_core)]
struct Traced {
    base: Exchange,
    steps: Steps,
}

impl Traced {
    fn step(&self, name: &str) {
        self.steps.lock().unwrap().push(name.to_owned());
    }
}

impl RequestHandler for Traced {
    const SUPPORTED_METHODS: &'static [&'static str] = &["GET", "POST", "PUT", "PURGE"];

    fn set_default_headers(&mut self) {
        self.step("set_default_headers");
    }

    async fn prepare(&mut self) -> Result {
        self.step("prepare");
        match self.request().query() {
            "finish" => self.finish(),
            "fail" => return Err(HttpError::new(418).into()),
            _ => {}
        }
        Ok(())
    }

    async fn get(&mut self) -> Result {
        self.step("get");
        Ok(())
    }

    async fn post(&mut self) -> Result {
        self.step("post");
        Err(Error::msg("broken"))
    }

    async fn custom_method(&mut self, method: Method) -> Result {
        self.step(method.as_str());
        Ok(())
    }

    async fn write_error(&mut self, status: u16, error: Option<&Error>) -> Result {
        self.step(&format!(
            "write_error {status} {}",
            error.map_or("-".to_owned(), Error::to_string)
        ));
        Ok(())
    }

    fn log_exception(&self, error: &Error) {
        self.step(&format!("log_exception {error}"));
    }

    fn on_finish(&mut self) {
        self.step(&format!("on_finish {}", self.get_status()));
    }
}

async fn steps(method: &str, uri: &str) -> Vec<String> {
    let steps = Steps::default();
    let shared = Arc::clone(&steps);
    let client = client([url("/", move |base| Traced {
        base,
        steps: Arc::clone(&shared),
    })]);
    client.request(method, uri).await;
    std::mem::take(&mut *steps.lock().unwrap())
}

#[tokio::test]
async fn they_run_in_tornados_order() {
    assert_eq!(
        steps("GET", "/").await,
        ["set_default_headers", "prepare", "get", "on_finish 200"]
    );
    assert_eq!(
        steps("PURGE", "/").await,
        ["set_default_headers", "prepare", "PURGE", "on_finish 200"]
    );
    assert_eq!(
        steps("GET", "/?finish").await,
        ["set_default_headers", "prepare", "on_finish 200"]
    );
}

#[tokio::test]
async fn an_error_starts_the_response_over() {
    assert_eq!(
        steps("POST", "/").await,
        [
            "set_default_headers",
            "prepare",
            "post",
            "log_exception broken",
            "set_default_headers",
            "write_error 500 broken",
            "on_finish 500"
        ]
    );
    assert_eq!(
        steps("GET", "/?fail").await,
        [
            "set_default_headers",
            "prepare",
            "log_exception HTTP 418: I'm a Teapot",
            "set_default_headers",
            "write_error 418 HTTP 418: I'm a Teapot",
            "on_finish 418"
        ]
    );
}

#[tokio::test]
async fn an_unknown_method_is_refused_before_prepare_and_an_unwritten_one_after() {
    assert_eq!(
        steps("DELETE", "/").await[1],
        "log_exception HTTP 405: Method Not Allowed"
    );
    assert_eq!(
        steps("PUT", "/").await[1..3],
        ["prepare", "log_exception HTTP 405: Method Not Allowed"]
    );
}

#[derive(Handler)]
#[handler(crate = tornado_core)]
struct OnlyGet(Exchange);

impl RequestHandler for OnlyGet {
    async fn get(&mut self) -> Result {
        self.write("hello");
        Ok(())
    }
}

#[tokio::test]
async fn head_is_answered_by_get_and_405_says_what_is_allowed() {
    let rules = || [url("/", OnlyGet)];
    let response = client(rules()).head("/").await;
    assert_eq!((response.status().as_u16(), response.text()), (200, ""));
    assert_eq!(response.headers()["Content-Length"], "5");
    assert_eq!(
        response.headers()["Etag"],
        "\"aaf4c61ddcc5e8a2dabede0f3b482cd9aea9434d\""
    );

    let response = client(rules()).post("/").await;
    assert_eq!(
        (response.status().as_u16(), &response.headers()["Allow"]),
        (405, &"GET, HEAD".parse().unwrap())
    );
    assert_eq!(
        response.text(),
        "<html><title>405: Method Not Allowed</title><body>405: Method Not Allowed</body></html>"
    );

    let strict = client_with(rules(), Settings::new().head_from_get(false));
    let response = strict.head("/").await;
    assert_eq!(
        (response.status().as_u16(), &response.headers()["Allow"]),
        (405, &"GET".parse().unwrap())
    );
    assert_eq!(response.headers()["Content-Length"], "87");
}

#[derive(Handler)]
#[handler(crate = tornado_core)]
struct Private {
    base: Exchange,
    asked: Arc<Mutex<u32>>,
}

impl RequestHandler for Private {
    async fn get_current_user(&mut self) -> Result<Option<User>> {
        tokio::task::yield_now().await;
        *self.asked.lock().unwrap() += 1;
        Ok(self.get_cookie("user").map(User::from))
    }

    async fn get(&mut self) -> Result {
        let user = self.authenticated().await?;
        let again = self.current_user().await?.unwrap();
        self.write(format!(
            "{:?} {:?}",
            user.get::<String>(),
            again.get::<String>()
        ));
        Ok(())
    }

    async fn post(&mut self) -> Result {
        self.get().await
    }
}

#[tokio::test]
async fn the_user_is_asked_for_once_and_strangers_are_sent_to_log_in() {
    let asked = Arc::new(Mutex::new(0));
    let shared = Arc::clone(&asked);
    let settings = Settings::new().login_url("/login");
    let rules = [url("/.*", move |base| Private {
        base,
        asked: Arc::clone(&shared),
    })];
    let client = client_with(rules, settings);

    let response = client.get("/").header("Cookie", "user=kim").await;
    assert_eq!(response.text(), r#"Some("kim") Some("kim")"#);
    assert_eq!(*asked.lock().unwrap(), 1);

    let response = client.get("/auth?x=1&y=a%20b").await;
    assert_eq!(response.status(), 302);
    assert_eq!(
        response.headers()["Location"],
        "/login?next=%2Fauth%3Fx%3D1%26y%3Da%2520b"
    );
    assert_eq!(client.post("/").await.status(), 403);
}

/// Hooks before the headers, which have their own order.
#[derive(Handler)]
#[handler(crate = tornado_core)]
struct Ordered(Exchange);

fn note<'a>(exchange: &'a mut Exchange, name: &'static str) -> HookFuture<'a> {
    exchange.add_header("X-Order", name);
    Box::pin(std::future::ready(Ok(())))
}

impl RequestHandler for Ordered {
    async fn get(&mut self) -> Result {
        let exchange = self.exchange_mut();
        exchange.before_headers_last(|exchange| note(exchange, "d"))?;
        exchange.before_headers(|exchange| note(exchange, "a"))?;
        exchange.before_headers_last(|exchange| note(exchange, "e"))?;
        exchange.before_headers(|exchange| {
            Box::pin(async {
                exchange.before_headers_last(|exchange| note(exchange, "f"))?;
                exchange.before_headers(|exchange| note(exchange, "c"))?;
                note(exchange, "b").await
            })
        })
    }

    async fn post(&mut self) -> Result {
        let exchange = self.exchange_mut();
        exchange.before_headers_last(|exchange| note(exchange, "last"))?;
        exchange.before_headers(|_| Box::pin(async { Err(Error::msg("no commit")) }))?;
        exchange.before_headers(|exchange| note(exchange, "behind"))
    }

    async fn put(&mut self) -> Result {
        self.flush().await?;
        let exchange = self.exchange_mut();
        assert!(
            exchange
                .before_headers_last(|exchange| note(exchange, "late"))
                .is_err()
        );
        Ok(())
    }
}

#[tokio::test]
async fn what_runs_last_stays_behind_what_comes_later() {
    let client = client([url("/", Ordered)]);
    let response = client.get("/").await;
    let order = response.headers().get_all("X-Order").iter();
    let order: Vec<_> = order.map(|name| name.to_str().unwrap()).collect();
    assert_eq!(order, ["a", "b", "c", "d", "e", "f"]);
    assert_eq!(client.put("/").await.status(), 200);
}

#[tokio::test]
async fn what_is_behind_a_hook_that_fails_does_not_run() {
    let client = client([url("/", Ordered)]);
    let _expected = ExpectLog::new("tornado.application", "(?s)Uncaught.*no commit");
    let response = client.post("/").await;
    assert_eq!(response.status(), 500);
    assert_eq!(response.header("X-Order"), None);
}
