//! Headers that the framework itself reads, over a connection: of a proxy, and of what
//! a client would rather have.

use std::net::IpAddr;
use std::sync::{Arc, Mutex};

use http::HeaderMap;
use tornado_web::locale::Translations;
use tornado_web::{
    Application, ConnectionInfo, Context, EventStream, Exchange, Handler, Input, Localization,
    Output, Protocol, RequestHandler, RequestId, Result, Settings, route,
};

use super::{latin1, pipe};

/// A line of the input for each of these; a line with a NUL is two headers.
const NAMES: [&str; 10] = [
    "X-Forwarded-For",
    "X-Real-Ip",
    "X-Forwarded-Proto",
    "X-Scheme",
    "X-Request-Id",
    "Host",
    "Accept",
    "Accept-Language",
    "Last-Event-ID",
    "Cookie",
];

const OFFERED: [&str; 3] = ["text/html", "application/json", "text/plain;format=flowed"];
const TRUSTED: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(5, 5, 5, 5));
const PEER: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(127, 0, 0, 9));

/// What a handler makes of a request.
#[derive(Debug)]
struct Seen {
    headers: HeaderMap,
    remote_ip: String,
    protocol: Protocol,
    host: String,
    host_name: String,
    full_url: String,
    request_id: String,
    best: Option<&'static str>,
    language: String,
    last_event_id: Option<String>,
}

#[derive(Clone, Debug, Default)]
struct Last(Arc<Mutex<Option<Seen>>>);

#[derive(Handler)]
struct Reader {
    base: Exchange,
    #[state]
    last: Last,
}

impl RequestHandler for Reader {
    async fn get(&mut self) -> Result {
        let request = self.request();
        let seen = Seen {
            headers: request.headers().clone(),
            remote_ip: request.remote_ip(),
            protocol: request.protocol(),
            host: request.host().to_owned(),
            host_name: request.host_name(),
            full_url: request.full_url(),
            request_id: request.request_id().to_owned(),
            best: self.accepts(OFFERED),
            language: self.get_browser_locale().code().to_owned(),
            last_event_id: self.last_event_id(),
        };
        *self.last.0.lock().expect("nobody panics with it") = Some(seen);
        self.write("read");
        Ok(())
    }
}

pub(crate) fn check(input: &[u8]) {
    let mut request = b"GET /path?a=b HTTP/1.1\r\nConnection: close\r\n".to_vec();
    let mut hosts = 0;
    for (name, line) in NAMES.iter().zip(input.split(|byte| *byte == b'\n')) {
        for value in line
            .split(|byte| *byte == 0)
            .filter(|value| !value.is_empty())
        {
            hosts += usize::from(*name == "Host");
            request.extend_from_slice(format!("{name}: ").as_bytes());
            request.extend(value.iter().filter(|byte| **byte != b'\r'));
            request.extend_from_slice(b"\r\n");
        }
    }
    if hosts == 0 {
        request.extend_from_slice(b"Host: h\r\n");
    }
    request.extend_from_slice(b"\r\n");
    if request.len() > 20_000 {
        return;
    }
    let (answer, seen) = SITE.with(|site| site.ask(&request));
    match seen {
        Some(seen) => {
            assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{answer}");
            right(&seen, &answer);
        }
        // A host that is none, or a byte that no header may have.
        None => assert!(answer.starts_with("HTTP/1.1 400 "), "{answer}"),
    }
}

fn right(seen: &Seen, answer: &str) {
    let values = |name: &str| -> Vec<String> {
        let values = seen.headers.get_all(name).iter();
        values.map(|value| latin1(value.as_bytes())).collect()
    };

    // The address is the connection's, or one that a header has, and never what
    // stands left of one that no trusted proxy has.
    let ip: IpAddr = seen.remote_ip.parse().expect("it is an address");
    let real = values("x-real-ip");
    let chain = values("x-forwarded-for").join(",");
    if ip != PEER {
        let given = if real.is_empty() {
            chain
        } else {
            real.join(",")
        };
        let mut given = given
            .rsplit(',')
            .map(|given| given.trim().parse::<IpAddr>());
        let others = given.find(|given| given.as_ref().map(IpAddr::to_canonical) != Ok(TRUSTED));
        let others = others.map(|given| given.map(|ip| ip.to_canonical()).ok());
        assert!(ip == TRUSTED || others == Some(Some(ip)), "{ip}: {seen:?}");
    }
    assert!(matches!(seen.protocol, Protocol::Http | Protocol::Https));

    assert!(
        seen.full_url
            .starts_with(&format!("{}://{}/", seen.protocol, seen.host))
    );
    assert!(
        seen.host.to_lowercase().starts_with(&seen.host_name),
        "{seen:?}"
    );
    let odd = |c: char| !c.is_ascii_graphic() || "/?#@<>\"\\,".contains(c);
    assert!(!seen.host.contains(odd), "{}", seen.host);

    assert!(RequestId::parse(&seen.request_id).is_some());
    assert!(answer.contains(&format!("\r\nx-request-id: {}\r\n", seen.request_id)));

    let accept = values("accept").join(",").to_lowercase();
    if let Some(best) = seen.best {
        let kind = best.split('/').next().expect("it has a first part");
        let may_be = accept.contains(kind) || accept.contains("*/*") || best == OFFERED[0];
        assert!(may_be, "{best}: {accept}");
    }

    let languages = values("accept-language").join(",").to_lowercase();
    match seen.language.as_str() {
        "en_US" => {}
        "de" => assert!(languages.contains("de"), "{languages}"),
        "pt_BR" => assert!(languages.contains("pt"), "{languages}"),
        other => panic!("nobody speaks {other}"),
    }

    if let Some(id) = &seen.last_event_id {
        assert!(!id.is_empty() && !id.contains(['\r', '\n', '\0']));
    }
}

struct Site {
    application: Application,
    last: Last,
    runtime: tokio::runtime::Runtime,
}

impl Site {
    fn new() -> Site {
        let last = Last::default();
        let translations = Translations::new()
            .add_csv("de", b"yes,ja")
            .and_then(|translations| translations.add_csv("pt_BR", b"yes,sim"));
        let settings = Settings::new()
            .logging("none")
            .xheaders(true)
            .trusted_downstream(vec![TRUSTED])
            .request_ids(true)
            .translations(translations.expect("the files are good"))
            .state(last.clone());
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .build();
        Site {
            application: Application::new([route::<Reader>("/path")], settings)
                .expect("the pattern is one"),
            last,
            runtime: runtime.expect("a runtime without threads can be built"),
        }
    }

    fn ask(&self, request: &[u8]) -> (String, Option<Seen>) {
        let connection = ConnectionInfo::new(PEER, Protocol::Http);
        let talking = pipe::talk(&self.application, connection, request, 1 << 20);
        let answer = latin1(&self.runtime.block_on(talking));
        let mut last = self.last.0.lock().expect("nobody panics with it");
        (answer, last.take())
    }
}

thread_local! {
    static SITE: Site = Site::new();
}
