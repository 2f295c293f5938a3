//! `ErrorResponseTest`, `ExceptionHandlerTest` and others: how errors become
//! answers.

use std::fmt;

use tornado_web::prelude::*;

use super::cancellation::cancelled;
use super::simple;
use crate::app::{AppResult, Apps};
use crate::spec::Spec;

pub(super) const APPS: Apps = &[
    ("ErrorResponseTest", error_response_test),
    ("ExceptionHandlerTest", |_: &Spec| simple(ExceptionHandler)),
    ("BuggyLoggingTest", |_: &Spec| simple(BuggyLoggingHandler)),
    ("FinishExceptionTest", |_: &Spec| simple(FinishHandler)),
    ("StatusReasonTest", |_: &Spec| simple(StatusReasonHandler)),
    ("RaiseWithReasonTest", |_: &Spec| {
        simple(RaiseWithReasonHandler)
    }),
];

fn error_response_test(_: &Spec) -> AppResult {
    let handlers = [
        url("/default", DefaultHandler),
        url("/write_error", WriteErrorHandler),
        url("/failed_write_error", FailedWriteErrorHandler),
        url("/cancelled_error", CancelledErrorHandler),
    ];
    Ok(Application::new(handlers, Settings::new())?.into())
}

/// What Python's `1 / 0` raises.
#[derive(Debug)]
struct ZeroDivisionError;

impl fmt::Display for ZeroDivisionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("division by zero")
    }
}

impl std::error::Error for ZeroDivisionError {}

#[derive(Handler)]
struct DefaultHandler(Exchange);

impl RequestHandler for DefaultHandler {
    async fn get(&mut self) -> Result {
        match self.get_argument_as("status")? {
            Some(status) => Err(HttpError::new(status).into()),
            None => Err(ZeroDivisionError.into()),
        }
    }
}

/// A separate page, which can tell a `send_error` from an error.
#[derive(Handler)]
struct WriteErrorHandler(Exchange);

impl RequestHandler for WriteErrorHandler {
    async fn get(&mut self) -> Result {
        match self.get_argument_as("status")? {
            Some(status) => self.send_error(status).await,
            None => return Err(ZeroDivisionError.into()),
        }
        Ok(())
    }

    async fn write_error(&mut self, status: u16, error: Option<&Error>) -> Result {
        self.set_header("Content-Type", "text/plain");
        match error {
            Some(error) => self.write(format!("Exception: {:?}", error.source())),
            None => self.write(format!("Status: {status}")),
        }
        Ok(())
    }
}

#[derive(Handler)]
struct FailedWriteErrorHandler(Exchange);

impl RequestHandler for FailedWriteErrorHandler {
    async fn get(&mut self) -> Result {
        Err(ZeroDivisionError.into())
    }

    async fn write_error(&mut self, _status: u16, _error: Option<&Error>) -> Result {
        Err(Error::msg("exception in write_error"))
    }
}

#[derive(Handler)]
struct CancelledErrorHandler(Exchange);

impl RequestHandler for CancelledErrorHandler {
    async fn get(&mut self) -> Result {
        cancelled().await
    }
}

/// An application error with its own page and log line.
#[derive(Debug)]
struct PermissionError;

impl fmt::Display for PermissionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not allowed")
    }
}

impl std::error::Error for PermissionError {}

#[derive(Handler)]
struct ExceptionHandler(Exchange);

impl RequestHandler for ExceptionHandler {
    async fn get(&mut self) -> Result {
        match self.get_argument("exc")?.as_str() {
            "http" => Err(HttpError::new(410)
                .with_log_message("no longer here")
                .into()),
            "zero" => Err(ZeroDivisionError.into()),
            "permission" => Err(PermissionError.into()),
            _ => Ok(()),
        }
    }

    async fn write_error(&mut self, status: u16, error: Option<&Error>) -> Result {
        if error.is_some_and(|error| error.is::<PermissionError>()) {
            self.set_status(403);
            self.write("PermissionError");
            return Ok(());
        }
        self.base_mut().write_error(status, error).await
    }

    fn log_exception(&self, error: &Error) {
        if error.is::<PermissionError>() {
            eprintln!("custom logging for PermissionError: {error}");
        } else {
            self.base().log_exception(error);
        }
    }
}

#[derive(Handler)]
struct BuggyLoggingHandler(Exchange);

impl RequestHandler for BuggyLoggingHandler {
    async fn get(&mut self) -> Result {
        Err(ZeroDivisionError.into())
    }

    fn log_exception(&self, _error: &Error) {
        panic!("{ZeroDivisionError}");
    }
}

/// The response is sent as it is, with its status and headers.
#[derive(Handler)]
struct FinishHandler(Exchange);

impl RequestHandler for FinishHandler {
    async fn get(&mut self) -> Result {
        self.set_status(401);
        self.set_header("WWW-Authenticate", "Basic realm=\"something\"");
        if self.get_argument_or("finish_value", "")?.is_empty() {
            self.write("authentication required");
            Err(Finish::new().into())
        } else {
            Err(Finish::with_chunk("authentication required").into())
        }
    }
}

#[derive(Handler)]
struct StatusReasonHandler(Exchange);

impl RequestHandler for StatusReasonHandler {
    async fn get(&mut self) -> Result {
        let code: u16 = self.get_argument("code")?.parse()?;
        let reason = self.request().query_arguments().get_all("reason").next();
        let error = HttpError::new(code);
        Err(match reason {
            Some(reason) => error.with_reason(String::from_utf8_lossy(reason)),
            None => error,
        }
        .into())
    }
}

#[derive(Handler)]
struct RaiseWithReasonHandler(Exchange);

impl RequestHandler for RaiseWithReasonHandler {
    async fn get(&mut self) -> Result {
        Err(HttpError::new(682).with_reason("Foo").into())
    }
}
