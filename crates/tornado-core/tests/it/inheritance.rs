//! Handlers wrap handlers as Python classes inherit.

use std::marker::PhantomData;
use std::sync::{Arc, Mutex};

use tornado_core::{Exchange, Handler, Input as _, Output as _, RequestHandler, Result, url};

use crate::support::{client, failure};

#[derive(Handler)]
#[handler(crate = tornado_core)]
struct Base(Exchange);

impl RequestHandler for Base {
    async fn prepare(&mut self) -> Result {
        self.add_header("X-Trace", "base");
        Ok(())
    }

    async fn get(&mut self) -> Result {
        self.write("base get");
        Ok(())
    }

    async fn post(&mut self) -> Result {
        self.write("base post");
        Ok(())
    }
}

#[derive(Handler)]
#[handler(crate = tornado_core)]
struct Middle(Base);

impl RequestHandler for Middle {
    async fn prepare(&mut self) -> Result {
        self.base_mut().prepare().await?;
        self.add_header("X-Trace", "middle");
        Ok(())
    }
}

#[derive(Handler)]
#[handler(crate = tornado_core)]
struct Top(Middle);

impl RequestHandler for Top {
    async fn get(&mut self) -> Result {
        self.base_mut().get().await?;
        self.write(format!(" and {}", self.get_argument_or("x", "top")?));
        Ok(())
    }
}

#[tokio::test]
async fn a_hook_that_is_left_out_is_the_bases_to_any_depth() {
    let client = client([url("/", Top)]);
    let response = client.get("/?x=more").await;
    assert_eq!(response.text(), "base get and more");
    let trace: Vec<_> = response.headers().get_all("X-Trace").iter().collect();
    assert_eq!(trace, ["base", "middle"]);
    assert_eq!(client.post("/").await.text(), "base post");
}

/// A base with more than its own base: it can be made without a factory, since
/// the rest comes from `Default`.
#[derive(Handler)]
#[handler(crate = tornado_core)]
struct Counting {
    base: Exchange,
    #[default]
    steps: Vec<&'static str>,
}

impl RequestHandler for Counting {
    async fn prepare(&mut self) -> Result {
        self.steps.push("prepare");
        Ok(())
    }
}

#[derive(Handler)]
#[handler(crate = tornado_core)]
struct UsesCounting {
    base: Counting,
    limit: usize,
}

impl RequestHandler for UsesCounting {
    async fn get(&mut self) -> Result {
        self.base.steps.push("get");
        let line = format!("{:?} of {}", self.base.steps, self.limit);
        self.write(line);
        Ok(())
    }
}

#[tokio::test]
async fn a_closure_is_initialize_and_state_lives_for_one_request() {
    let client = client([url("/", |base| UsesCounting { base, limit: 7 })]);
    for _ in 0..2 {
        assert_eq!(client.get("/").await.text(), r#"["prepare", "get"] of 7"#);
    }
}

/// A mixin class, which can wrap any handler.
#[derive(Handler)]
#[handler(crate = tornado_core)]
struct Stamped<B: RequestHandler>(B);

impl<B: RequestHandler> RequestHandler for Stamped<B> {
    fn set_default_headers(&mut self) {
        self.base_mut().set_default_headers();
        self.set_header("X-Stamp", "yes");
    }
}

/// A generic handler whose parameter is not a handler.
#[derive(Handler)]
#[handler(crate = tornado_core)]
struct Shows<T: Send + Sync + 'static> {
    base: Exchange,
    what: Arc<Mutex<T>>,
    marker: PhantomData<T>,
}

impl<T: std::fmt::Display + Send + Sync + 'static> RequestHandler for Shows<T> {
    async fn get(&mut self) -> Result {
        let text = self.what.lock().unwrap().to_string();
        self.write(text);
        Ok(())
    }
}

#[tokio::test]
async fn handlers_may_be_generic() {
    let what = Arc::new(Mutex::new(42));
    let client = client([
        url("/shows", move |base| Shows {
            base,
            what: Arc::clone(&what),
            marker: PhantomData,
        }),
        url("/stamped", Stamped::<Top>),
    ]);
    assert_eq!(client.get("/shows").await.text(), "42");
    let response = client.get("/stamped").await;
    assert_eq!(
        (response.text(), &response.headers()["X-Stamp"]),
        ("base get and top", &"yes".parse().unwrap())
    );
}

/// A mixin: a trait that every handler has, with its state in a slot.
trait Basket: RequestHandler {
    fn basket(&mut self) -> &mut Vec<u32> {
        let exchange = self.exchange_mut();
        if exchange.slot::<Vec<u32>>().is_none() {
            exchange.insert_slot(Vec::<u32>::new());
        }
        exchange.slot_mut().expect("it was put there just now")
    }

    fn send_basket_before_headers(&mut self) -> Result {
        self.exchange_mut().before_headers(|exchange| {
            Box::pin(async move {
                tokio::task::yield_now().await;
                let basket = format!("{:?}", exchange.basket());
                exchange.set_header("X-Basket", basket);
                Ok(())
            })
        })
    }
}

impl<H: RequestHandler> Basket for H {}

#[derive(Handler)]
#[handler(crate = tornado_core)]
struct Shop(Exchange);

impl RequestHandler for Shop {
    async fn get(&mut self) -> Result {
        self.send_basket_before_headers()?;
        self.basket().push(1);
        self.basket().push(2);
        Ok(())
    }

    async fn post(&mut self) -> Result {
        self.exchange_mut().before_headers(|_| {
            Box::pin(async { Err(tornado_core::Error::msg("the basket store is down")) })
        })?;
        self.write("saved");
        self.finish();
        Ok(())
    }
}

#[tokio::test]
async fn a_mixin_has_a_slot_and_runs_before_the_headers() {
    let client = client([url("/", Shop)]);
    assert_eq!(client.get("/").await.headers()["X-Basket"], "[1, 2]");
    // What can't be saved must not look saved.
    let _failure = failure("POST / .*the basket store is down");
    let response = client.post("/").await;
    assert_eq!(response.status(), 500);
    assert!(!response.text().contains("saved"), "{}", response.text());
}
