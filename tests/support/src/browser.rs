//! `Browser`: a Chromium that a test controls through the protocol WebDriver.

use std::net::SocketAddr;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::raw::send_raw;
use crate::server::{connects, free_port, local, signal, wait_for};

const INSTALL: &str = "apt-get install chromium chromium-driver";

/// A running `chromedriver`, which starts a headless Chromium for each [`Window`]. It stops when
/// this is dropped.
#[derive(Debug)]
pub struct Browser {
    child: Child,
    port: u16,
}

impl Browser {
    /// Starts a `chromedriver` on a free port.
    #[must_use]
    pub fn start() -> Browser {
        for _ in 0..5 {
            let port = free_port();
            let mut child = Command::new("chromedriver")
                .arg(format!("--port={port}"))
                .stdout(Stdio::null())
                .stderr(Stdio::null())
                .spawn()
                .unwrap_or_else(|error| {
                    panic!("chromedriver can't be started, {error}: {INSTALL}")
                });
            if wait_for(&mut child, || connects(local(port))) {
                return Browser { child, port };
            }
        }
        panic!("chromedriver does not start");
    }

    /// A headless Chromium with one empty tab.
    ///
    /// It runs without the sandbox, which is not available to root: it sees only the pages of tests.
    #[must_use]
    pub fn open(&self) -> Window {
        let arguments = ["--headless=new", "--no-sandbox", "--disable-dev-shm-usage"];
        let options = json!({
            "browserName": "chrome",
            "goog:chromeOptions": { "args": arguments },
        });
        let mut window = Window {
            driver: local(self.port),
            session: "/session".to_owned(),
        };
        let wanted = json!({ "capabilities": { "alwaysMatch": options } });
        let session = window.post("", &wanted);
        let id = session["sessionId"].as_str().expect("it has an id");
        window.session.push_str(&format!("/{id}"));
        window
    }
}

/// A Chromium, which does what it is told in the tab that was opened last, or switched to.
/// What is not found within 30 seconds is a panic.
#[derive(Debug)]
pub struct Window {
    driver: SocketAddr,
    /// The path of its session.
    session: String,
}

/// How long a page may take.
const PATIENCE: Duration = Duration::from_secs(30);

impl Window {
    /// Opens a page.
    pub fn go(&self, url: &str) {
        self.post("/url", &json!({ "url": url }));
    }

    /// Opens a tab, and gives its name.
    pub fn open_tab(&self) -> String {
        let tab = self.post("/window/new", &json!({ "type": "tab" }));
        let tab = tab["handle"].as_str().expect("a tab has a name").to_owned();
        self.switch_to(&tab);
        tab
    }

    /// The name of the tab.
    #[must_use]
    pub fn tab(&self) -> String {
        self.get("/window")
    }

    /// Goes on in another tab.
    pub fn switch_to(&self, tab: &str) {
        self.post("/window", &json!({ "handle": tab }));
    }

    /// Waits until something is there, which has a name.
    pub fn wait_for(&self, what: &str, mut is_there: impl FnMut() -> bool) {
        let began = Instant::now();
        while !is_there() {
            assert!(began.elapsed() < PATIENCE, "no {what}");
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// Waits until this is the URL of the page.
    pub fn wait_for_url(&self, url: &str) {
        self.wait_for(url, || self.get("/url") == url);
    }

    /// Waits until an element, by its selector of CSS, shows a text.
    pub fn wait_for_text(&self, selector: &str, text: &str) {
        self.wait_for(text, || self.text(selector).contains(text));
    }

    /// What an element shows.
    #[must_use]
    pub fn text(&self, selector: &str) -> String {
        self.get(&format!("{}/text", self.first(selector)))
    }

    /// How many elements there are.
    #[must_use]
    pub fn count(&self, selector: &str) -> usize {
        self.find(selector).len()
    }

    /// Clicks an element.
    pub fn click(&self, selector: &str) {
        self.post(&format!("{}/click", self.first(selector)), &json!({}));
    }

    /// Fills in fields by their names, and clicks the button of their form.
    pub fn submit(&self, form: &str, fields: &[(&str, &str)]) {
        for (name, text) in fields {
            let field = self.first(&format!("{form} [name={name}]"));
            self.post(&format!("{field}/clear"), &json!({}));
            self.post(&format!("{field}/value"), &json!({ "text": text }));
        }
        self.click(&format!("{form} button"));
    }

    fn first(&self, selector: &str) -> String {
        let mut found = self.find(selector).into_iter();
        found.next().unwrap_or_else(|| panic!("no {selector}"))
    }

    /// Elements, as paths of commands.
    fn find(&self, selector: &str) -> Vec<String> {
        let wanted = json!({ "using": "css selector", "value": selector });
        let found = self.post("/elements", &wanted);
        let elements = found.as_array().expect("it is a list").iter();
        let ids = elements.map(|element| {
            let ids = element.as_object().expect("it is one").values();
            ids.filter_map(Value::as_str).collect::<String>()
        });
        ids.map(|id| format!("/element/{id}")).collect()
    }

    fn get(&self, command: &str) -> String {
        let value = self.command("GET", command, "");
        value.as_str().expect("it is a text").to_owned()
    }

    fn post(&self, command: &str, body: &Value) -> Value {
        self.command("POST", command, &body.to_string())
    }

    fn command(&self, method: &str, command: &str, body: &str) -> Value {
        let request = format!(
            "{method} {}{command} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\
             Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
            self.session,
            self.driver,
            body.len()
        );
        let response = send_raw(self.driver, request.as_bytes());
        let text = String::from_utf8_lossy(&response.body);
        assert!(response.status_line.contains(" 200 "), "{command}: {text}");
        let mut answer: Value = serde_json::from_str(&text).expect("it answers with JSON");
        answer["value"].take()
    }
}

impl Drop for Window {
    fn drop(&mut self) {
        // A test that has failed leaves its Chromium to the driver.
        if !std::thread::panicking() {
            self.command("DELETE", "", "");
        }
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        // A failing test leaves its Chromium to the driver, which ends it at this signal.
        if self.child.try_wait().is_ok_and(|ended| ended.is_none()) {
            signal(&self.child, "TERM");
        }
        self.child.wait().ok();
    }
}
