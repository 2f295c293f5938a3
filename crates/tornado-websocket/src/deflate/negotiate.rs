//! `Deflate`: what the two sides have agreed on (RFC 7692, sections 5 and 7.1).

use std::fmt;
use std::fmt::Write as _;

use super::CompressionOptions;
use super::extensions::{self, Extension};

/// The compression that client and server have agreed on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deflate {
    pub(crate) server: Side,
    pub(crate) client: Side,
    pub(crate) options: CompressionOptions,
}

/// The parameters for the messages of one side.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Side {
    pub(crate) window_bits: u8,
    pub(crate) takeover: bool,
}

const NAME: &str = "permessage-deflate";
const SERVER_TAKEOVER: &str = "server_no_context_takeover";
const CLIENT_TAKEOVER: &str = "client_no_context_takeover";
const SERVER_BITS: &str = "server_max_window_bits";
const CLIENT_BITS: &str = "client_max_window_bits";

/// Zlib has no smaller window for compressing.
const LEAST_BITS: u8 = 9;
const MOST_BITS: u8 = 15;

/// The parameters of one offer or one answer.
#[derive(Default)]
struct Params {
    server_alone: bool,
    client_alone: bool,
    server_bits: Option<u8>,
    /// The inner `None` is for a client that accepts a window size from the
    /// server.
    client_bits: Option<Option<u8>>,
}

impl Params {
    /// `None` if a parameter is unknown, repeated, or has an invalid value.
    fn read(extension: &Extension<'_>) -> Option<Params> {
        let mut params = Params::default();
        for (index, (name, value)) in extension.params.iter().enumerate() {
            let before = &extension.params[..index];
            if before.iter().any(|(other, _)| other == name) {
                return None;
            }
            match (*name, value) {
                (SERVER_TAKEOVER, None) => params.server_alone = true,
                (CLIENT_TAKEOVER, None) => params.client_alone = true,
                (SERVER_BITS, Some(value)) => params.server_bits = Some(bits(value)?),
                (CLIENT_BITS, Some(value)) => params.client_bits = Some(Some(bits(value)?)),
                (CLIENT_BITS, None) => params.client_bits = Some(None),
                _ => return None,
            }
        }
        Some(params)
    }
}

fn bits(value: &str) -> Option<u8> {
    let plain = value.bytes().all(|byte| byte.is_ascii_digit()) && !value.starts_with('0');
    let bits = value.parse().ok().filter(|_| plain)?;
    (8..=MOST_BITS).contains(&bits).then_some(bits)
}

impl Deflate {
    /// A server's choice among the offers of a client, the first that it
    /// supports, and the header of its answer. `None` if it accepts none.
    ///
    /// ```
    /// use tornado_websocket::{CompressionOptions, Deflate};
    ///
    /// let options = CompressionOptions::new();
    /// let offers = "permessage-deflate; rice_pudding, permessage-deflate; client_max_window_bits";
    /// let (_, answer) = Deflate::accept(offers, &options).unwrap().unwrap();
    /// assert_eq!(answer, "permessage-deflate");
    /// assert!(Deflate::accept("x-webkit-deflate-frame", &options).unwrap().is_none());
    /// ```
    ///
    /// # Errors
    ///
    /// When the header is malformed.
    pub fn accept(
        offers: &str,
        options: &CompressionOptions,
    ) -> Result<Option<(Deflate, String)>, ExtensionError> {
        let extensions = extensions::parse(offers).map_err(|_| ExtensionError::Malformed)?;
        let offers = extensions.iter().filter(|offer| offer.name == NAME);
        Ok(offers
            .filter_map(Params::read)
            .find_map(|offer| accept_one(&offer, options)))
    }

    /// The header with which a client offers it.
    #[must_use]
    pub fn offer(options: &CompressionOptions) -> String {
        let mut header = NAME.to_owned();
        if options.no_context_takeover {
            let _ = write!(header, "; {SERVER_TAKEOVER}; {CLIENT_TAKEOVER}");
        }
        if options.window_bits < MOST_BITS {
            let bits = options.window_bits;
            let _ = write!(header, "; {SERVER_BITS}={bits}; {CLIENT_BITS}={bits}");
        } else {
            let _ = write!(header, "; {CLIENT_BITS}");
        }
        header
    }

    /// A client's reading of the answer to its [`offer`](Self::offer): `None` if the server wants
    /// no compression.
    ///
    /// # Errors
    ///
    /// When the server answers with something that was not offered; the connection must then fail.
    pub fn agree(
        answer: &str,
        options: &CompressionOptions,
    ) -> Result<Option<Deflate>, ExtensionError> {
        let extensions = extensions::parse(answer).map_err(|_| ExtensionError::Malformed)?;
        let [extension] = &extensions[..] else {
            return match &extensions[..] {
                [] => Ok(None),
                _ => Err(ExtensionError::NotOffered),
            };
        };
        let params = Params::read(extension).filter(|_| extension.name == NAME);
        let params = params.ok_or(ExtensionError::NotOffered)?;
        let offered = options.window_bits;
        let server_bits = params.server_bits.unwrap_or(MOST_BITS);
        let client_bits = match params.client_bits {
            None => offered,
            Some(Some(bits)) => bits.min(offered),
            Some(None) => return Err(ExtensionError::NotOffered),
        };
        let refused = server_bits > offered
            || client_bits < LEAST_BITS
            || (options.no_context_takeover && !params.server_alone);
        if refused {
            return Err(ExtensionError::NotOffered);
        }
        Ok(Some(Deflate {
            server: Side {
                window_bits: server_bits,
                takeover: !params.server_alone,
            },
            client: Side {
                window_bits: client_bits,
                takeover: !(params.client_alone || options.no_context_takeover),
            },
            options: options.clone(),
        }))
    }
}

fn accept_one(offer: &Params, options: &CompressionOptions) -> Option<(Deflate, String)> {
    let mut answer = NAME.to_owned();
    let mut param = |text: fmt::Arguments<'_>| {
        let _ = write!(answer, "; {text}");
    };
    let server_alone = offer.server_alone || options.no_context_takeover;
    if server_alone {
        param(format_args!("{SERVER_TAKEOVER}"));
    }
    // A client that says that it will do without is held to it, so that nothing
    // must be kept for it.
    let client_alone = offer.client_alone || options.no_context_takeover;
    if client_alone {
        param(format_args!("{CLIENT_TAKEOVER}"));
    }
    let server_bits = offer
        .server_bits
        .map_or(options.window_bits, |bits| bits.min(options.window_bits));
    if server_bits < LEAST_BITS {
        return None;
    }
    if offer.server_bits.is_some() || server_bits < MOST_BITS {
        param(format_args!("{SERVER_BITS}={server_bits}"));
    }
    let client_bits = match offer.client_bits {
        None => MOST_BITS,
        Some(most) => {
            let bits = most.unwrap_or(MOST_BITS).min(options.window_bits);
            if most.is_some() || bits < MOST_BITS {
                param(format_args!("{CLIENT_BITS}={bits}"));
            }
            bits
        }
    };
    let deflate = Deflate {
        server: Side {
            window_bits: server_bits,
            takeover: !server_alone,
        },
        client: Side {
            window_bits: client_bits,
            takeover: !client_alone,
        },
        options: options.clone(),
    };
    Some((deflate, answer))
}

/// What is wrong with the header `Sec-WebSocket-Extensions`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ExtensionError {
    /// It can't be parsed.
    Malformed,
    /// The server answers with something that the client has not offered.
    NotOffered,
}

impl fmt::Display for ExtensionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            ExtensionError::Malformed => "malformed Sec-WebSocket-Extensions",
            ExtensionError::NotOffered => "the server's Sec-WebSocket-Extensions were not offered",
        })
    }
}

impl std::error::Error for ExtensionError {}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(offers: &str, options: &CompressionOptions) -> Option<String> {
        Some(Deflate::accept(offers, options).unwrap()?.1)
    }

    #[test]
    fn a_server_takes_the_first_offer_that_it_can_do() {
        let usual = CompressionOptions::new();
        for (offers, expected) in [
            ("", None),
            ("foo", None),
            ("permessage-deflate", Some("permessage-deflate")),
            ("foo, permessage-deflate", Some("permessage-deflate")),
            (
                "permessage-deflate; client_max_window_bits",
                Some("permessage-deflate"),
            ),
            (
                "permessage-deflate; client_max_window_bits=10",
                Some("permessage-deflate; client_max_window_bits=10"),
            ),
            (
                "permessage-deflate; server_no_context_takeover; server_max_window_bits=\"12\"",
                Some("permessage-deflate; server_no_context_takeover; server_max_window_bits=12"),
            ),
            (
                "permessage-deflate; client_no_context_takeover",
                Some("permessage-deflate; client_no_context_takeover"),
            ),
            ("permessage-deflate; server_max_window_bits", None),
            ("permessage-deflate; server_max_window_bits=16", None),
            ("permessage-deflate; server_max_window_bits=09", None),
            ("permessage-deflate; server_max_window_bits=8", None),
            ("permessage-deflate; server_no_context_takeover=1", None),
            (
                "permessage-deflate; client_max_window_bits; client_max_window_bits=9",
                None,
            ),
            (
                "permessage-deflate; server_max_window_bits=8, permessage-deflate; server_max_window_bits=9",
                Some("permessage-deflate; server_max_window_bits=9"),
            ),
        ] {
            assert_eq!(answer(offers, &usual).as_deref(), expected, "{offers}");
        }
        let error = Deflate::accept("permessage-deflate; =", &usual).unwrap_err();
        assert_eq!(error, ExtensionError::Malformed);
    }

    #[test]
    fn a_server_asks_for_less_where_it_wants_less() {
        let small = CompressionOptions::new()
            .window_bits(10)
            .no_context_takeover(true);
        let both = "server_no_context_takeover; client_no_context_takeover";
        for (offer, expected) in [
            ("", "; server_max_window_bits=10"),
            (
                "; client_max_window_bits",
                "; server_max_window_bits=10; client_max_window_bits=10",
            ),
            ("; server_max_window_bits=9", "; server_max_window_bits=9"),
        ] {
            let offer = format!("permessage-deflate{offer}");
            let expected = format!("permessage-deflate; {both}{expected}");
            assert_eq!(answer(&offer, &small), Some(expected), "{offer}");
        }
    }

    #[test]
    fn a_client_agrees_with_what_a_server_of_ours_answers() {
        let usual = CompressionOptions::new();
        let small = CompressionOptions::new()
            .window_bits(9)
            .no_context_takeover(true);
        for client in [&usual, &small] {
            for server in [&usual, &small] {
                let offers = Deflate::offer(client);
                let (theirs, answer) = Deflate::accept(&offers, server).unwrap().unwrap();
                let ours = Deflate::agree(&answer, client).unwrap().unwrap();
                assert_eq!(ours.server, theirs.server, "{answer}");
                assert!(
                    ours.client.window_bits <= theirs.client.window_bits,
                    "{answer}"
                );
                assert!(!ours.client.takeover || theirs.client.takeover, "{answer}");
            }
        }
        assert_eq!(Deflate::agree("", &usual), Ok(None));
        for answer in [
            "foo",
            "permessage-deflate, permessage-deflate",
            "permessage-deflate; foo",
            "permessage-deflate; client_max_window_bits",
            "permessage-deflate; client_max_window_bits=8",
        ] {
            assert_eq!(
                Deflate::agree(answer, &usual),
                Err(ExtensionError::NotOffered),
                "{answer}"
            );
        }
        assert_eq!(
            Deflate::agree("permessage-deflate", &small),
            Err(ExtensionError::NotOffered)
        );
    }
}
