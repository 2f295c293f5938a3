//! `docs/guide/abstract-bases.md`.

use std::collections::BTreeMap;
use std::marker::PhantomData;
use std::sync::Arc;

use serde_json::json;
use tornado_web::Rule;
use tornado_web::prelude::*;
use tornado_web::testing::{ExpectLog, TestClient};

use crate::support::ask_both;

struct Db {
    books: Vec<&'static str>,
}

struct Book;

impl Book {
    fn select(db: &Db) -> Vec<String> {
        db.books.iter().copied().map(str::to_owned).collect()
    }
}

// ANCHOR: list
#[derive(Clone, Copy)]
struct Model(fn(&Db) -> Vec<String>);

#[derive(Clone, Copy)]
struct Template(&'static str);

#[derive(Handler)]
#[class(Template("{}\n"))]
struct ListHandler {
    base: Exchange,
    #[state]
    db: Arc<Db>,
}

impl RequestHandler for ListHandler {
    async fn get(&mut self) -> Result {
        let Some(Model(select)) = self.attribute() else {
            return Err(Error::msg("this list has no `Model`"));
        };
        let Template(template) = self.attribute().expect("it is above");
        for row in select(&self.db) {
            self.write(template.replace("{}", &row));
        }
        Ok(())
    }
}

#[derive(Handler)]
#[class(Model(Book::select), Template("<li>{}</li>\n"))]
struct BooksHandler(ListHandler);

impl RequestHandler for BooksHandler {}
// ANCHOR_END: list

#[derive(Handler)]
#[class(Model(Book::select))]
struct PlainBooksHandler(ListHandler);

impl RequestHandler for PlainBooksHandler {}

// ANCHOR: list_of
trait Select: Send + Sync + 'static {
    fn select(db: &Db) -> Vec<String>;
}

#[derive(Handler)]
struct ListOf<M: Select> {
    base: Exchange,
    #[state]
    db: Arc<Db>,
    model: PhantomData<M>,
}

#[derive(Handler)]
#[class(Template("<li>{}</li>\n"))]
struct Books(ListOf<Book>);
// ANCHOR_END: list_of

impl<M: Select> RequestHandler for ListOf<M> {
    async fn get(&mut self) -> Result {
        let Template(template) = self.attribute().unwrap_or(Template("{}\n"));
        for row in M::select(&self.db) {
            self.write(template.replace("{}", &row));
        }
        Ok(())
    }
}

impl RequestHandler for Books {}

impl Select for Book {
    fn select(db: &Db) -> Vec<String> {
        Book::select(db)
    }
}

struct Account {
    name: &'static str,
    roles: &'static [Role],
}

fn account(key: Option<&str>) -> Option<User> {
    let (name, roles): (_, &[Role]) = match key? {
        "kim" => ("Kim", &[Role::Member, Role::Admin]),
        "lee" => ("Lee", &[Role::Member]),
        _ => return None,
    };
    Some(User::new(Account { name, roles }))
}

// ANCHOR: role
#[derive(Clone, Copy, PartialEq)]
enum Role {
    Member,
    Admin,
}

#[derive(Clone, Copy)]
struct Requires(Role);

#[derive(Handler)]
struct BaseHandler(Exchange);

impl RequestHandler for BaseHandler {
    async fn get_current_user(&mut self) -> Result<Option<User>> {
        let name = self.request().headers().get("X-User");
        Ok(account(name.and_then(|name| name.to_str().ok())))
    }

    async fn prepare(&mut self) -> Result {
        if let Some(Requires(role)) = self.attribute() {
            self.require(role).await?;
        }
        Ok(())
    }
}

impl BaseHandler {
    async fn require(&mut self, role: Role) -> Result<User> {
        let user = self.current_user().await?;
        let has_role = |user: &User| match user.get::<Account>() {
            Some(account) => account.roles.contains(&role),
            None => false,
        };
        user.filter(has_role)
            .ok_or_else(|| HttpError::new(403).into())
    }
}
// ANCHOR_END: role

// ANCHOR: decorator
impl BaseHandler {
    async fn require_admin(&mut self) -> Result<User> {
        self.require(Role::Admin).await
    }
}

#[derive(Handler)]
#[class(Requires(Role::Member))]
struct ClubHandler(BaseHandler);

impl RequestHandler for ClubHandler {
    async fn get(&mut self) -> Result {
        self.write("for members\n");
        Ok(())
    }

    async fn delete(&mut self) -> Result {
        let user = self.require_admin().await?;
        let name = user.get().map_or("?", |account: &Account| account.name);
        self.write(format!("closed by {name}\n"));
        Ok(())
    }
}
// ANCHOR_END: decorator

// ANCHOR: token
#[derive(Handler)]
struct ClubFeedHandler(ClubHandler);

impl RequestHandler for ClubFeedHandler {
    async fn get_current_user(&mut self) -> Result<Option<User>> {
        let token = self.get_argument_opt("token")?;
        Ok(account(token.as_deref()))
    }
}
// ANCHOR_END: token

// ANCHOR: errors
#[derive(Clone, Copy)]
struct ErrorPage(fn(u16, &str) -> String);

#[derive(Handler)]
#[class(ErrorPage(|status, reason| format!("<h1>{status}: {reason}</h1>\n")))]
struct PageHandler(Exchange);

impl RequestHandler for PageHandler {
    async fn write_error(&mut self, status: u16, _: Option<&Error>) -> Result {
        let ErrorPage(page) = self.attribute().expect("it is above");
        self.write(page(status, &self.get_reason()));
        Ok(())
    }
}

#[derive(Handler)]
#[class(ErrorPage(|_, reason| format!("<h1>The shop is closed: {reason}</h1>\n")))]
struct ShopHandler(PageHandler);

impl RequestHandler for ShopHandler {
    async fn get(&mut self) -> Result {
        Err(HttpError::new(503).into())
    }
}

#[derive(Handler)]
struct OrdersHandler(PageHandler);

impl RequestHandler for OrdersHandler {
    async fn write_error(&mut self, _: u16, _: Option<&Error>) -> Result {
        let reason = self.get_reason();
        self.write(json!({ "error": reason }));
        Ok(())
    }

    async fn get(&mut self) -> Result {
        Err(HttpError::new(503).into())
    }
}
// ANCHOR_END: errors

#[derive(Handler)]
struct PlainPageHandler(PageHandler);

impl RequestHandler for PlainPageHandler {
    async fn get(&mut self) -> Result {
        Err(HttpError::new(404).into())
    }
}

// ANCHOR: page
type Params = BTreeMap<&'static str, String>;

trait Page: RequestHandler {
    fn render_params(&self) -> Params;

    fn render_page(&mut self, template: &str) {
        let page = fill(template, &self.render_params());
        self.write(page);
    }
}
// ANCHOR_END: page

fn fill(template: &str, params: &Params) -> String {
    let mut text = template.to_owned();
    for (name, value) in params {
        text = text.replace(&format!("{{{name}}}"), value);
    }
    text
}

// ANCHOR: params
#[derive(Handler)]
struct SiteHandler(BaseHandler);

impl RequestHandler for SiteHandler {}

impl Page for SiteHandler {
    fn render_params(&self) -> Params {
        Params::from([("site", "Library".to_owned())])
    }
}

#[derive(Handler)]
struct SectionHandler(SiteHandler);

impl RequestHandler for SectionHandler {}

impl Page for SectionHandler {
    fn render_params(&self) -> Params {
        let mut params = self.base().render_params();
        params.insert("section", "Novels".to_owned());
        params
    }
}

#[derive(Handler)]
struct NovelHandler(SectionHandler);

impl Page for NovelHandler {
    fn render_params(&self) -> Params {
        let mut params = self.base().render_params();
        let title = self.path_args()[0].clone().unwrap_or_default();
        params.insert("title", title);
        params
    }
}

impl RequestHandler for NovelHandler {
    async fn get(&mut self) -> Result {
        self.render_page("{site} > {section} > {title}\n");
        Ok(())
    }
}

#[derive(Handler)]
struct NewestHandler(SectionHandler);

impl RequestHandler for NewestHandler {
    async fn get(&mut self) -> Result {
        self.render_page("{site} > {section}\n");
        Ok(())
    }
}
// ANCHOR_END: params

// ANCHOR: template_method
trait View: Page {
    fn show(&mut self) -> Result {
        self.render_page("{site}: {view}\n");
        Ok(())
    }
}

impl<H: Page> View for H {}

#[derive(Handler)]
struct MapHandler(SiteHandler);

impl Page for MapHandler {
    fn render_params(&self) -> Params {
        let mut params = self.base().render_params();
        params.insert("view", "map".to_owned());
        params
    }
}

impl RequestHandler for MapHandler {
    async fn get(&mut self) -> Result {
        self.show()
    }
}
// ANCHOR_END: template_method

// ANCHOR: mixins
#[derive(Handler)]
struct JsonErrors<B>(B);

impl<B: RequestHandler> RequestHandler for JsonErrors<B> {
    async fn write_error(&mut self, _: u16, _: Option<&Error>) -> Result {
        let reason = self.get_reason();
        self.write(json!({ "error": reason }));
        Ok(())
    }
}

#[derive(Handler)]
struct NoStore<B>(B);

impl<B: RequestHandler> RequestHandler for NoStore<B> {
    fn set_default_headers(&mut self) {
        self.base_mut().set_default_headers();
        self.set_header("Cache-Control", "no-store");
    }
}

#[derive(Handler)]
struct StockHandler(JsonErrors<NoStore<BaseHandler>>);

impl RequestHandler for StockHandler {
    async fn get(&mut self) -> Result {
        let user = self.require(Role::Member).await?;
        let name = user.get().map_or("?", |account: &Account| account.name);
        self.write(json!({ "for": name, "books": 2 }));
        Ok(())
    }
}
// ANCHOR_END: mixins

fn app(rules: impl IntoIterator<Item = Rule>) -> Application {
    let db = Arc::new(Db {
        books: vec!["Snow Crash", "Anathem"],
    });
    Application::new(rules, Settings::new().state(db)).unwrap()
}

fn rules() -> [Rule; 11] {
    [
        route::<BooksHandler>(r"/books"),
        route::<PlainBooksHandler>(r"/books.txt"),
        route::<ClubHandler>(r"/club"),
        route::<ClubFeedHandler>(r"/feed"),
        route::<ShopHandler>(r"/shop"),
        route::<OrdersHandler>(r"/orders"),
        route::<PlainPageHandler>(r"/page"),
        route::<NovelHandler>(r"/novel/(\w+)"),
        route::<NewestHandler>(r"/newest"),
        route::<MapHandler>(r"/map"),
        route::<StockHandler>(r"/stock"),
    ]
}

#[tokio::test]
async fn each_shape_answers_as_its_python() {
    let kim: &[(&str, &str)] = &[("X-User", "kim")];
    let lee: &[(&str, &str)] = &[("X-User", "lee")];
    let answers = ask_both(
        app(rules()),
        "docs/python/abstract_bases.py",
        [
            ("/books", &[]),
            ("/books.txt", &[]),
            ("/club", &[]),
            ("/club", lee),
            ("DELETE /club", lee),
            ("DELETE /club", kim),
            ("/feed", lee),
            ("/feed?token=lee", &[]),
            ("DELETE /feed?token=kim", &[]),
            ("/shop", &[]),
            ("/orders", &[]),
            ("/page", &[]),
            ("/novel/Anathem", &[]),
            ("/newest", &[]),
            ("/map", &[]),
            ("/stock", &[]),
            ("/stock", lee),
        ],
    )
    .await;
    let answers = answers.each_ref();
    let texts = answers.map(|answer| (answer.status(), answer.text()));
    let forbidden = "<html><title>403: Forbidden</title><body>403: Forbidden</body></html>";
    assert_eq!(
        texts,
        [
            (200, "<li>Snow Crash</li>\n<li>Anathem</li>\n"),
            (200, "Snow Crash\nAnathem\n"),
            (403, forbidden),
            (200, "for members\n"),
            (403, forbidden),
            (200, "closed by Kim\n"),
            (403, forbidden),
            (200, "for members\n"),
            (200, "closed by Kim\n"),
            (503, "<h1>The shop is closed: Service Unavailable</h1>\n"),
            (503, r#"{"error": "Service Unavailable"}"#),
            (404, "<h1>404: Not Found</h1>\n"),
            (200, "Library > Novels > Anathem\n"),
            (200, "Library > Novels\n"),
            (200, "Library: map\n"),
            (403, r#"{"error": "Forbidden"}"#),
            (200, r#"{"for": "Lee", "books": 2}"#),
        ]
    );
    let [.., refused, stock] = answers;
    assert_eq!(refused.header("Cache-Control"), Some("no-store"));
    assert_eq!(stock.header("Cache-Control"), Some("no-store"));
}

#[tokio::test]
async fn a_type_parameter_is_a_class_attribute_that_is_checked() {
    let client = TestClient::new(app([route::<Books>(r"/books")]));
    let response = client.get("/books").await;
    assert_eq!(response.text(), "<li>Snow Crash</li>\n<li>Anathem</li>\n");
}

#[tokio::test]
async fn a_list_without_a_model_is_a_500() {
    let client = TestClient::new(app([route::<ListHandler>(r"/list")]));
    let _expected = ExpectLog::new("tornado.application", "(?s).*this list has no `Model`");
    assert_eq!(client.get("/list").await.status(), 500);
}

/// What the chapter says in prose.
mod claims {
    use std::future::Future;

    use super::*;

    /// An async method that subclasses extend.
    trait Greets: RequestHandler {
        fn greeting(&mut self) -> impl Future<Output = Result<String>> + Send;

        fn greet(&mut self) -> impl Future<Output = Result> + Send {
            async {
                let greeting = self.greeting().await?;
                self.write(greeting);
                Ok(())
            }
        }
    }

    #[derive(Handler)]
    struct Root(Exchange);

    impl Greets for Root {
        async fn greeting(&mut self) -> Result<String> {
            let user = self.current_user().await?;
            let name = user.as_ref().and_then(User::get::<String>);
            Ok(format!("Hello, {}", name.map_or("?", String::as_str)))
        }
    }

    impl RequestHandler for Root {
        async fn get(&mut self) -> Result {
            self.greet().await
        }
    }

    #[derive(Clone, Copy)]
    struct HasGreeting;

    /// A mixin that requires something of its base through a trait.
    #[derive(Handler)]
    #[class(HasGreeting)]
    struct Loud<B>(B);

    impl<B: Greets> RequestHandler for Loud<B> {
        async fn post(&mut self) -> Result {
            let greeting = self.base_mut().greeting().await?;
            self.write(greeting.to_uppercase());
            Ok(())
        }
    }

    /// Of two classes that inherit from the same base, one is generic.
    #[derive(Handler)]
    struct Right(Root);

    impl RequestHandler for Right {}

    #[derive(Handler)]
    struct Both(Loud<Right>);

    impl Greets for Both {
        async fn greeting(&mut self) -> Result<String> {
            let greeting = self.base_mut().greeting().await?;
            Ok(format!("{greeting}!"))
        }
    }

    impl Greets for Right {
        async fn greeting(&mut self) -> Result<String> {
            let greeting = self.base_mut().greeting().await?;
            Ok(format!("{greeting} there"))
        }
    }

    impl RequestHandler for Both {
        async fn get_current_user(&mut self) -> Result<Option<User>> {
            Ok(Some("Kim".into()))
        }

        async fn put(&mut self) -> Result {
            assert!(self.attribute::<HasGreeting>().is_some());
            self.greet().await
        }
    }

    #[tokio::test]
    async fn what_the_prose_says_is_so() {
        let client = TestClient::new(app([route::<Both>(r"/"), route::<Right>(r"/right")]));
        // A hook of the base calls its own method, but a service asks the subclass's hook.
        assert_eq!(client.get("/").await.text(), "Hello, Kim");
        assert_eq!(client.put("/").await.text(), "Hello, Kim there!");
        assert_eq!(client.post("/").await.text(), "HELLO, KIM THERE");
        assert_eq!(client.get("/right").await.text(), "Hello, ?");
    }
}
