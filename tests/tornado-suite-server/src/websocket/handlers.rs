//! `WebSocketTest` and `WebSocketNativeCoroutineTest`: each hook, and how it fails.

use std::time::Duration;

use tornado_web::prelude::*;
use tornado_web::template::DictLoader;
use tornado_web::websocket::{Message, WebSocket};
use tornado_web::{Error, url_from_exchange};

use super::{EchoHandler, TestHandler, socket};
use crate::app::{AppResult, Apps};
use crate::events;
use crate::spec::Spec;

pub(super) const APPS: Apps = &[
    ("WebSocketTest", web_socket_test),
    ("WebSocketNativeCoroutineTest", native_coroutine_test),
];

fn web_socket_test(_: &Spec) -> AppResult {
    let handlers = [
        socket!("/echo", EchoHandler, telling),
        url("/non_ws", NonWebSocketHandler),
        url("/redirect", RedirectHandler),
        socket!("/header", HeaderHandler, telling),
        socket!("/header_echo", HeaderEchoHandler, telling),
        socket!("/close_reason", CloseReasonHandler, telling),
        socket!("/error_in_on_message", ErrorInOnMessageHandler, telling),
        socket!(
            "/error_in_async_on_message",
            ErrorInAsyncOnMessageHandler,
            telling
        ),
        socket!("/cancelled_in_on_message", PanicInOnMessageHandler, telling),
        socket!(
            "/cancelled_in_async_on_message",
            PanicInAsyncOnMessageHandler,
            telling
        ),
        socket!("/async_prepare", AsyncPrepareHandler, telling),
        socket!("/path_args/(.*)", PathArgsHandler, telling),
        coroutine("/coroutine", true),
        socket!("/render", RenderMessageHandler, telling),
        url_from_exchange("/subprotocol", |exchange| SubprotocolHandler {
            base: TestHandler::telling(tornado_web::FromExchange::from_exchange(exchange)),
            called: false,
        }),
        url_from_exchange("/open_coroutine", |exchange| OpenCoroutineHandler {
            base: TestHandler::telling(tornado_web::FromExchange::from_exchange(exchange)),
            open_finished: false,
        }),
        socket!("/error_in_open", ErrorInOpenHandler, new),
        socket!("/error_in_async_open", ErrorInAsyncOpenHandler, new),
        socket!("/nodelay", NoDelayHandler, new),
    ];
    let loader = DictLoader::new([("message.html", "<b>{{ message }}</b>")]);
    let settings = Settings::new().template_loader(loader);
    Ok(Application::new(handlers, settings)?.into())
}

fn native_coroutine_test(_: &Spec) -> AppResult {
    Ok(Application::new([coroutine("/native", false)], Settings::new())?.into())
}

fn coroutine(pattern: &'static str, tells: bool) -> tornado_web::Rule {
    url_from_exchange(pattern, move |exchange| CoroutineOnMessageHandler {
        base: TestHandler {
            close_future: tells,
            ..TestHandler::new(tornado_web::FromExchange::from_exchange(exchange))
        },
        sleeping: 0,
    })
}

#[derive(Handler)]
struct NonWebSocketHandler(Exchange);

impl RequestHandler for NonWebSocketHandler {
    async fn get(&mut self) -> Result {
        self.write("ok");
        Ok(())
    }
}

#[derive(Handler)]
struct RedirectHandler(Exchange);

impl RequestHandler for RedirectHandler {
    async fn get(&mut self) -> Result {
        self.redirect("/echo");
        Ok(())
    }
}

#[derive(Handler)]
#[handler(websocket)]
struct RenderMessageHandler(TestHandler);

impl RequestHandler for RenderMessageHandler {}

impl WebSocket for RenderMessageHandler {
    async fn on_message(&mut self, message: Message) -> Result {
        let context = context! { message = message.as_text().unwrap_or_default() };
        let page = self.render_string("message.html", context).await?;
        Ok(self.write_message(page).await?)
    }
}

/// Tries what needs a response, which does not exist.
#[derive(Handler)]
#[handler(websocket)]
struct HeaderHandler(TestHandler);

impl RequestHandler for HeaderHandler {}

impl WebSocket for HeaderHandler {
    async fn open(&mut self) -> Result {
        let refused = |handler: &mut Self| match handler.take_raised() {
            Ok(()) => Err(Error::msg("did not get expected exception")),
            Err(_) => Ok(()),
        };
        self.write("This should not work");
        refused(self)?;
        self.redirect("http://localhost/elsewhere");
        refused(self)?;
        self.set_header("X-Test", "");
        refused(self)?;
        self.set_cookie("Chocolate", "Chip");
        refused(self)?;
        self.set_status(503);
        refused(self)?;
        if self.flush().await.is_ok() {
            return Err(Error::msg("did not get expected exception"));
        }
        self.finish();
        refused(self)?;
        let text = self.get_header("X-Test").unwrap_or_default();
        Ok(self.write_message(text).await?)
    }
}

#[derive(Handler)]
#[handler(websocket)]
struct HeaderEchoHandler(TestHandler);

impl RequestHandler for HeaderEchoHandler {
    fn set_default_headers(&mut self) {
        self.set_header("X-Extra-Response-Header", "Extra-Response-Value");
    }

    async fn prepare(&mut self) -> Result {
        for (name, value) in self.request().headers().clone() {
            if let Some(name) = name.filter(|name| name.as_str().starts_with("x-test")) {
                self.set_header(name, value);
            }
        }
        Ok(())
    }
}

impl WebSocket for HeaderEchoHandler {}

#[derive(Handler)]
#[handler(websocket)]
struct CloseReasonHandler(TestHandler);

impl RequestHandler for CloseReasonHandler {}

impl WebSocket for CloseReasonHandler {
    async fn open(&mut self) -> Result {
        Ok(self.close_with(1001, "goodbye")?)
    }
}

#[derive(Handler)]
#[handler(websocket)]
struct ErrorInOnMessageHandler(TestHandler);

impl RequestHandler for ErrorInOnMessageHandler {}

impl WebSocket for ErrorInOnMessageHandler {
    async fn on_message(&mut self, _message: Message) -> Result {
        Err(Error::msg("division by zero"))
    }
}

#[derive(Handler)]
#[handler(websocket)]
struct ErrorInAsyncOnMessageHandler(TestHandler);

impl RequestHandler for ErrorInAsyncOnMessageHandler {}

impl WebSocket for ErrorInAsyncOnMessageHandler {
    async fn on_message(&mut self, _message: Message) -> Result {
        tokio::task::yield_now().await;
        Err(Error::msg("division by zero"))
    }
}

/// Nobody can cancel a hook from within; besides errors there are panics.
#[derive(Handler)]
#[handler(websocket)]
struct PanicInOnMessageHandler(TestHandler);

impl RequestHandler for PanicInOnMessageHandler {}

impl WebSocket for PanicInOnMessageHandler {
    async fn on_message(&mut self, _message: Message) -> Result {
        panic!("cancelled")
    }
}

#[derive(Handler)]
#[handler(websocket)]
struct PanicInAsyncOnMessageHandler(TestHandler);

impl RequestHandler for PanicInAsyncOnMessageHandler {}

impl WebSocket for PanicInAsyncOnMessageHandler {
    async fn on_message(&mut self, _message: Message) -> Result {
        tokio::task::yield_now().await;
        panic!("cancelled")
    }
}

#[derive(Handler)]
#[handler(websocket)]
struct AsyncPrepareHandler(TestHandler);

impl RequestHandler for AsyncPrepareHandler {
    async fn prepare(&mut self) -> Result {
        tokio::task::yield_now().await;
        Ok(())
    }
}

impl WebSocket for AsyncPrepareHandler {
    async fn on_message(&mut self, message: Message) -> Result {
        Ok(self.write_message(message).await?)
    }
}

#[derive(Handler)]
#[handler(websocket)]
struct PathArgsHandler(TestHandler);

impl RequestHandler for PathArgsHandler {}

impl WebSocket for PathArgsHandler {
    async fn open(&mut self) -> Result {
        let arg: String = self.path_args_as()?;
        Ok(self.write_message(arg).await?)
    }
}

#[derive(Handler)]
#[handler(websocket)]
struct CoroutineOnMessageHandler {
    base: TestHandler,
    sleeping: u32,
}

impl RequestHandler for CoroutineOnMessageHandler {}

impl WebSocket for CoroutineOnMessageHandler {
    async fn on_message(&mut self, message: Message) -> Result {
        if self.sleeping > 0 {
            self.write_message("another coroutine is already sleeping")
                .await?;
        }
        self.sleeping += 1;
        tokio::time::sleep(Duration::from_millis(10)).await;
        self.sleeping -= 1;
        Ok(self.write_message(message).await?)
    }
}

#[derive(Handler)]
#[handler(websocket)]
struct SubprotocolHandler {
    base: TestHandler,
    called: bool,
}

impl RequestHandler for SubprotocolHandler {}

impl WebSocket for SubprotocolHandler {
    fn select_subprotocol(&mut self, subprotocols: &[&str]) -> Option<String> {
        assert!(!self.called, "select_subprotocol called twice");
        self.called = true;
        subprotocols
            .contains(&"goodproto")
            .then(|| "goodproto".to_owned())
    }

    async fn open(&mut self) -> Result {
        assert!(self.called, "select_subprotocol not called");
        let selected = self.selected_subprotocol().unwrap_or("None");
        let text = format!("subprotocol={selected}");
        Ok(self.write_message(text).await?)
    }
}

#[derive(Handler)]
#[handler(websocket)]
struct OpenCoroutineHandler {
    base: TestHandler,
    open_finished: bool,
}

impl RequestHandler for OpenCoroutineHandler {}

impl WebSocket for OpenCoroutineHandler {
    async fn open(&mut self) -> Result {
        events::wait_for("message_sent").await;
        tokio::time::sleep(Duration::from_millis(10)).await;
        self.open_finished = true;
        Ok(())
    }

    async fn on_message(&mut self, _message: Message) -> Result {
        assert!(self.open_finished, "on_message called before open finished");
        Ok(self.write_message("ok").await?)
    }
}

#[derive(Handler)]
#[handler(websocket)]
struct ErrorInOpenHandler(TestHandler);

impl RequestHandler for ErrorInOpenHandler {}

impl WebSocket for ErrorInOpenHandler {
    async fn open(&mut self) -> Result {
        Err(Error::msg("boom"))
    }
}

#[derive(Handler)]
#[handler(websocket)]
struct ErrorInAsyncOpenHandler(TestHandler);

impl RequestHandler for ErrorInAsyncOpenHandler {}

impl WebSocket for ErrorInAsyncOpenHandler {
    async fn open(&mut self) -> Result {
        tokio::task::yield_now().await;
        Err(Error::msg("boom"))
    }
}

#[derive(Handler)]
#[handler(websocket)]
struct NoDelayHandler(TestHandler);

impl RequestHandler for NoDelayHandler {}

impl WebSocket for NoDelayHandler {
    async fn open(&mut self) -> Result {
        self.set_nodelay(true);
        Ok(self.write_message("hello").await?)
    }
}
