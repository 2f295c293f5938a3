//! The application's state, and handlers that are filled with it.

use std::marker::PhantomData;

use tornado_core::{
    Application, Exchange, Handler, Input as _, Output as _, RequestHandler, Result, Settings,
    StartErrorKind, route, url,
};
use tornado_testing::TestClient;

#[derive(Clone, Debug, PartialEq)]
struct Db(&'static str);

#[derive(Clone)]
struct Mailer;

#[derive(Handler)]
#[handler(crate = tornado_core)]
struct BaseHandler {
    base: Exchange,
    #[state]
    db: Db,
    #[default]
    steps: Vec<&'static str>,
}

impl BaseHandler {
    fn page(&mut self) -> String {
        self.steps.push("page");
        format!("{} {}", self.db.0, self.steps.len())
    }
}

impl RequestHandler for BaseHandler {
    async fn prepare(&mut self) -> Result {
        self.steps.push("prepare");
        Ok(())
    }
}

#[derive(Handler)]
#[handler(crate = tornado_core)]
struct Middle<T: Send + Sync + 'static>(BaseHandler, PhantomData<T>);

impl<T: Send + Sync + 'static> RequestHandler for Middle<T> {}

#[derive(Handler)]
#[handler(crate = tornado_core)]
struct MainHandler {
    base: Middle<u8>,
    #[state]
    mailer: Mailer,
}

impl RequestHandler for MainHandler {
    async fn get(&mut self) -> Result {
        let Mailer = self.mailer;
        self.write(format!("{} ", self.get_argument("x")?));
        let page = self.page();
        self.write(page);
        self.write(self.db.0);
        Ok(())
    }
}

fn settings() -> Settings {
    Settings::new()
        .state(Db("first"))
        .state(Db("books"))
        .state(Mailer)
}

#[tokio::test]
async fn a_route_by_type_fills_the_fields_of_all_bases() {
    let app = Application::new([route::<MainHandler>("/")], settings()).unwrap();
    let client = TestClient::new(app);
    assert_eq!(client.get("/?x=a").await.text(), "a books 2books");
    assert_eq!(client.get("/?x=a").await.text(), "a books 2books");
}

#[test]
fn all_that_is_missing_is_named_at_once() {
    let rules = [
        route::<MainHandler>("/"),
        tornado_core::nest("/a", [url("/a", |base| Middle::<u8>(base, PhantomData))]),
    ];
    let error = Application::new(rules, Settings::new()).unwrap_err();
    assert_eq!(error.kind(), StartErrorKind::State);
    assert_eq!(
        error.to_string(),
        "`it::state::MainHandler` needs a state of type `it::state::Db`, for the field `db` of its base \
         `it::state::BaseHandler`, and so does another handler; \
         `it::state::MainHandler` needs a state of type `it::state::Mailer`, for its field `mailer`: \
         give it to the application, by `.state(..)` of its settings or of its builder"
    );
    let builder = Application::builder(Settings::new()).default_handler_class::<MainHandler>();
    let error = builder.state(Db("books")).build().unwrap_err();
    assert!(
        error
            .to_string()
            .starts_with("`it::state::MainHandler` needs a state of type `it::state::Mailer`")
    );
}
