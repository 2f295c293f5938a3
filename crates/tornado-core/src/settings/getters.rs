//! Reading the keys that Tornado knows, with their defaults.

use std::net::IpAddr;
use std::path::Path;
use std::time::Duration;

use super::{
    BODY_IDLE_TIMEOUT, CHUNK_SIZE, CookieKwargs, HALF_CLOSE_TIMEOUT, HEADER_TIMEOUT,
    HTTP2_MAX_CONCURRENT_STREAMS, IDLE_CONNECTION_TIMEOUT, MAX_BODIES_SIZE, MAX_BUFFER_SIZE,
    MAX_HEADER_SIZE, ParseBodyConfig, SHUTDOWN_TIMEOUT, SHUTDOWN_TIMEOUT_OF_DEBUG, Settings,
    SslOptions, WRITE_TIMEOUT,
};
use crate::connection::Protocol;

impl Settings {
    /// Whether [`debug`](Self::debug) is on.
    #[must_use]
    pub fn get_debug(&self) -> bool {
        self.known.debug.unwrap_or(false)
    }

    /// Whether [`autoreload`](Self::autoreload) is on, by itself or by `debug`.
    #[must_use]
    pub fn get_autoreload(&self) -> bool {
        self.known.autoreload.unwrap_or(self.get_debug())
    }

    /// Whether [`serve_traceback`](Self::serve_traceback) is on, by itself or
    /// by `debug`.
    #[must_use]
    pub fn get_serve_traceback(&self) -> bool {
        self.known.serve_traceback.unwrap_or(self.get_debug())
    }

    /// Whether [`problem_details`](Self::problem_details) is on.
    #[must_use]
    pub fn get_problem_details(&self) -> bool {
        self.known.problem_details.unwrap_or(false)
    }

    /// Whether [`compiled_template_cache`](Self::compiled_template_cache) is
    /// on, as it is unless `debug` is.
    #[must_use]
    pub fn get_compiled_template_cache(&self) -> bool {
        self.known
            .compiled_template_cache
            .unwrap_or(!self.get_debug())
    }

    /// Whether [`static_hash_cache`](Self::static_hash_cache) is on, as it is
    /// unless `debug` is.
    #[must_use]
    pub fn get_static_hash_cache(&self) -> bool {
        self.known.static_hash_cache.unwrap_or(!self.get_debug())
    }

    /// The [`autoescape`](Self::autoescape): `None` where it is not set, and
    /// `Some(None)` where nothing is to be escaped.
    #[must_use]
    pub fn get_autoescape(&self) -> Option<Option<&str>> {
        let function = self.known.autoescape.as_ref()?;
        Some(function.as_deref())
    }

    /// The [`template_path`](Self::template_path).
    #[must_use]
    pub fn get_template_path(&self) -> Option<&Path> {
        self.known.template_path.as_deref()
    }

    /// The [`template_whitespace`](Self::template_whitespace).
    #[must_use]
    pub fn get_template_whitespace(&self) -> Option<&str> {
        self.known.template_whitespace.as_deref()
    }

    /// The [`login_url`](Self::login_url).
    #[must_use]
    pub fn get_login_url(&self) -> Option<&str> {
        self.known.login_url.as_deref()
    }

    /// Whether [`compress_response`](Self::compress_response) is on.
    #[must_use]
    pub fn get_compress_response(&self) -> bool {
        self.known.compress_response.unwrap_or(false)
    }

    /// Whether [`xsrf_cookies`](Self::xsrf_cookies) is on.
    #[must_use]
    pub fn get_xsrf_cookies(&self) -> bool {
        self.known.xsrf_cookies.unwrap_or(false)
    }

    /// The [`xsrf_cookie_version`](Self::xsrf_cookie_version).
    #[must_use]
    pub fn get_xsrf_cookie_version(&self) -> u8 {
        self.known.xsrf_cookie_version.unwrap_or(2)
    }

    /// The [`xsrf_cookie_name`](Self::xsrf_cookie_name).
    #[must_use]
    pub fn get_xsrf_cookie_name(&self) -> &str {
        self.known.xsrf_cookie_name.as_deref().unwrap_or("_xsrf")
    }

    /// The [`xsrf_cookie_kwargs`](Self::xsrf_cookie_kwargs).
    #[must_use]
    pub fn get_xsrf_cookie_kwargs(&self) -> CookieKwargs {
        self.known.xsrf_cookie_kwargs.clone().unwrap_or_default()
    }

    /// Whether [`cross_origin_protection`](Self::cross_origin_protection) is on.
    #[must_use]
    pub fn get_cross_origin_protection(&self) -> bool {
        self.known.cross_origin_protection.unwrap_or(false)
    }

    /// The [`trusted_origins`](Self::trusted_origins).
    #[must_use]
    pub fn get_trusted_origins(&self) -> &[String] {
        self.known.trusted_origins.as_deref().unwrap_or_default()
    }

    /// The [`static_path`](Self::static_path), unless it is empty.
    #[must_use]
    pub fn get_static_path(&self) -> Option<&Path> {
        let path = self.known.static_path.as_deref();
        path.filter(|path| !path.as_os_str().is_empty())
    }

    /// The [`static_url_prefix`](Self::static_url_prefix).
    #[must_use]
    pub fn get_static_url_prefix(&self) -> &str {
        self.known
            .static_url_prefix
            .as_deref()
            .unwrap_or("/static/")
    }

    /// The [`max_body_size`](Self::max_body_size) in bytes.
    #[must_use]
    pub fn get_max_body_size(&self) -> usize {
        let size = self.known.max_body_size.or(self.known.max_buffer_size);
        size.unwrap_or(MAX_BUFFER_SIZE)
    }

    /// The [`max_header_size`](Self::max_header_size) in bytes.
    #[must_use]
    pub fn get_max_header_size(&self) -> usize {
        self.known.max_header_size.unwrap_or(MAX_HEADER_SIZE)
    }

    /// The [`idle_connection_timeout`](Self::idle_connection_timeout).
    #[must_use]
    pub fn get_idle_connection_timeout(&self) -> Duration {
        self.known
            .idle_connection_timeout
            .map_or(IDLE_CONNECTION_TIMEOUT, |seconds| seconds.0)
    }

    /// The [`header_timeout`](Self::header_timeout).
    #[must_use]
    pub fn get_header_timeout(&self) -> Duration {
        self.known
            .header_timeout
            .map_or(HEADER_TIMEOUT, |seconds| seconds.0)
    }

    /// The [`write_timeout`](Self::write_timeout).
    #[must_use]
    pub fn get_write_timeout(&self) -> Duration {
        self.known
            .write_timeout
            .map_or(WRITE_TIMEOUT, |seconds| seconds.0)
    }

    /// The [`half_close_timeout`](Self::half_close_timeout).
    #[must_use]
    pub fn get_half_close_timeout(&self) -> Duration {
        self.known
            .half_close_timeout
            .map_or(HALF_CLOSE_TIMEOUT, |seconds| seconds.0)
    }

    /// The [`max_connections`](Self::max_connections), if there is a limit.
    #[must_use]
    pub fn get_max_connections(&self) -> Option<usize> {
        self.known.max_connections
    }

    /// The [`max_connections_per_address`](Self::max_connections_per_address), if
    /// there is a limit.
    #[must_use]
    pub fn get_max_connections_per_address(&self) -> Option<usize> {
        self.known.max_connections_per_address
    }

    /// The [`http2_max_concurrent_streams`](Self::http2_max_concurrent_streams).
    #[must_use]
    pub fn get_http2_max_concurrent_streams(&self) -> u32 {
        self.known
            .http2_max_concurrent_streams
            .unwrap_or(HTTP2_MAX_CONCURRENT_STREAMS)
    }

    /// Whether [`xheaders`](Self::xheaders) is on.
    #[must_use]
    pub fn get_xheaders(&self) -> bool {
        self.known.xheaders.unwrap_or(false)
    }

    /// Whether [`request_ids`](Self::request_ids) is on.
    #[must_use]
    pub fn get_request_ids(&self) -> bool {
        self.known.request_ids.unwrap_or(false)
    }

    /// The [`trusted_downstream`](Self::trusted_downstream) proxies.
    #[must_use]
    pub fn get_trusted_downstream(&self) -> &[IpAddr] {
        self.known.trusted_downstream.as_deref().unwrap_or_default()
    }

    /// The [`protocol`](Self::protocol), if it is forced.
    #[must_use]
    pub fn get_protocol(&self) -> Option<Protocol> {
        self.known.protocol
    }

    /// The [`ssl_options`](Self::ssl_options).
    #[must_use]
    pub fn get_ssl_options(&self) -> Option<&SslOptions> {
        self.known.ssl_options.as_ref()
    }

    /// Whether [`decompress_request`](Self::decompress_request) is on.
    #[must_use]
    pub fn get_decompress_request(&self) -> bool {
        self.known.decompress_request.unwrap_or(false)
    }

    /// The [`parse_body_config`](Self::parse_body_config).
    #[must_use]
    pub fn get_parse_body_config(&self) -> ParseBodyConfig {
        self.known.parse_body_config.unwrap_or_default()
    }

    /// Whether [`no_keep_alive`](Self::no_keep_alive) is on.
    #[must_use]
    pub fn get_no_keep_alive(&self) -> bool {
        self.known.no_keep_alive.unwrap_or(false)
    }

    /// Whether [`title_case_headers`](Self::title_case_headers) is on.
    #[must_use]
    pub fn get_title_case_headers(&self) -> bool {
        self.known.title_case_headers.unwrap_or(false)
    }

    /// The [`body_timeout`](Self::body_timeout).
    #[must_use]
    pub fn get_body_timeout(&self) -> Option<Duration> {
        self.known.body_timeout.map(|seconds| seconds.0)
    }

    /// The [`body_idle_timeout`](Self::body_idle_timeout).
    #[must_use]
    pub fn get_body_idle_timeout(&self) -> Duration {
        self.known
            .body_idle_timeout
            .map_or(BODY_IDLE_TIMEOUT, |seconds| seconds.0)
    }

    /// The [`max_bodies_size`](Self::max_bodies_size) in bytes.
    #[must_use]
    pub fn get_max_bodies_size(&self) -> usize {
        self.known.max_bodies_size.unwrap_or(MAX_BODIES_SIZE)
    }

    /// The [`chunk_size`](Self::chunk_size) in bytes, one at least.
    #[must_use]
    pub fn get_chunk_size(&self) -> usize {
        self.known.chunk_size.unwrap_or(CHUNK_SIZE).max(1)
    }

    /// The [`shutdown_timeout`](Self::shutdown_timeout).
    #[must_use]
    pub fn get_shutdown_timeout(&self) -> Duration {
        let default = if self.get_debug() {
            SHUTDOWN_TIMEOUT_OF_DEBUG
        } else {
            SHUTDOWN_TIMEOUT
        };
        self.known
            .shutdown_timeout
            .map_or(default, |seconds| seconds.0)
    }

    /// The [`shutdown_delay`](Self::shutdown_delay).
    #[must_use]
    pub fn get_shutdown_delay(&self) -> Duration {
        self.known
            .shutdown_delay
            .map_or(Duration::ZERO, |seconds| seconds.0)
    }

    /// Whether [`head_from_get`](Self::head_from_get) is on, as it is by
    /// default.
    #[must_use]
    pub fn get_head_from_get(&self) -> bool {
        self.known.head_from_get.unwrap_or(true)
    }

    /// The level of [`logging`](Self::logging).
    #[must_use]
    pub fn get_logging(&self) -> &str {
        self.known.logging.as_deref().unwrap_or("info")
    }
}
