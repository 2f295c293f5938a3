//! The application's state, and handlers that are filled with it.

use std::marker::PhantomData;

use tornado_core::__private::OwnFields;
use tornado_core::axum::{AppState, AxumMixin as _};
use tornado_core::{
    Application, Context as _, ErrorHandler, Exchange, Handler, Input as _, Output as _,
    RedirectHandler, RequestHandler, Result, Settings, StartErrorKind, StaticFileHandler, mount,
    nest, route, url,
};
use tornado_testing::{ExpectLog, TestClient};

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
        nest("/a", [url("/a", |base| Middle::<u8>(base, PhantomData))]),
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

/// The base of files, and of what wraps them.
#[test]
fn the_bases_of_static_files_need_state_too() {
    let rule = route::<StaticFileHandler<BaseHandler>>("/(.*)");
    let error = Application::new([rule], Settings::new()).unwrap_err();
    assert_eq!(error.kind(), StartErrorKind::State);
    let files = |base: BaseHandler| StaticFileHandler::with_base(base, "files");
    let settings = Settings::new()
        .static_path("files")
        .static_handler_class(files);
    let error = Application::new([], settings).unwrap_err();
    assert_eq!(error.kind(), StartErrorKind::State);
}

#[derive(Handler)]
#[handler(crate = tornado_core)]
struct AsksForState(Exchange);

impl RequestHandler for AsksForState {
    async fn get(&mut self) -> Result {
        let db: Db = self.state()?;
        self.write(db.0);
        Ok(())
    }

    async fn put(&mut self) -> Result {
        let AppState(Db(db)) = self.extract().await?;
        let AppState(Db(again)) = self.extract_parts().await?;
        self.write(format!("{db} {again}"));
        Ok(())
    }
}

#[tokio::test]
async fn a_state_is_asked_for() {
    let app = Application::new([url("/", AsksForState)], settings()).unwrap();
    let client = TestClient::new(app);
    assert_eq!(client.get("/").await.text(), "books");
    assert_eq!(client.put("/").await.text(), "books books");
}

#[tokio::test]
async fn a_state_that_is_not_there_is_a_500() {
    let app = Application::new([url("/", AsksForState)], Settings::new()).unwrap();
    let client = TestClient::new(app);
    let log = ExpectLog::new(
        "tornado.application",
        "(?s).*no state of type `it::state::Db`: give it to the application with",
    );
    assert_eq!(client.get("/").await.status(), 500);
    drop(log);
    let log = ExpectLog::new("tornado.application", "no state of type `it::state::Db`");
    assert_eq!(client.put("/").await.status(), 500);
    drop(log);
}

/// With one application inside another, each has its own state.
#[tokio::test]
async fn an_extractor_finds_the_state_of_the_innermost_application() {
    let inner = Application::new([url("/in", AsksForState)], settings()).unwrap();
    let router = axum::Router::new()
        .route("/out", axum::routing::get(async |AppState(Db(db))| db))
        .fallback_service(inner);
    let outer = Settings::new().state(Db("outer"));
    let client = TestClient::new(Application::new([mount(".*", router)], outer).unwrap());
    assert_eq!(client.put("/in").await.text(), "books books");
    assert_eq!(client.get("/out").await.text(), "outer");
}

#[test]
fn what_was_given_is_not_made() {
    let app = Application::builder(Settings::new())
        .state(7_u8)
        .build()
        .unwrap();
    assert_eq!(*app.state_or_init(|_| 8_u8), 7);
    assert_eq!(*app.state_or_init(|_| 9_u16), 9);
    assert_eq!((app.state::<u8>(), app.state::<u16>()), (Some(&7), None));
}

#[tokio::test]
async fn builtin_handlers_are_bases_as_any_other() {
    fn own<H: Handler>() -> OwnFields {
        H::OWN_FIELDS
    }
    assert_eq!(own::<Exchange>(), OwnFields::Remade);
    assert_eq!(own::<Middle<u8>>(), OwnFields::Remade);
    assert_eq!(own::<ErrorHandler>(), OwnFields::Given);
    assert_eq!(own::<RedirectHandler>(), OwnFields::Given);
    assert_eq!(own::<StaticFileHandler>(), OwnFields::Remade);

    #[derive(Handler)]
    #[handler(crate = tornado_core)]
    struct Files(StaticFileHandler<BaseHandler>);

    impl RequestHandler for Files {
        async fn get(&mut self) -> Result {
            let page = self.page();
            self.write(page);
            Ok(())
        }
    }

    let app = Application::new([route::<Files>("/(.*)")], settings()).unwrap();
    assert_eq!(TestClient::new(app).get("/").await.text(), "books 2");
}
