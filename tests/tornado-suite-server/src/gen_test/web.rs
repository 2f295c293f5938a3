//! `GenWebTest`: handlers that wait between writes.
//!
//! In Python most of them are `@gen.coroutine`, and `yield gen.moment` gives the
//! loop a turn, which `yield_now` does here.

use tokio::task::yield_now;
use tornado_web::prelude::*;

use crate::app::{AppResult, Apps};
use crate::spec::Spec;

pub(super) const APPS: Apps = &[("GenWebTest", gen_web_test)];

fn gen_web_test(_: &Spec) -> AppResult {
    let handlers = [
        url("/coroutine_sequence", CoroutineSequenceHandler),
        url(
            "/coroutine_unfinished_sequence",
            CoroutineUnfinishedSequenceHandler,
        ),
        url("/undecorated_coroutine", |base| {
            UndecoratedCoroutinesHandler {
                base,
                chunks: String::new(),
            }
        }),
        url("/async_prepare_error", AsyncPrepareErrorHandler),
        url("/native_coroutine", NativeCoroutineHandler),
    ];
    Ok(Application::new(handlers, Settings::new())?.into())
}

#[derive(Handler)]
struct CoroutineSequenceHandler(Exchange);

impl RequestHandler for CoroutineSequenceHandler {
    async fn get(&mut self) -> Result {
        yield_now().await;
        self.write("1");
        yield_now().await;
        self.write("2");
        yield_now().await;
        self.write("3");
        self.finish();
        Ok(())
    }
}

/// It writes, and leaves finishing to Tornado.
#[derive(Handler)]
struct CoroutineUnfinishedSequenceHandler(Exchange);

impl RequestHandler for CoroutineUnfinishedSequenceHandler {
    async fn get(&mut self) -> Result {
        yield_now().await;
        self.write("1");
        yield_now().await;
        self.write("2");
        yield_now().await;
        self.write("3");
        Ok(())
    }
}

#[derive(Handler)]
struct UndecoratedCoroutinesHandler {
    base: Exchange,
    chunks: String,
}

impl RequestHandler for UndecoratedCoroutinesHandler {
    async fn prepare(&mut self) -> Result {
        yield_now().await;
        self.chunks.push('1');
        Ok(())
    }

    async fn get(&mut self) -> Result {
        self.chunks.push('2');
        yield_now().await;
        self.chunks.push('3');
        yield_now().await;
        let chunks = self.chunks.clone();
        self.write(chunks);
        Ok(())
    }
}

#[derive(Handler)]
struct AsyncPrepareErrorHandler(Exchange);

impl RequestHandler for AsyncPrepareErrorHandler {
    async fn prepare(&mut self) -> Result {
        yield_now().await;
        Err(HttpError::new(403).into())
    }

    async fn get(&mut self) -> Result {
        self.write("ok");
        Ok(())
    }
}

#[derive(Handler)]
struct NativeCoroutineHandler(Exchange);

impl RequestHandler for NativeCoroutineHandler {
    async fn get(&mut self) -> Result {
        yield_now().await;
        self.write("ok");
        Ok(())
    }
}
