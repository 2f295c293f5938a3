//! A WebSocket of a client, by the bytes of RFC 6455: what is tested does not test itself.

use std::io::{BufReader, Read as _, Write as _};
use std::net::TcpStream;

use anyhow::{Result, bail};
use test_support::RawResponse;

/// The bits of a text, whole and compressed, and of the end, in the first byte of a frame.
const TEXT: u8 = 0x81;
const COMPRESSED_TEXT: u8 = 0xC1;
const CLOSE: u8 = 0x88;
/// The bit of a mask in the second.
const MASKED: u8 = 0x80;

pub(super) struct WebSocket {
    stream: BufReader<TcpStream>,
    compressed: bool,
}

impl WebSocket {
    /// Offers compression or not, and gets what it offers.
    pub(super) fn open(stream: TcpStream, compressed: bool) -> Result<WebSocket> {
        let offer = if compressed {
            "Sec-WebSocket-Extensions: permessage-deflate\r\n"
        } else {
            ""
        };
        let mut stream = BufReader::new(stream);
        let head = format!(
            "GET /socket HTTP/1.1\r\nHost: h\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
             Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\
             {offer}\r\n"
        );
        stream.get_mut().write_all(head.as_bytes())?;
        let answer = RawResponse::read_head(&mut stream);
        let agreed = answer.header("Sec-WebSocket-Extensions").is_some();
        if answer.status() != 101 || agreed != compressed {
            bail!("WebSocket: {}", answer.status_line);
        }
        Ok(WebSocket { stream, compressed })
    }

    /// Sends a text of this many bytes, uncompressed, which is always allowed, and
    /// expects it back.
    pub(super) fn echo(&mut self, size: usize, mask: u32) -> Result<()> {
        let text = vec![b'a' + (mask % 26) as u8; size];
        self.send(TEXT, &text, mask.to_be_bytes())?;
        let (first, answer) = self.read()?;
        let right = match first {
            TEXT => answer == text,
            COMPRESSED_TEXT => self.compressed && answer.len() < size.max(64),
            _ => false,
        };
        if !right {
            bail!(
                "WebSocket: {size} bytes came back as {} of {first:#x}",
                answer.len()
            );
        }
        Ok(())
    }

    /// Ends it, and expects the end of the server and of the connection.
    pub(super) fn close(mut self) -> Result<()> {
        let code = 1000_u16.to_be_bytes();
        self.send(CLOSE, &code, [0; 4])?;
        let (first, answer) = self.read()?;
        let rest = self.stream.read_to_end(&mut Vec::new())?;
        if first != CLOSE || answer != code || rest > 0 {
            bail!(
                "WebSocket: its end came back as {} bytes of {first:#x}",
                answer.len()
            );
        }
        Ok(())
    }

    fn send(&mut self, first: u8, payload: &[u8], mask: [u8; 4]) -> Result<()> {
        let mut frame = vec![first];
        match payload.len() {
            length @ 0..126 => frame.push(MASKED | length as u8),
            length @ 126..65536 => {
                frame.push(MASKED | 126);
                frame.extend_from_slice(&(length as u16).to_be_bytes());
            }
            length => {
                frame.push(MASKED | 127);
                frame.extend_from_slice(&(length as u64).to_be_bytes());
            }
        }
        frame.extend_from_slice(&mask);
        let masked = payload.iter().zip(mask.iter().cycle());
        frame.extend(masked.map(|(byte, mask)| byte ^ mask));
        self.stream.get_mut().write_all(&frame)?;
        Ok(())
    }

    /// The first byte and the payload of a frame.
    fn read(&mut self) -> Result<(u8, Vec<u8>)> {
        let [first, length] = self.bytes()?;
        let length = match length {
            126 => u64::from(u16::from_be_bytes(self.bytes()?)),
            127 => u64::from_be_bytes(self.bytes()?),
            length => u64::from(length),
        };
        let mut payload = Vec::new();
        self.stream
            .by_ref()
            .take(length)
            .read_to_end(&mut payload)?;
        if payload.len() as u64 != length {
            bail!("WebSocket: it ended in the midst of a frame");
        }
        Ok((first, payload))
    }

    fn bytes<const N: usize>(&mut self) -> Result<[u8; N]> {
        let mut bytes = [0; N];
        self.stream.read_exact(&mut bytes)?;
        Ok(bytes)
    }
}
