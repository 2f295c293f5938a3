//! yawc, behind hyper. It offers no compression by default, and gives ping frames to
//! the code that reads.

use std::convert::Infallible;

use futures_util::SinkExt;
use http_body_util::Empty;
use hyper::body::{Bytes, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use yawc::{Frame, HttpWebSocket, OpCode, WebSocket};

use crate::Room;

pub(crate) async fn serve(stream: TcpStream, room: Room) {
    let service = service_fn(|request| {
        let room = room.clone();
        async move { Ok::<_, Infallible>(upgrade(request, room)) }
    });
    // It ends when the client leaves.
    http1::Builder::new()
        .serve_connection(TokioIo::new(stream), service)
        .with_upgrades()
        .await
        .ok();
}

fn upgrade(mut request: Request<Incoming>, room: Room) -> Response<Empty<Bytes>> {
    let is_echo = request.uri().path() == "/echo";
    let Ok((response, socket)) = WebSocket::upgrade(&mut request) else {
        return Response::default();
    };
    tokio::spawn(async move {
        match socket.await {
            Ok(socket) if is_echo => echo(socket).await,
            Ok(socket) => stay(socket, &room).await,
            Err(_) => {}
        }
    });
    response
}

async fn echo(mut socket: HttpWebSocket) {
    while let Ok(frame) = socket.next_frame().await {
        if frame.opcode() == OpCode::Text && socket.send(frame).await.is_err() {
            return;
        }
    }
}

async fn stay(mut socket: HttpWebSocket, room: &Room) {
    let mut receiver = crate::enter(room);
    loop {
        tokio::select! {
            frame = socket.next_frame() => match frame {
                Ok(frame) if frame.opcode() == OpCode::Text => {
                    crate::tell(room, &frame.into_payload());
                }
                Ok(_) => {}
                Err(_) => return,
            },
            Some(text) = receiver.recv() => {
                if socket.send(Frame::text(text)).await.is_err() {
                    return;
                }
            }
        }
    }
}
