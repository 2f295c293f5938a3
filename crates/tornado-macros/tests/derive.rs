//! `#[derive(Handler)]` against a small stand-in for `tornado_web`.
// The output of the derive must not trip the lints of its users.
#![deny(warnings, unused_lifetimes, unused_qualifications)]

#[expect(unreachable_pub, reason = "the doc examples use this stand-in too")]
mod mock;

use std::{marker::PhantomData, sync::Arc};

use mock::{
    __private::{Handler as _, HandlersHaveNoDrop, OwnFields, StateNeeds},
    prelude::*,
};
use tornado_macros::Handler;

#[derive(Handler)]
#[handler(crate = crate::mock)]
struct BaseHandler(Exchange);

impl BaseHandler {
    fn page(&self) -> String {
        format!("page {}", self.id)
    }
}

impl RequestHandler for BaseHandler {
    fn get_login_url(&self) -> Result<String> {
        Ok("/login".to_owned())
    }
}

#[derive(Clone, Debug, PartialEq)]
struct Db(u32);

#[derive(Handler)]
#[handler(crate = crate::mock)]
struct MainHandler(BaseHandler, #[default] u8, #[state] Db);

impl RequestHandler for MainHandler {}

/// Has no `Default`.
struct Title(u32);

#[derive(Handler)]
#[handler(crate = crate::mock)]
struct EntryHandler {
    title: Arc<Title>,
    base: MainHandler,
}

impl RequestHandler for EntryHandler {}

/// Its base has no `FromExchange`.
#[derive(Handler)]
#[handler(crate = crate::mock)]
struct DeepHandler(EntryHandler);

impl RequestHandler for DeepHandler {}

trait Store: Send + Sync + 'static {}
impl Store for u64 {}

#[derive(Handler)]
#[handler(crate = crate::mock)]
struct Generic<B, S: Store, T, const N: usize = 2>
where
    B: Send,
    T: Send + Sync + 'static,
{
    #[state]
    pair: (T, T),
    store: PhantomData<[S; N]>,
    #[base]
    inner: B,
}

impl<B, S, T, const N: usize> RequestHandler for Generic<B, S, T, N>
where
    B: RequestHandler,
    S: Store,
    T: Clone + Send + Sync,
{
}

#[derive(Handler)]
#[handler(crate = crate::mock)]
struct Given {
    base: Exchange,
    #[given]
    title: &'static str,
    #[state]
    db: Db,
}

impl RequestHandler for Given {}

#[derive(Handler)]
#[handler(crate = crate::mock, own_from_exchange, no_deref)]
struct OwnFrom(Exchange);

impl RequestHandler for OwnFrom {}

impl FromExchange for OwnFrom {
    fn from_exchange(mut exchange: Exchange) -> Self {
        exchange.id += 1;
        Self(exchange)
    }
}

fn exchange(id: u32) -> Exchange {
    Exchange { id, state: None }
}

fn with_state<T: Send + Sync + 'static>(id: u32, state: T) -> Exchange {
    Exchange {
        id,
        state: Some(Arc::new(state)),
    }
}

fn entry(id: u32) -> EntryHandler {
    EntryHandler {
        title: Arc::new(Title(5)),
        base: MainHandler(BaseHandler(exchange(id)), 0, Db(1)),
    }
}

#[test]
fn hooks_left_out_are_the_bases() {
    assert_eq!(DeepHandler(entry(1)).get_login_url().unwrap(), "/login");
}

#[test]
fn the_exchange_is_the_innermost() {
    let mut entry = entry(7);
    assert_eq!(entry.exchange().id, 7);
    entry.exchange_mut().id = 8;
    assert_eq!(entry.base().base().base().id, 8);
    entry.base_mut().1 = 3;
    assert_eq!(entry.base.1, 3);
}

#[test]
fn what_the_bases_have_is_there_at_any_depth() {
    let mut deep = DeepHandler(entry(7));
    assert_eq!((deep.title.0, deep.page().as_str()), (5, "page 7"));
    deep.id = 8;
    assert_eq!(deep.page(), "page 8");
}

#[test]
fn from_exchange_fills_what_is_marked() {
    let main = MainHandler::from_exchange(with_state(9, Db(2)));
    assert_eq!((main.id, main.1, &main.2), (9, 0, &Db(2)));
    let generic = Generic::<BaseHandler, u64, u8, 3>::from_exchange(with_state(4, (1_u8, 2_u8)));
    assert_eq!(
        (generic.id, generic.pair, generic.store),
        (4, (1, 2), PhantomData)
    );
    assert_eq!(generic.get_login_url().unwrap(), "/login");
    assert_eq!(OwnFrom::from_exchange(exchange(1)).exchange().id, 2);
}

#[test]
fn needs_are_those_of_all_bases() {
    let mut needs = StateNeeds::default();
    Generic::<MainHandler, u64, u8>::needs(&mut needs);
    let generic = "derive::Generic<derive::MainHandler, u64, u8> pair (u8, u8)";
    assert_eq!(needs.0, ["derive::MainHandler 2 derive::Db", generic]);
}

#[test]
fn a_handler_is_taken_off_its_base_and_put_around_it_again() {
    type Around = Generic<MainHandler, u64, Db>;
    assert_eq!(Around::OWN_FIELDS, OwnFields::Remade);
    assert_eq!(BaseHandler::OWN_FIELDS, OwnFields::Remade);
    assert_eq!(Given::OWN_FIELDS, OwnFields::Given);
    assert_eq!(MainHandler::OWN_FIELDS, OwnFields::Lost(&["1"]));
    assert_eq!(EntryHandler::OWN_FIELDS, OwnFields::Lost(&["title"]));

    let mut main = MainHandler(BaseHandler(with_state(1, (Db(1), Db(2)))), 3, Db(4));
    main.1 = 5;
    let around = Around::around(main).expect("the state is there");
    assert_eq!((&around.pair, around.1), (&(Db(1), Db(2)), 5));
    assert_eq!(around.into_base().1, 5);

    let main = || MainHandler(BaseHandler(exchange(1)), 3, Db(4));
    assert!(Around::around(main()).is_none(), "there is no such state");
    assert!(EntryHandler::around(main()).is_none());
    let given = Given {
        base: exchange(1),
        title: "a",
        db: Db(1),
    };
    assert_eq!((given.title, given.db.0), ("a", 1));
    assert!(Given::around(given.into_base()).is_none());
}

#[test]
fn vacant_is_from_exchange_where_that_can_be() {
    let main = MainHandler::vacant(with_state(9, Db(2))).expect("all is marked");
    assert_eq!((main.id, main.1, &main.2), (9, 0, &Db(2)));
    assert!(
        MainHandler::vacant(exchange(9)).is_none(),
        "the state is missing"
    );
    assert!(EntryHandler::vacant(with_state(9, Db(2))).is_none());
    assert!(DeepHandler::vacant(with_state(9, Db(2))).is_none());
    assert!(Given::vacant(with_state(9, Db(2))).is_none());
    assert!(OwnFrom::vacant(exchange(9)).is_some());
}

#[test]
fn handlers_are_told_to_have_no_drop() {
    fn is_told<T: HandlersHaveNoDrop>() {}
    is_told::<MainHandler>();
    is_told::<Generic<MainHandler, u64, u8>>();
}

/// Determines at compile time whether `T: FromExchange`: the inherent constant wins if the bound
/// holds.
struct HasFrom<T>(PhantomData<T>);

trait No {
    const HAS: bool = false;
}

impl<T> No for HasFrom<T> {}

impl<T: FromExchange> HasFrom<T> {
    const HAS: bool = true;
}

#[test]
fn from_exchange_holds_only_where_all_is_marked() {
    let has = [
        <HasFrom<MainHandler>>::HAS,
        <HasFrom<EntryHandler>>::HAS,
        <HasFrom<DeepHandler>>::HAS,
        <HasFrom<Given>>::HAS,
        <HasFrom<Generic<EntryHandler, u64, u8>>>::HAS,
    ];
    assert_eq!(has, [true, false, false, false, false]);
}

/// A struct without a path of its own, with the names of the services in scope.
#[test]
fn a_handler_may_stand_in_a_function() {
    trait Output {
        fn write(&mut self) {}
    }
    impl<T> Output for T {}

    #[derive(Handler)]
    #[handler(crate = crate::mock)]
    struct Local<B>(B);
    impl<B: RequestHandler> RequestHandler for Local<B> {}

    let mut local = Local(exchange(1));
    local.write();
    assert_eq!(local.id, 1);
}
