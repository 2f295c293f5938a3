//! Requests that end with an error.

use serde_json::json;
use tornado_web::Rule;
use tornado_web::prelude::*;

use crate::base::Base;

pub(crate) fn routes() -> Vec<Rule> {
    vec![
        url("/error", ErrorHandler),
        url("/senderr", SendErr),
        url("/crash", Crash),
        url("/jsonerr", JsonErr),
    ]
}

#[derive(Handler)]
struct ErrorHandler(Base);

impl RequestHandler for ErrorHandler {
    async fn get(&mut self) -> Result {
        let status = self
            .get_argument_or(Argument::query("status"), "500")?
            .parse()?;
        let mut error = HttpError::new(status);
        if let Some(reason) = self.get_argument_opt(Argument::query("reason"))? {
            error = error.with_reason(reason);
        }
        Err(error.into())
    }
}

#[derive(Handler)]
struct SendErr(Base);

impl RequestHandler for SendErr {
    async fn get(&mut self) -> Result {
        let status = self
            .get_argument_or(Argument::query("status"), "500")?
            .parse()?;
        let reason = self.get_argument_or(Argument::query("reason"), "")?;
        self.set_header("X-Before", "lost");
        self.write("lost");
        if reason.is_empty() {
            self.send_error(status).await;
        } else {
            self.send_error_with_reason(status, &reason).await;
        }
        Ok(())
    }
}

#[derive(Handler)]
struct Crash(Base);

impl RequestHandler for Crash {
    async fn get(&mut self) -> Result {
        Err(Error::msg("crash"))
    }

    async fn post(&mut self) -> Result {
        self.get().await
    }
}

#[derive(Handler)]
struct JsonErr(Base);

impl RequestHandler for JsonErr {
    async fn get(&mut self) -> Result {
        let status = self
            .get_argument_or(Argument::query("status"), "418")?
            .parse()?;
        Err(HttpError::new(status)
            .with_log_message("a log message")
            .into())
    }

    async fn write_error(&mut self, status: u16, _error: Option<&Error>) -> Result {
        self.write(json!({"code": status, "message": self.get_reason()}));
        Ok(())
    }
}
