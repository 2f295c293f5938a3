//! `Proxy`: a network that fails on command.

use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// Passes TCP connections on to a server, until it is told to hold them up or
/// to cut them.
#[derive(Debug)]
pub struct Proxy {
    address: SocketAddr,
    shared: Arc<Shared>,
}

#[derive(Debug, Default)]
struct Shared {
    stalled: AtomicBool,
    /// Whether the next answer of the server is dropped, and its connection
    /// cut.
    swallows: AtomicBool,
    /// The number of packets sent to the server.
    sent: AtomicUsize,
    streams: Mutex<Vec<TcpStream>>,
    /// Where new connections lead, if not to the first server.
    elsewhere: Mutex<Option<SocketAddr>>,
}

impl Proxy {
    /// Starts one in front of `server`.
    #[must_use]
    pub fn start(server: SocketAddr) -> Proxy {
        let listener = TcpListener::bind(("127.0.0.1", 0)).expect("there is a free port");
        let address = listener.local_addr().expect("it is bound");
        let shared = Arc::new(Shared::default());
        let state = Arc::clone(&shared);
        std::thread::spawn(move || {
            for client in listener.incoming().flatten() {
                let elsewhere = *state.elsewhere.lock().expect("no thread panics with it");
                let Ok(server) = TcpStream::connect(elsewhere.unwrap_or(server)) else {
                    continue;
                };
                for stream in [&client, &server] {
                    stream.set_nodelay(true).ok();
                    let mut streams = state.streams.lock().expect("no thread panics with it");
                    streams.push(stream.try_clone().expect("a socket can be cloned"));
                }
                pass(&client, &server, &state, true);
                pass(&server, &client, &state, false);
            }
        });
        Proxy { address, shared }
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Holds all bytes back, or lets them pass again.
    pub fn stall(&self, stalled: bool) {
        self.shared.stalled.store(stalled, Ordering::SeqCst);
    }

    /// Cuts all existing connections. New ones are passed on.
    pub fn cut(&self) {
        let mut streams = self
            .shared
            .streams
            .lock()
            .expect("no thread panics with it");
        for stream in streams.drain(..) {
            stream.shutdown(Shutdown::Both).ok();
        }
    }

    /// Leads new connections to another server, as a name or a load balancer
    /// does after a failover. Existing ones stay.
    pub fn lead_to(&self, server: SocketAddr) {
        let mut elsewhere = self
            .shared
            .elsewhere
            .lock()
            .expect("no thread panics with it");
        *elsewhere = Some(server);
    }

    /// Lets the next request through to the server, and cuts the connection
    /// instead of passing the answer on.
    pub fn swallow_next_answer(&self) {
        self.shared.swallows.store(true, Ordering::SeqCst);
    }

    /// How many packets were sent to the server. That is the number of round
    /// trips if a client waits for each answer.
    #[must_use]
    pub fn packets_sent(&self) -> usize {
        self.shared.sent.load(Ordering::SeqCst)
    }
}

fn pass(from: &TcpStream, to: &TcpStream, shared: &Arc<Shared>, to_server: bool) {
    let mut from = from.try_clone().expect("a socket can be cloned");
    let mut to = to.try_clone().expect("a socket can be cloned");
    let shared = Arc::clone(shared);
    std::thread::spawn(move || {
        let mut buffer = vec![0; 64 * 1024];
        while let Ok(length) = from.read(&mut buffer) {
            if length == 0 {
                break;
            }
            while shared.stalled.load(Ordering::SeqCst) {
                std::thread::sleep(Duration::from_millis(5));
            }
            if to_server {
                shared.sent.fetch_add(1, Ordering::SeqCst);
            } else if shared.swallows.swap(false, Ordering::SeqCst) {
                break;
            }
            if to.write_all(&buffer[..length]).is_err() {
                break;
            }
        }
        // Either end sees that the other has gone.
        from.shutdown(Shutdown::Both).ok();
        to.shutdown(Shutdown::Both).ok();
    });
}
