//! `#[derive(Handler)]` against a small stand-in for `tornado_web`.
// What the derive writes must not trip the lints of those who use it.
#![deny(warnings, unused_lifetimes, unused_qualifications)]

#[expect(unreachable_pub, reason = "the doc examples use this stand-in too")]
mod mock;

use std::{marker::PhantomData, sync::Arc};

use mock::{__private::Handler as _, prelude::*};
use tornado_macros::Handler;

#[derive(Handler)]
#[handler(crate = crate::mock)]
struct BaseHandler(Exchange);

impl RequestHandler for BaseHandler {
    fn get_login_url(&self) -> String {
        "/login".to_owned()
    }
}

#[derive(Handler)]
#[handler(crate = mock)]
struct MainHandler(BaseHandler, u8);

impl RequestHandler for MainHandler {}

/// Has no `Default`.
struct Db(u32);

#[derive(Handler)]
#[handler(crate = mock)]
struct EntryHandler {
    db: Arc<Db>,
    base: MainHandler,
}

impl RequestHandler for EntryHandler {}

/// Its base has no `From<Exchange>`.
#[derive(Handler)]
#[handler(crate = mock)]
struct DeepHandler(EntryHandler);

impl RequestHandler for DeepHandler {}

trait Store: Send + Sync + 'static {}
impl Store for u64 {}

#[derive(Handler)]
#[handler(crate = mock)]
struct Generic<B, S: Store, const N: usize = 2>
where
    B: Send,
{
    sizes: [u16; 2],
    store: PhantomData<[S; N]>,
    #[base]
    inner: B,
}

impl<B: RequestHandler, S: Store, const N: usize> RequestHandler for Generic<B, S, N> {}

#[derive(Handler)]
#[handler(crate = mock, no_from)]
struct OwnFrom(Exchange);

impl RequestHandler for OwnFrom {}

impl From<Exchange> for OwnFrom {
    fn from(exchange: Exchange) -> Self {
        Self(Exchange {
            id: exchange.id + 1,
        })
    }
}

#[test]
fn hooks_left_out_are_the_bases() {
    let entry = EntryHandler {
        db: Arc::new(Db(5)),
        base: MainHandler(BaseHandler(Exchange { id: 1 }), 0),
    };
    assert_eq!(entry.db.0, 5);
    let deep = DeepHandler(entry);
    assert_eq!(deep.get_login_url(), "/login");
}

#[test]
fn the_exchange_is_the_innermost() {
    let mut entry = EntryHandler {
        db: Arc::new(Db(0)),
        base: MainHandler(BaseHandler(Exchange { id: 7 }), 0),
    };
    assert_eq!(entry.exchange().id, 7);
    entry.exchange_mut().id = 8;
    assert_eq!(entry.base().base().base().id, 8);
    entry.base_mut().1 = 3;
    assert_eq!(entry.base.1, 3);
}

#[test]
fn from_exchange_fills_the_other_fields() {
    let main = MainHandler::from(Exchange { id: 9 });
    assert_eq!((main.exchange().id, main.1), (9, 0));
    let generic: Generic<MainHandler, u64, 3> = Exchange { id: 4 }.into();
    assert_eq!(generic.exchange().id, 4);
    assert_eq!((generic.sizes, generic.store), ([0, 0], PhantomData));
    assert_eq!(generic.get_login_url(), "/login");
    assert_eq!(OwnFrom::from(Exchange { id: 1 }).exchange().id, 2);
}

/// Tells at compile time whether `T: From<Exchange>`: the inherent constant wins where the bound holds.
struct HasFrom<T>(PhantomData<T>);

trait No {
    const HAS: bool = false;
}

impl<T> No for HasFrom<T> {}

impl<T: From<Exchange>> HasFrom<T> {
    const HAS: bool = true;
}

#[test]
fn from_exchange_holds_only_where_it_can() {
    let has = [
        <HasFrom<MainHandler>>::HAS,
        <HasFrom<EntryHandler>>::HAS,
        <HasFrom<DeepHandler>>::HAS,
        <HasFrom<Generic<EntryHandler, u64>>>::HAS,
    ];
    assert_eq!(has, [true, false, false, false]);
}
