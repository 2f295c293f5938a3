//! `Client`: HTTP/1.1 on connections that stay open, one to each node.

use std::io;
use std::net::SocketAddr;

use bytes::Bytes;
use http::{Request, header};
use http_body_util::{BodyExt as _, Full};
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;

/// A client with its own session cookie, which asks the nodes in turn.
#[derive(Debug)]
pub struct Client {
    nodes: Vec<(SocketAddr, Option<SendRequest<Full<Bytes>>>)>,
    next: usize,
    cookie_name: String,
    /// The session cookie, as it is sent.
    pub cookie: Option<String>,
}

/// What came back.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Answer {
    /// The number of the status.
    pub status: u16,
    /// The body, if it is text.
    pub body: String,
}

impl Client {
    /// A client for these nodes, without a cookie; `name` is that of the
    /// session's cookie.
    #[must_use]
    pub fn new(nodes: &[SocketAddr], cookie_name: &str) -> Client {
        Client {
            nodes: nodes.iter().map(|address| (*address, None)).collect(),
            next: 0,
            cookie_name: cookie_name.to_owned(),
            cookie: None,
        }
    }

    /// A client with the same cookie, which begins at another node.
    #[must_use]
    pub fn twin(&self, nth: usize) -> Client {
        let nodes: Vec<SocketAddr> = self.nodes.iter().map(|(address, _)| *address).collect();
        let mut twin = Client::new(&nodes, &self.cookie_name);
        twin.next = nth;
        twin.cookie.clone_from(&self.cookie);
        twin
    }

    /// `GET path`; stores the cookie.
    ///
    /// # Errors
    ///
    /// When the node does not answer.
    pub async fn get(&mut self, path: &str) -> io::Result<Answer> {
        let request = Request::get(path).body(Full::default());
        self.send(request.expect("a good request")).await
    }

    /// `POST path` with a form; stores the cookie.
    ///
    /// # Errors
    ///
    /// When the node does not answer.
    pub async fn post(&mut self, path: &str, form: &str) -> io::Result<Answer> {
        let request = Request::post(path)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(Full::from(form.to_owned()));
        self.send(request.expect("a good request")).await
    }

    async fn send(&mut self, mut request: Request<Full<Bytes>>) -> io::Result<Answer> {
        let index = self.next % self.nodes.len();
        self.next += 1;
        let (address, connection) = &mut self.nodes[index];
        let headers = request.headers_mut();
        headers.insert(header::HOST, header::HeaderValue::from_static("hammer"));
        if let Some(cookie) = &self.cookie {
            let cookie = format!("{}={cookie}", self.cookie_name).try_into();
            headers.insert(header::COOKIE, cookie.expect("it came in a header"));
        }
        let mut sender = match connection.take().filter(|sender| !sender.is_closed()) {
            Some(sender) => sender,
            None => connect(*address).await?,
        };
        let response = sender
            .send_request(request)
            .await
            .map_err(io::Error::other)?;
        let status = response.status().as_u16();
        for line in response.headers().get_all(header::SET_COOKIE) {
            let line = line.to_str().expect("cookies are ASCII");
            let (name, rest) = line.split_once('=').expect("a cookie has a name");
            if name != self.cookie_name {
                continue;
            }
            let value = rest.split(';').next().unwrap_or_default();
            self.cookie = (value != "\"\"").then(|| value.to_owned());
        }
        let body = response.into_body().collect().await;
        let body = body.map_err(io::Error::other)?.to_bytes();
        *connection = Some(sender);
        Ok(Answer {
            status,
            body: String::from_utf8(body.into()).expect("the body is text"),
        })
    }
}

async fn connect(address: SocketAddr) -> io::Result<SendRequest<Full<Bytes>>> {
    let stream = TcpStream::connect(address).await?;
    stream.set_nodelay(true)?;
    let (sender, connection) = handshake(TokioIo::new(stream))
        .await
        .map_err(io::Error::other)?;
    tokio::spawn(connection);
    Ok(sender)
}
