//! `SendFile`: a file as the response of any handler.

use std::io;
use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

use http::{Method, StatusCode, header};
use time::OffsetDateTime;

use super::blocking::blocking;
use super::serve::{Sent, TRIES, deliver, is_unmodified, replaced};
use super::state::Stat;
use super::{StaticFileHandler, content_type};
use crate::service::Context as _;
use crate::{Error, HttpError, Output as _, RequestHandler, Result};

/// Responds with a file, for handlers that choose it by more than a path.
///
/// To serve all files of a directory, use
/// [`StaticFileHandler`](crate::StaticFileHandler).
pub trait SendFile: RequestHandler {
    /// Sends a file on disk as the body of the response. Tornado has no
    /// counterpart.
    ///
    /// It works like [`StaticFileHandler`](crate::StaticFileHandler). The file is read on threads
    /// that may block, and sent piece by piece, no faster than the client takes it. It has
    /// `Last-Modified` and an `Etag`, made from size and time; a client that already has it gets a
    /// 304; and ranges are supported (`Range`). The media type follows from the file's name, unless
    /// the handler has set one.
    ///
    /// The path comes from the program. If a client names it, use
    /// [`StaticFileHandler`](crate::StaticFileHandler), which ensures that it
    /// leads nowhere else.
    ///
    /// # Errors
    ///
    /// A 404 if the file does not exist. Any other failure to read it is a 500, and so is a
    /// response to which something has already been written.
    ///
    /// ```
    /// use tornado_web::{Application, Exchange, Handler, Output, RequestHandler, Result, SendFile, Settings, route};
    /// use tornado_testing::TestClient;
    /// # let directory = tempfile::tempdir().unwrap();
    /// # std::fs::write(directory.path().join("invoice.pdf"), "%PDF-1.7").unwrap();
    /// # let invoice = directory.path().join("invoice.pdf");
    ///
    /// #[derive(Handler)]
    /// struct InvoiceHandler {
    ///     base: Exchange,
    ///     #[state]
    ///     invoice: std::path::PathBuf,
    /// }
    ///
    /// impl RequestHandler for InvoiceHandler {
    ///     async fn get(&mut self) -> Result {
    ///         // Here your application checks whose invoice it is.
    ///         self.set_header("Content-Disposition", r#"attachment; filename="invoice.pdf""#);
    ///         let path = self.invoice.clone();
    ///         self.send_file(path).await
    ///     }
    /// }
    ///
    /// # tornado_testing::block_on(async {
    /// let settings = Settings::new().state(invoice);
    /// let app = Application::new([route::<InvoiceHandler>("/invoice")], settings).unwrap();
    /// let client = TestClient::new(app);
    /// let response = client.get("/invoice").header("Range", "bytes=0-3").await;
    /// assert_eq!((response.status().as_u16(), response.text()), (206, "%PDF"));
    /// assert_eq!(response.header("Content-Type"), Some("application/pdf"));
    /// # });
    /// ```
    fn send_file(&mut self, path: impl AsRef<Path> + Send) -> impl Future<Output = Result> + Send {
        async move {
            let path = path.as_ref();
            let response = self.exchange().response();
            if self.exchange().headers_sent() || !response.buffer.is_empty() {
                return Err(Error::msg(
                    "send_file is the whole body, and something was written before it",
                ));
            }
            let status = response.status;
            for _ in 0..TRIES {
                if send_once(self, path).await? {
                    return Ok(());
                }
                let response = self.exchange_mut().response_mut();
                response.status = status;
                for name in [header::ETAG, header::CONTENT_RANGE, header::LAST_MODIFIED] {
                    response.headers.remove(name);
                }
            }
            Err(replaced(path))
        }
    }
}

impl<H: RequestHandler> SendFile for H {}

/// Whether it was sent; false if another file was there when it was opened.
async fn send_once<H: RequestHandler>(handler: &mut H, path: &Path) -> Result<bool> {
    let looked_at = path.to_owned();
    let found = blocking(move || std::fs::metadata(&looked_at)).await;
    let metadata = match found {
        Ok(metadata) if metadata.is_file() => metadata,
        Ok(_) => return Err(no_file(path).into()),
        Err(error) if is_absence(&error) => return Err(no_file(path).into()),
        Err(error) => return Err(error.into()),
    };
    let stat = Stat::of(&metadata);
    let sent = Sent {
        path: path.to_owned(),
        stat: Some(stat),
        modified: stat.modified.map(OffsetDateTime::from),
        size: stat.size,
    };
    set_headers(handler, path, stat);
    let safe = matches!(*handler.request().method(), Method::GET | Method::HEAD);
    let plain = handler.exchange().response().status == StatusCode::OK;
    if safe && plain && is_unmodified(handler, sent.modified) {
        handler.set_status(304);
        return Ok(true);
    }
    deliver::<H, StaticFileHandler>(handler, &sent).await
}

fn set_headers<H: RequestHandler>(handler: &mut H, path: &Path, stat: Stat) {
    let headers = &mut handler.exchange_mut().response_mut().headers;
    let by_default = headers
        .get(header::CONTENT_TYPE)
        .is_none_or(|value| *value == HTML);
    if by_default {
        handler.set_header(header::CONTENT_TYPE, content_type::guess(path));
    }
    handler.set_header(header::ACCEPT_RANGES, "bytes");
    if let Some(modified) = stat.modified {
        handler.set_header(header::LAST_MODIFIED, OffsetDateTime::from(modified));
        let headers = handler.exchange().response_headers();
        if !headers.contains_key(header::ETAG) {
            let tag = format!("\"{:x}-{:x}\"", nanoseconds(modified), stat.size);
            handler.set_header(header::ETAG, tag);
        }
    }
}

/// The type in the default headers.
const HTML: &str = "text/html; charset=UTF-8";

fn nanoseconds(time: SystemTime) -> u128 {
    time.duration_since(UNIX_EPOCH)
        .map_or(0, |time| time.as_nanos())
}

fn is_absence(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::NotFound
            | io::ErrorKind::NotADirectory
            | io::ErrorKind::InvalidInput
            | io::ErrorKind::InvalidFilename
    )
}

fn no_file(path: &Path) -> HttpError {
    HttpError::new(404).with_log_message(format!("{} is not a file", path.display()))
}
