//! WebSockets: one end of a connection, its extensions, its compression.

use bytes::{Buf as _, BytesMut};
use tornado_websocket::{CompressionOptions, Deflate, Event, Message, Protocol, Role};

const LIMIT: usize = 4096;

/// Bytes from the other side: they mean the same however they are split, a message stays within the
/// limit, and after the end only a close frame follows.
pub(crate) fn check(data: &[u8]) {
    let Some((&kind, bytes)) = data.split_first() else {
        return;
    };
    let end = || {
        let role = if kind & 1 == 0 {
            Role::Server
        } else {
            Role::Client
        };
        let end = Protocol::new(role).max_message_size(LIMIT);
        let options = CompressionOptions::new().no_context_takeover(kind & 2 != 0);
        match Deflate::accept("permessage-deflate", &options) {
            Ok(Some((deflate, _))) if kind & 4 != 0 => end.deflate(&deflate),
            _ => end,
        }
    };
    let whole = receive(&mut end(), bytes, bytes.len().max(1));
    let cut = usize::from(kind >> 3) + 1;
    assert_eq!(receive(&mut end(), bytes, cut), whole, "in pieces of {cut}");
}

fn receive(end: &mut Protocol, bytes: &[u8], cut: usize) -> (Vec<Event>, Option<u16>) {
    let mut events = Vec::new();
    let mut input = BytesMut::new();
    let mut pieces = bytes.chunks(cut);
    let error = loop {
        match end.receive(&mut input) {
            Ok(Some(event)) => {
                if let Event::Message(message) = &event {
                    assert!(message.as_bytes().len() <= LIMIT);
                }
                events.push(event);
            }
            Ok(None) => match pieces.next() {
                Some(piece) => input.extend_from_slice(piece),
                None => break None,
            },
            Err(error) => break Some(error.code()),
        }
        assert!(
            end.output().remaining() <= 3 * 131 + 4,
            "more than it has to say"
        );
    };
    let ended = error.is_some() || matches!(events.last(), Some(Event::Close(_)));
    assert_eq!(end.is_closed(), ended);
    assert_eq!(end.write(Message::from("more")).is_err(), ended);
    (events, error)
}

/// The header of extensions: our client accepts what a server answers.
pub(crate) fn check_extensions(data: &[u8]) {
    let Ok(header) = str::from_utf8(data) else {
        return;
    };
    for options in [
        CompressionOptions::new(),
        CompressionOptions::new()
            .window_bits(9)
            .no_context_takeover(true),
    ] {
        let _ = Deflate::agree(header, &options);
        if let Ok(Some((_, answer))) = Deflate::accept(header, &options) {
            assert!(answer.starts_with("permessage-deflate"));
            let again = Deflate::accept(&answer, &options);
            let Ok(Some((_, again))) = again else {
                panic!("{answer} is no offer");
            };
            assert_eq!(again, answer);
        }
    }
}

/// Compression: what is written is read back, message after message.
pub(crate) fn check_deflate(data: &[u8]) {
    let Some((&kind, bytes)) = data.split_first() else {
        return;
    };
    let options = CompressionOptions::new()
        .compression_level(u32::from(kind & 7) + 2)
        .window_bits(9 + (kind >> 3 & 3) * 2)
        .no_context_takeover(kind & 0x80 != 0);
    let offer = Deflate::offer(&options);
    let Ok(Some((deflate, answer))) = Deflate::accept(&offer, &options) else {
        panic!("{offer} is not accepted");
    };
    let Ok(Some(agreed)) = Deflate::agree(&answer, &options) else {
        panic!("{answer} is not agreed on");
    };
    let mut server = Protocol::new(Role::Server).deflate(&deflate);
    let mut client = Protocol::new(Role::Client).deflate(&agreed);
    let mut wire = BytesMut::new();
    for payload in bytes.split(|byte| *byte == 0) {
        let message = Message::from(payload);
        assert_eq!(client.write(message.clone()), Ok(()));
        while client.output().has_remaining() {
            let chunk = client.output().chunk().to_vec();
            client.output().advance(chunk.len());
            wire.extend_from_slice(&chunk);
        }
        assert_eq!(server.receive(&mut wire), Ok(Some(Event::Message(message))));
    }
}
