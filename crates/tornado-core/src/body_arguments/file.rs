//! `HttpFile`: a file of a multipart form.

use std::ops::Index;

use bytes::Bytes;

use crate::NotIndexed;

/// A file from a multipart form (Tornado's `HTTPFile`).
///
/// The name and content type are what the client says; don't trust either.
///
/// ```
/// use tornado_web::{Application, Context, Exchange, Handler, HttpError, Output, RequestHandler, Result, Settings, url};
/// use tornado_testing::TestClient;
///
/// #[derive(Handler)]
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
///
/// # tornado_testing::block_on(async {
/// let client = TestClient::new(Application::new([url("/", Upload)], Settings::new()).unwrap());
/// let response = client.post("/").file("photo", "a.png", "image/png", "abc").await;
/// assert_eq!(response.text(), "a.png: 3 bytes");
/// # });
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HttpFile {
    pub(super) filename: String,
    pub(super) content_type: String,
    pub(super) body: Bytes,
}

impl HttpFile {
    /// The file name, according to the client. Don't open a path with that
    /// name.
    #[must_use]
    pub fn filename(&self) -> &str {
        &self.filename
    }

    /// The content type, according to the client; `application/unknown` if it
    /// sends none.
    #[must_use]
    pub fn content_type(&self) -> &str {
        &self.content_type
    }

    /// The contents of the file.
    #[must_use]
    pub fn body(&self) -> &Bytes {
        &self.body
    }
}

/// The files of a multipart form, by field name (Tornado's `request.files`).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Files(Vec<(String, HttpFile)>);

/// Does not compile; the compiler says what to write.
#[doc(hidden)]
impl<K: NotIndexed<Files>> Index<K> for Files {
    type Output = K::Value;

    fn index(&self, key: K) -> &K::Value {
        key.value(self)
    }
}

impl<'a> IntoIterator for &'a Files {
    type Item = (&'a str, &'a HttpFile);
    type IntoIter = std::iter::Map<
        std::slice::Iter<'a, (String, HttpFile)>,
        fn(&'a (String, HttpFile)) -> (&'a str, &'a HttpFile),
    >;

    /// All files, each with the name of its field.
    fn into_iter(self) -> Self::IntoIter {
        self.0.iter().map(|(name, file)| (name, file))
    }
}

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

    /// The number of files.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are no files.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}
