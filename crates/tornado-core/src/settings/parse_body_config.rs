//! `ParseBodyConfig`: the limits of forms.

use serde::{Deserialize, Serialize};

/// The setting `parse_body_config`: the limits of a form
/// (`tornado.httputil.ParseBodyConfig`). In a file, it has Tornado's tables
/// `multipart` and `urlencoded`.
///
/// ```
/// use tornado_web::{ParseBodyConfig, Settings};
///
/// let config = ParseBodyConfig::new().max_parts(20).max_arguments(50);
/// let settings = Settings::new().parse_body_config(config);
///
/// let file = "parse_body_config.multipart.enabled = false";
/// assert!(Settings::from_toml_str(file).is_ok());
/// assert!(Settings::from_toml_str("parse_body_config.multipart.parts = 1").is_err());
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct ParseBodyConfig {
    pub(crate) multipart: MultipartConfig,
    pub(crate) urlencoded: UrlEncodedConfig,
}

/// Tornado's `ParseMultipartConfig`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct MultipartConfig {
    pub(crate) enabled: bool,
    pub(crate) max_parts: usize,
    pub(crate) max_part_header_size: usize,
}

/// Tornado's `ParseUrlEncodedConfig`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct UrlEncodedConfig {
    pub(crate) max_arguments: usize,
}

impl ParseBodyConfig {
    /// Tornado's limits.
    #[must_use]
    pub fn new() -> ParseBodyConfig {
        ParseBodyConfig::default()
    }

    /// Whether `multipart/form-data` is read at all, which is the default.
    #[must_use]
    pub fn multipart(mut self, enabled: bool) -> ParseBodyConfig {
        self.multipart.enabled = enabled;
        self
    }

    /// The most parts that a multipart form may have; 100 by default.
    #[must_use]
    pub fn max_parts(mut self, parts: usize) -> ParseBodyConfig {
        self.multipart.max_parts = parts;
        self
    }

    /// The largest head of a part, in bytes; 10 KiB by default.
    #[must_use]
    pub fn max_part_header_size(mut self, bytes: usize) -> ParseBodyConfig {
        self.multipart.max_part_header_size = bytes;
        self
    }

    /// The most arguments that an urlencoded form or a query string may have;
    /// 1000 by default.
    #[must_use]
    pub fn max_arguments(mut self, arguments: usize) -> ParseBodyConfig {
        self.urlencoded.max_arguments = arguments;
        self
    }
}

impl Default for MultipartConfig {
    fn default() -> MultipartConfig {
        MultipartConfig {
            enabled: true,
            max_parts: 100,
            max_part_header_size: 10 * 1024,
        }
    }
}

impl Default for UrlEncodedConfig {
    fn default() -> UrlEncodedConfig {
        UrlEncodedConfig {
            max_arguments: 1000,
        }
    }
}
