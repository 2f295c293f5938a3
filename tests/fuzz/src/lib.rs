//! Properties of code that handles input from the wire.
//!
//! Each target takes any bytes, reads them as a client could have sent them,
//! and panics if a property does not hold: what is written is read back, two
//! ways to the same result agree, a limit is kept. `cargo xtask fuzz` lets a
//! fuzzer search for such bytes; the tests of this package try the files in
//! `seeds`, and variations of them.

mod targets;

/// A property, by name.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Target {
    /// The name, which is also that of its folder in `seeds`.
    pub name: &'static str,
    /// Panics if the property does not hold for these bytes.
    pub check: fn(&[u8]),
}

/// All of them.
pub const TARGETS: &[Target] = &[
    Target {
        name: "arguments",
        check: targets::arguments::check,
    },
    Target {
        name: "cookie_header",
        check: targets::cookie_header::check,
    },
    Target {
        name: "encodings",
        check: targets::encodings::check,
    },
    Target {
        name: "expressions",
        check: targets::templates::check_expression,
    },
    Target {
        name: "multipart",
        check: targets::multipart::check,
    },
    Target {
        name: "quoting",
        check: targets::quoting::check,
    },
    Target {
        name: "redirects",
        check: targets::redirects::check,
    },
    Target {
        name: "routes",
        check: targets::routes::check,
    },
    Target {
        name: "session_record",
        check: targets::session_record::check,
    },
    Target {
        name: "set_cookie",
        check: targets::set_cookie::check,
    },
    Target {
        name: "signed_value",
        check: targets::signed_value::check,
    },
    Target {
        name: "static_file",
        check: targets::static_file::check,
    },
    Target {
        name: "templates",
        check: targets::templates::check,
    },
    Target {
        name: "translations",
        check: targets::translations::check,
    },
    Target {
        name: "websocket",
        check: targets::websocket::check,
    },
    Target {
        name: "websocket_deflate",
        check: targets::websocket::check_deflate,
    },
    Target {
        name: "websocket_extensions",
        check: targets::websocket::check_extensions,
    },
    Target {
        name: "wire",
        check: targets::wire::check,
    },
    Target {
        name: "xsrf",
        check: targets::xsrf::check,
    },
];

impl Target {
    /// The target with a given name.
    #[must_use]
    pub fn named(name: &str) -> Option<Target> {
        TARGETS.iter().find(|target| target.name == name).copied()
    }
}
