//! Status, headers, bodies, streams, and the end of a response.

use http::HeaderValue;
use serde_json::json;
use tornado_web::Rule;
use tornado_web::prelude::*;

use crate::base::Base;

pub(crate) fn routes() -> Vec<Rule> {
    vec![
        url("/", Hello),
        url("/etag", Etag),
        url("/etag/custom", EtagCustom),
        url("/etag/none", EtagNone),
        url("/status", Status),
        url("/methods", Methods),
        url("/options", Options),
        url("/json", Json),
        url("/text", Text),
        url("/stream", Stream),
        url("/late", Late),
        url("/headers", Headers),
        url("/sethdr", SetHdr),
        url("/nocontent", NoContent),
        url("/notmod", NotMod),
        url("/finish", FinishEarly),
        url("/prepare", Prepare),
        url("/defaults", Defaults),
    ]
}

#[derive(Handler)]
struct Hello(Base);

impl RequestHandler for Hello {
    async fn get(&mut self) -> Result {
        self.write("Hello, world");
        Ok(())
    }
}

#[derive(Handler)]
struct Status(Base);

impl RequestHandler for Status {
    async fn get(&mut self) -> Result {
        let code = self
            .get_argument_or(Argument::query("code"), "200")?
            .parse()?;
        let reason = self.get_argument_opt(Argument::query("reason"))?;
        self.set_status_and_reason(code, reason.as_deref());
        self.write(self.get_argument_or(Argument::query("body"), "ok")?);
        Ok(())
    }
}

#[derive(Handler)]
struct Methods(Base);

impl RequestHandler for Methods {
    async fn get(&mut self) -> Result {
        self.write("got");
        Ok(())
    }

    async fn head(&mut self) -> Result {
        self.set_header("X-Head", "1");
        Ok(())
    }
}

#[derive(Handler)]
struct Options(Base);

impl RequestHandler for Options {
    async fn options(&mut self) -> Result {
        self.set_header("Allow", "GET, OPTIONS");
        self.set_status(204);
        Ok(())
    }

    async fn get(&mut self) -> Result {
        self.write("ok");
        Ok(())
    }
}

#[derive(Handler)]
struct Json(Base);

impl RequestHandler for Json {
    async fn get(&mut self) -> Result {
        self.write(json!({
            "none": null,
            "t": true,
            "int": 12_345_678_901_234_567_890_u64,
            "float": 1.5,
            "nested": {"list": [1, [2, {"x": []}]], "empty": {}},
            "text": "quote \" slash / back \\ tab \t nl \n nul \0 del \x7f",
            "unicode": "\u{e9}\u{4e2d}\u{1f600}\u{2028}",
            "html": "</script><!-- & -->",
        }));
        Ok(())
    }
}

#[derive(Handler)]
struct Text(Base);

impl RequestHandler for Text {
    async fn get(&mut self) -> Result {
        self.set_header("Content-Type", "text/plain");
        self.write(self.get_argument_or(Argument::query("body"), "")?);
        Ok(())
    }
}

#[derive(Handler)]
struct Stream(Base);

impl RequestHandler for Stream {
    async fn get(&mut self) -> Result {
        let count: u32 = self.get_argument_or(Argument::query("n"), "3")?.parse()?;
        for i in 0..count {
            self.write(format!("chunk {i}\n"));
            self.flush().await?;
        }
        Ok(())
    }

    async fn head(&mut self) -> Result {
        self.get().await
    }
}

#[derive(Handler)]
struct Late(Base);

impl RequestHandler for Late {
    async fn get(&mut self) -> Result {
        self.write("early");
        self.flush().await?;
        Err(HttpError::new(500).into())
    }
}

#[derive(Handler)]
struct Headers(Base);

impl RequestHandler for Headers {
    async fn get(&mut self) -> Result {
        self.set_header("X-One", "1");
        self.set_header("x-one", "2");
        self.add_header("X-Multi", "a");
        self.add_header("x-multi", "b");
        self.set_header("X-Gone", "x");
        self.clear_header("x-gone");
        self.set_header("X-Int", 5);
        if self.get_argument_opt(Argument::query("noctype"))?.is_some() {
            self.clear_header("Content-Type");
        }
        self.write("ok");
        Ok(())
    }
}

#[derive(Handler)]
struct SetHdr(Base);

impl RequestHandler for SetHdr {
    async fn get(&mut self) -> Result {
        self.set_header("X-Test", self.get_argument_or(Argument::query("v"), "")?);
        if self.take_raised().is_err() {
            self.send_error(400).await;
            return Ok(());
        }
        self.write("ok");
        Ok(())
    }
}

#[derive(Handler)]
struct NoContent(Base);

impl RequestHandler for NoContent {
    async fn get(&mut self) -> Result {
        self.set_status(204);
        Ok(())
    }
}

#[derive(Handler)]
struct NotMod(Base);

impl RequestHandler for NotMod {
    async fn get(&mut self) -> Result {
        self.set_status(304);
        self.set_header("Content-Language", "en");
        Ok(())
    }
}

#[derive(Handler)]
struct FinishEarly(Base);

impl RequestHandler for FinishEarly {
    async fn get(&mut self) -> Result {
        self.set_status(401);
        self.set_header("WWW-Authenticate", "Basic realm=\"x\"");
        self.write("no");
        Err(Finish::new().into())
    }
}

#[derive(Handler)]
struct Prepare(Base);

impl RequestHandler for Prepare {
    async fn prepare(&mut self) -> Result {
        if self.get_argument_opt(Argument::query("stop"))?.is_some() {
            self.finish_with("prepared");
        }
        Ok(())
    }

    async fn get(&mut self) -> Result {
        self.write("got");
        Ok(())
    }
}

#[derive(Handler)]
struct Defaults(Base);

impl RequestHandler for Defaults {
    fn set_default_headers(&mut self) {
        self.set_header("X-Default", "d");
    }

    async fn get(&mut self) -> Result {
        if self.get_argument_opt(Argument::query("fail"))?.is_some() {
            return Err(HttpError::new(400).into());
        }
        self.write("ok");
        Ok(())
    }
}

#[derive(Handler)]
struct Etag(Base);

impl RequestHandler for Etag {
    async fn get(&mut self) -> Result {
        self.write("etag body");
        Ok(())
    }

    async fn head(&mut self) -> Result {
        self.get().await
    }
}

#[derive(Handler)]
struct EtagCustom(Base);

impl RequestHandler for EtagCustom {
    fn compute_etag(&self) -> Option<HeaderValue> {
        Some(HeaderValue::from_static("\"custom\""))
    }

    async fn get(&mut self) -> Result {
        self.write("custom");
        Ok(())
    }
}

#[derive(Handler)]
struct EtagNone(Base);

impl RequestHandler for EtagNone {
    fn compute_etag(&self) -> Option<HeaderValue> {
        None
    }

    async fn get(&mut self) -> Result {
        self.write("none");
        Ok(())
    }
}
