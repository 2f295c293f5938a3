//! Where `RedirectHandler` leads for paths from a client.

use std::cell::RefCell;

use http::{Request, header};
use percent_encoding::{NON_ALPHANUMERIC, percent_decode_str, percent_encode};
use tornado_web::{Application, Body, RedirectHandler, Settings, url};
use tower::ServiceExt as _;

thread_local! {
    static SITE: RefCell<Option<(Application, tokio::runtime::Runtime)>> = const { RefCell::new(None) };
}

/// The bytes after `/path/` and after `/query/`.
pub(crate) fn check(input: &[u8]) {
    let encoded = percent_encode(input, NON_ALPHANUMERIC).to_string();
    for (path, start) in [
        ("path", "/to/"),
        ("query", "/to?page=1&q="),
        ("host", "https://example.com/"),
    ] {
        let Some(location) = location(&format!("/{path}/{encoded}")) else {
            let text = std::str::from_utf8(input);
            let odd = |c: char| c.is_ascii_control() || "/\\".contains(c);
            assert!(text.map_or(true, |text| text.contains(odd)), "{encoded}");
            continue;
        };
        let group = location
            .strip_prefix(start)
            .expect("it leads there and nowhere else");
        let decoded: Vec<u8> = percent_decode_str(group).collect();
        assert_eq!(decoded, input, "{location}");
        assert!(!group.contains(|c: char| !c.is_ascii_graphic() || "?#\"<>\\".contains(c)));
        assert!(path != "query" || !group.contains(['&', '=', '+', ';']));
    }
}

/// Where it leads; `None` if the request is refused.
fn location(uri: &str) -> Option<String> {
    let request = Request::get(uri).body(Body::empty()).ok()?;
    SITE.with_borrow_mut(|site| {
        let (application, runtime) = site.get_or_insert_with(site_of_redirects);
        let Ok(response) = runtime.block_on(application.clone().oneshot(request));
        let location = response.headers().get(header::LOCATION)?;
        assert_eq!(response.status(), 301);
        Some(location.to_str().expect("it is ASCII").to_owned())
    })
}

fn site_of_redirects() -> (Application, tokio::runtime::Runtime) {
    let to = |pattern, target: &'static str| {
        url(pattern, move |base| RedirectHandler::new(base, target))
    };
    let rules = [
        to("/path/(.*)", "/to/{0}"),
        to("/query/(.*)", "/to?page=1&q={0}"),
        to("/host/(.*)", "https://example.com/{0}"),
    ];
    let application = Application::new(rules, Settings::new().logging("none"));
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    (
        application.expect("the patterns are good"),
        runtime.expect("a runtime without threads can be built"),
    )
}
