//! Both ends against each other, and against bytes that nobody should send.

use bytes::{Buf, Bytes, BytesMut};
use proptest::prelude::*;
use tornado_websocket::{
    CloseFrame, CompressionOptions, Deflate, Event, Message, Protocol, Role, SharedMessage,
};

/// Everything that is to be written.
fn take(end: &mut Protocol) -> Vec<u8> {
    let mut bytes = Vec::new();
    while end.output().has_remaining() {
        let chunk = end.output().chunk().to_vec();
        end.output().advance(chunk.len());
        bytes.extend_from_slice(&chunk);
    }
    bytes
}

/// The result of input in pieces of these lengths, repeated.
fn receive(end: &mut Protocol, bytes: &[u8], cuts: &[usize]) -> (Vec<Event>, Option<u16>) {
    let mut events = Vec::new();
    let mut input = BytesMut::new();
    let mut rest = bytes;
    let mut cuts = cuts.iter().cycle();
    loop {
        match end.receive(&mut input) {
            Ok(Some(event)) => events.push(event),
            Ok(None) if rest.is_empty() => return (events, None),
            Ok(None) => {
                let cut = cuts
                    .next()
                    .copied()
                    .unwrap_or(rest.len())
                    .clamp(1, rest.len());
                input.extend_from_slice(&rest[..cut]);
                rest = &rest[cut..];
            }
            Err(error) => return (events, Some(error.code())),
        }
    }
}

/// A frame of a client, masked with zeros.
fn frame(first: u8, payload: &[u8]) -> Vec<u8> {
    assert!(payload.len() < 126);
    let mut frame = vec![
        first,
        0x80 | u8::try_from(payload.len()).unwrap(),
        0,
        0,
        0,
        0,
    ];
    frame.extend_from_slice(payload);
    frame
}

fn options() -> impl Strategy<Value = CompressionOptions> {
    (0..10_u32, 9..16_u8, any::<bool>(), 0..100_usize).prop_map(
        |(level, bits, alone, threshold)| {
            let options = CompressionOptions::new()
                .compression_level(level)
                .window_bits(bits);
            options.no_context_takeover(alone).threshold(threshold)
        },
    )
}

/// Both ends, with what their options let them agree on.
fn ends(deflate: Option<(CompressionOptions, CompressionOptions)>) -> (Protocol, Protocol) {
    let (server, client) = (Protocol::new(Role::Server), Protocol::new(Role::Client));
    let Some((ours, theirs)) = deflate else {
        return (server, client);
    };
    let offers = Deflate::offer(&theirs);
    let (deflate, answer) = Deflate::accept(&offers, &ours).unwrap().unwrap();
    let agreed = Deflate::agree(&answer, &theirs).unwrap().unwrap();
    (server.deflate(&deflate), client.deflate(&agreed))
}

fn messages() -> impl Strategy<Value = Vec<Message>> {
    let repeated = ("[a-c]{0,9}", 0..3000_usize).prop_map(|(text, times)| text.repeat(times));
    let bytes = prop::collection::vec(any::<u8>(), 0..200);
    let message = prop_oneof![
        any::<String>().prop_map(Message::from),
        repeated.prop_map(Message::from),
        bytes.prop_map(Message::from),
    ];
    prop::collection::vec(message, 0..8)
}

proptest! {
    #[test]
    fn what_one_end_writes_the_other_reads(
        deflate in prop::option::of((options(), options())),
        sent in messages(),
        cuts in prop::collection::vec(1..5000_usize, 1..4),
    ) {
        let (mut server, mut client) = ends(deflate);
        let expected: Vec<Event> = sent.iter().cloned().map(Event::Message).collect();
        for message in &sent {
            client.write(message.clone()).unwrap();
        }
        let (events, error) = receive(&mut server, &take(&mut client), &cuts);
        prop_assert_eq!((&events, error), (&expected, None));
        // The other way, with shared messages among them.
        for (index, message) in sent.iter().enumerate() {
            match index % 2 {
                0 => server.write(message.clone()).unwrap(),
                _ => server.write_shared(&SharedMessage::new(message.clone())).unwrap(),
            }
        }
        let (events, error) = receive(&mut client, &take(&mut server), &cuts);
        prop_assert_eq!((events, error), (expected, None));
    }

    #[test]
    fn where_the_bytes_are_cut_makes_no_difference(
        bytes in prop::collection::vec(any::<u8>(), 0..300),
        cuts in prop::collection::vec(1..20_usize, 1..5),
        deflate: bool,
    ) {
        let end = || {
            let deflate = deflate.then(|| (CompressionOptions::new(), CompressionOptions::new()));
            ends(deflate).0.max_message_size(100)
        };
        let whole = receive(&mut end(), &bytes, &[usize::MAX]);
        prop_assert_eq!(receive(&mut end(), &bytes, &cuts), whole);
    }
}

#[test]
fn fragments_make_a_message_with_control_frames_between_them() {
    let mut server = Protocol::new(Role::Server);
    let mut bytes = frame(0x01, "h\u{e9}".as_bytes().split_last().unwrap().1);
    bytes.extend(frame(0x89, b"between"));
    bytes.extend(frame(0x00, b""));
    bytes.extend(frame(0x80, b"\xA9llo"));
    let (events, error) = receive(&mut server, &bytes, &[1]);
    assert_eq!(error, None);
    let expected = [
        Event::Ping(Bytes::from("between")),
        Event::Message(Message::from("h\u{e9}llo")),
    ];
    assert_eq!(events, expected);
    assert_eq!(take(&mut server), b"\x8A\x07between");
}

#[test]
fn what_breaks_a_rule_ends_the_connection_with_its_code() {
    let compressed = frame(0xC1, b"\xFF\xFF\xFF\xFF");
    for (name, bytes, code) in [
        ("not masked", vec![0x81, 0x01, b'a'], 1002),
        ("reserved bit", frame(0x91, b"a"), 1002),
        ("compressed, not agreed on", compressed, 1002),
        ("unknown opcode", frame(0x83, b""), 1002),
        ("unknown control opcode", frame(0x8B, b""), 1002),
        ("fragmented ping", frame(0x09, b""), 1002),
        ("long ping", vec![0x89, 0xFE, 0, 126], 1002),
        ("nothing to continue", frame(0x80, b""), 1002),
        (
            "not continued",
            [frame(0x01, b"a"), frame(0x81, b"b")].concat(),
            1002,
        ),
        ("close of one byte", frame(0x88, b"\x03"), 1002),
        ("close code", frame(0x88, b"\x03\xED"), 1002),
        ("close reason", frame(0x88, b"\x03\xE8\xFF"), 1007),
        ("text", frame(0x81, b"\xC3("), 1007),
        ("half a character at the end", frame(0x81, b"\xC3"), 1007),
        (
            "text of which more is to come",
            frame(0x01, b"\xED\xA0"),
            1007,
        ),
        (
            "too long",
            vec![0x82, 0xFF, 0, 0, 0, 0, 0, 0xA0, 0, 1, 0, 0, 0, 0],
            1009,
        ),
    ] {
        let mut server = Protocol::new(Role::Server);
        let (events, error) = receive(&mut server, &bytes, &[1]);
        assert_eq!(error, Some(code), "{name}");
        assert_eq!(events, [], "{name}");
        let out = take(&mut server);
        assert_eq!(out[..1], [0x88], "{name}");
        assert_eq!(out[2..4], code.to_be_bytes(), "{name}");
        assert!(server.is_closed(), "{name}");
        // Nothing is read or written any more.
        assert_eq!(
            receive(&mut server, &frame(0x89, b"x"), &[100]),
            (vec![], None),
            "{name}"
        );
        assert!(server.write(Message::from("late")).is_err(), "{name}");
        assert_eq!(take(&mut server), b"", "{name}");
    }
}

#[test]
fn a_client_masks_its_frames_and_takes_none_that_is_masked() {
    let mut client = Protocol::new(Role::Client);
    assert_eq!(receive(&mut client, &frame(0x81, b"a"), &[9]).1, Some(1002));
    let closed = take(&mut client);
    assert_eq!(closed[1] & 0x80, 0x80);
}

#[test]
fn deflate_is_checked_where_it_was_agreed_on() {
    for (name, bytes, code) in [
        ("no deflate", frame(0xC1, b"\xFF\xFF\xFF\xFF"), 1007),
        ("compressed ping", frame(0xC9, b""), 1002),
        (
            "compressed continuation",
            [frame(0x41, b""), frame(0xC0, b"")].concat(),
            1002,
        ),
        (
            "compressed, not UTF-8",
            frame(0xC1, b"\x00\x01\x00\xFE\xFF\xFF"),
            1007,
        ),
    ] {
        let (server, _) = ends(Some((CompressionOptions::new(), CompressionOptions::new())));
        let (events, error) = receive(&mut server.max_message_size(1000), &bytes, &[1]);
        assert_eq!((events, error), (vec![], Some(code)), "{name}");
    }
}

#[test]
fn the_limit_counts_fragments_and_what_they_are_inflated_to() {
    let deflate = Some((CompressionOptions::new(), CompressionOptions::new()));
    let (server, mut client) = ends(deflate.clone());
    let mut server = server.max_message_size(1024);
    client.write(Message::from("x".repeat(1024))).unwrap();
    let (events, error) = receive(&mut server, &take(&mut client), &[3]);
    assert_eq!((events.len(), error), (1, None));
    client.write(Message::from("x".repeat(1025))).unwrap();
    let (events, error) = receive(&mut server, &take(&mut client), &[3]);
    assert_eq!((events, error), (vec![], Some(1009)));
    let out = take(&mut server);
    assert_eq!(&out[4..], b"message too big after decompression");

    let mut server = Protocol::new(Role::Server).max_message_size(9);
    let bytes = [
        frame(0x02, b"12345"),
        frame(0x00, b"6789"),
        frame(0x80, b"0"),
    ]
    .concat();
    assert_eq!(receive(&mut server, &bytes, &[7]), (vec![], Some(1009)));
    assert_eq!(&take(&mut server)[4..], b"message too big");
}

#[test]
fn one_pong_waits_and_it_is_the_newest() {
    let mut server = Protocol::new(Role::Server);
    // The socket takes nothing.
    let pings: Vec<u8> = (0..1000_u32)
        .flat_map(|i| frame(0x89, &i.to_be_bytes()))
        .collect();
    let (events, error) = receive(&mut server, &pings, &[1000]);
    assert_eq!((events.len(), error), (1000, None));
    let mut expected = vec![0x8A, 4];
    expected.extend(0_u32.to_be_bytes());
    expected.extend([0x8A, 4]);
    expected.extend(999_u32.to_be_bytes());
    assert_eq!(take(&mut server), expected);
    // An unanswered one goes before the next message.
    server.write(Message::from("a")).unwrap();
    receive(&mut server, &frame(0x89, b"?"), &[100]);
    server.write(Message::from("b")).unwrap();
    assert_eq!(take(&mut server), b"\x81\x01a\x8A\x01?\x81\x01b");
}

#[test]
fn both_ends_say_goodbye_once() {
    let (mut server, mut client) = ends(None);
    client.write(Message::from("last words")).unwrap();
    let close = CloseFrame::new(3000, "bye").unwrap();
    client.close(Some(&close));
    client.close(None);
    assert!(client.is_closing() && !client.is_closed());
    let (events, error) = receive(&mut server, &take(&mut client), &[4]);
    assert_eq!(error, None);
    assert_eq!(events.last(), Some(&Event::Close(Some(close))));
    assert!(server.is_closed());
    server.close(None);
    // The code is returned and the reason is not.
    let out = take(&mut server);
    assert_eq!(out, [0x88, 2, 0x0B, 0xB8]);
    let (events, _) = receive(&mut client, &out, &[4]);
    assert_eq!(
        events,
        [Event::Close(Some(CloseFrame::new(3000, "").unwrap()))]
    );
    assert!(client.is_closed());
    assert_eq!(take(&mut client), b"");
}

#[test]
fn both_ends_may_say_it_at_once() {
    let (mut server, mut client) = ends(None);
    server.close(Some(&CloseFrame::new(1001, "").unwrap()));
    client.close(None);
    let (to_client, to_server) = (take(&mut server), take(&mut client));
    assert_eq!(
        receive(&mut server, &to_server, &[9]).0,
        [Event::Close(None)]
    );
    let (events, _) = receive(&mut client, &to_client, &[9]);
    assert_eq!(
        events,
        [Event::Close(Some(CloseFrame::new(1001, "").unwrap()))]
    );
    assert!(server.is_closed() && client.is_closed());
    assert_eq!((take(&mut server), take(&mut client)), (vec![], vec![]));
}

#[test]
fn a_server_that_has_closed_still_hears_what_was_under_way() {
    let (mut server, mut client) = ends(None);
    client.write(Message::from("on its way")).unwrap();
    client.ping(b"?").unwrap();
    server.close(None);
    let (events, _) = receive(&mut server, &take(&mut client), &[5]);
    assert_eq!(events.len(), 2);
    // But nothing follows a close frame, not even a pong.
    assert_eq!(take(&mut server), [0x88, 0]);
}

#[test]
fn compressed_bytes_are_zlibs() {
    // zlib.compressobj(6, zlib.DEFLATED, -15).compress(b"Hello") and a sync flush,
    // without its last four bytes; the second time, it is a reference to the first.
    let (mut server, _) = ends(Some((CompressionOptions::new(), CompressionOptions::new())));
    server.write(Message::from("Hello")).unwrap();
    assert_eq!(take(&mut server), b"\xC1\x07\xf2\x48\xcd\xc9\xc9\x07\x00");
    server.write(Message::from("Hello")).unwrap();
    assert_eq!(take(&mut server), b"\xC1\x05\xf2\x00\x11\x00\x00");
    server.write(Message::from("")).unwrap();
    assert_eq!(take(&mut server), b"\xC1\x01\x00");
}

#[test]
fn four_million_fragments_take_no_more_memory_than_their_bytes() {
    let mut server = Protocol::new(Role::Server).max_message_size(1 << 20);
    let mut input = BytesMut::new();
    let mut first = frame(0x02, b"");
    for _ in 0..4_000_000 / 1000 {
        for _ in 0..1000 {
            input.extend_from_slice(&first);
            first[0] = 0x00;
        }
        assert_eq!(server.receive(&mut input), Ok(None));
        assert!(input.is_empty() && input.capacity() < 1 << 16);
    }
    input.extend_from_slice(&frame(0x80, b"x"));
    let event = server.receive(&mut input).unwrap();
    assert_eq!(event, Some(Event::Message(Message::from(vec![b'x']))));
}
