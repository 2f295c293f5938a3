//! `HttpFile`: a file of a multipart form.

use bytes::Bytes;

/// A file that came with a multipart form (Tornado's `HTTPFile`).
///
/// Name and content type are what the client says; neither is to be trusted.
///
/// ```
/// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
/// use tornado_core::{Context, Exchange, Handler, HttpError, Output, RequestHandler, Result};
/// # use tornado_core::{Application, Body, Settings, url};
/// # use http_body_util::BodyExt;
/// # use tower::ServiceExt;
///
/// #[derive(Handler)]
/// # #[handler(crate = tornado_core)]
/// struct Upload(Exchange);
///
/// impl RequestHandler for Upload {
///     async fn post(&mut self) -> Result {
///         let photo = self.request().files().get("photo").ok_or(HttpError::new(400))?;
///         let text = format!("{}: {} bytes", photo.filename(), photo.body().len());
///         self.write(text);
///         Ok(())
///     }
/// }
/// # let form = "--B\r\nContent-Disposition: form-data; name=photo; filename=a.png\r\n\r\nabc\r\n--B--";
/// # let request = http::Request::post("/")
/// #     .header("Content-Type", "multipart/form-data; boundary=B")
/// #     .body(Body::from(form)).unwrap();
/// # let app = Application::new([url("/", Upload)], Settings::new()).unwrap();
/// # let body = app.oneshot(request).await.unwrap().into_body().collect().await.unwrap();
/// # assert_eq!(body.to_bytes(), "a.png: 3 bytes");
/// # });
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HttpFile {
    pub(super) filename: String,
    pub(super) content_type: String,
    pub(super) body: Bytes,
}

impl HttpFile {
    /// The name that the client gives it. Don't open a path of that name.
    #[must_use]
    pub fn filename(&self) -> &str {
        &self.filename
    }

    /// The content type that the client gives it; `application/unknown` if it
    /// gives none.
    #[must_use]
    pub fn content_type(&self) -> &str {
        &self.content_type
    }

    /// What is in it.
    #[must_use]
    pub fn body(&self) -> &Bytes {
        &self.body
    }
}

/// The files of a multipart form, by the names of their fields (Tornado's
/// `request.files`).
///
/// ```
/// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
/// use tornado_core::{Context, Exchange, Handler, Output, RequestHandler, Result};
/// # use tornado_core::{Application, Body, Settings, url};
/// # use http_body_util::BodyExt;
/// # use tower::ServiceExt;
///
/// #[derive(Handler)]
/// # #[handler(crate = tornado_core)]
/// struct Upload(Exchange);
///
/// impl RequestHandler for Upload {
///     async fn post(&mut self) -> Result {
///         let names: Vec<_> = self.request().files().get_all("photo").map(|f| f.filename()).collect();
///         let text = names.join(", ");
///         self.write(text);
///         Ok(())
///     }
/// }
/// # let form = "--B\r\nContent-Disposition: form-data; name=photo; filename=a.png\r\n\r\nabc\r\n\
/// #     --B\r\nContent-Disposition: form-data; name=photo; filename=b.png\r\n\r\nabc\r\n--B--";
/// # let request = http::Request::post("/")
/// #     .header("Content-Type", "multipart/form-data; boundary=B")
/// #     .body(Body::from(form)).unwrap();
/// # let app = Application::new([url("/", Upload)], Settings::new()).unwrap();
/// # let body = app.oneshot(request).await.unwrap().into_body().collect().await.unwrap();
/// # assert_eq!(body.to_bytes(), "a.png, b.png");
/// # });
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Files(Vec<(String, HttpFile)>);

impl Files {
    pub(super) fn push(&mut self, name: String, file: HttpFile) {
        self.0.push((name, file));
    }

    /// The first file of a field: `self.request.files["photo"][0]`.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&HttpFile> {
        self.get_all(name).next()
    }

    /// All files of a field.
    pub fn get_all(&self, name: &str) -> impl DoubleEndedIterator<Item = &HttpFile> {
        self.0
            .iter()
            .filter(move |(field, _)| field == name)
            .map(|(_, file)| file)
    }

    /// All files, each with the name of its field.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = (&str, &HttpFile)> {
        self.0.iter().map(|(name, file)| (&**name, file))
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}
