//! An application that reports the request.

use std::future::pending;
use std::time::Duration;

use tornado_core::{
    Application, Context as _, Error, Exchange, Handler, Input as _, Output as _, PathArgs as _,
    RequestHandler, Result, Rule, Settings, url,
};
use tornado_testing::TestClient;

/// Answers with the request: the first line, the headers, the body.
#[derive(Handler)]
#[handler(crate = tornado_core)]
pub(crate) struct Echo(pub(crate) Exchange);

impl Echo {
    fn echo(&mut self) {
        let request = self.request();
        let mut text = format!("{} {}\n", request.method(), request.uri());
        for (name, value) in request.headers() {
            text.push_str(&format!(
                "{name}: {}\n",
                String::from_utf8_lossy(value.as_bytes())
            ));
        }
        let ip = request.remote_ip();
        text.push_str(&format!(
            "from {ip} by {} to {}\n\n",
            request.protocol(),
            request.host()
        ));
        text.push_str(&String::from_utf8_lossy(request.body()));
        self.set_header("Content-Type", "text/plain; charset=UTF-8");
        self.write(text);
    }
}

macro_rules! echo {
    ($($method:ident)*) => {
        impl RequestHandler for Echo {
            $(async fn $method(&mut self) -> Result {
                self.echo();
                Ok(())
            })*
        }
    };
}

echo!(get post put patch delete options);

/// `/redirect/STATUS?to=URL`.
#[derive(Handler)]
#[handler(crate = tornado_core)]
pub(crate) struct Redirect(Exchange);

impl Redirect {
    fn away(&mut self) -> Result {
        let (status,): (u16,) = self.path_args_as()?;
        let to = self.get_query_argument("to")?;
        self.redirect_with_status(&to, status);
        Ok(())
    }
}

impl RequestHandler for Redirect {
    async fn get(&mut self) -> Result {
        self.away()
    }

    async fn post(&mut self) -> Result {
        self.away()
    }
}

/// `/wait` never answers, `/block` blocks, `/circle` redirects to itself, `/fail` fails, `/half`
/// fails after a flush, `/warn` logs a warning, `/spawn` does so in a separate task.
#[derive(Handler)]
#[handler(crate = tornado_core)]
pub(crate) struct Trouble(Exchange);

impl RequestHandler for Trouble {
    async fn get(&mut self) -> Result {
        let (what,): (String,) = self.path_args_as()?;
        match what.as_str() {
            "wait" => pending().await,
            "block" => std::thread::sleep(Duration::from_millis(100)),
            "circle" => {
                self.redirect("circle");
                return Ok(());
            }
            "fail" => return Err(Error::msg("the printer is on fire")),
            "half" => {
                self.write("half");
                self.flush().await?;
                return Err(Error::msg("the other half is missing"));
            }
            "warn" => tracing::warn!(target: "shop::cart", left = 2, "the cart is nearly full"),
            "spawn" => {
                let task = tokio::spawn(async { tracing::error!("lost in a task") });
                task.await?;
            }
            _ => tokio::time::sleep(Duration::from_millis(1)).await,
        }
        self.write("done");
        Ok(())
    }
}

pub(crate) fn rules() -> Vec<Rule> {
    vec![
        url("/echo(?:/.*)?", Echo),
        url("/redirect/([0-9]+)", Redirect),
        url("/trouble/([a-z]+)", Trouble),
    ]
}

pub(crate) fn app(settings: Settings) -> Application {
    Application::new(rules(), settings).expect("the patterns are good")
}

pub(crate) fn client() -> TestClient {
    TestClient::new(app(Settings::new()))
}

/// The message of a panic, in a separate test.
pub(crate) fn panic_of(test: impl FnOnce() + Send + 'static) -> String {
    let panic = std::thread::spawn(test)
        .join()
        .expect_err("the test should have failed");
    match panic.downcast::<String>() {
        Ok(text) => *text,
        Err(panic) => panic
            .downcast_ref::<&str>()
            .map_or("?", |text| *text)
            .to_owned(),
    }
}
