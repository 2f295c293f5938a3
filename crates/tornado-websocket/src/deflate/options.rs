//! `CompressionOptions`: how messages are compressed.

/// How messages are compressed: what Tornado's `get_compression_options` returns.
///
/// With its defaults it is Tornado's empty `dict`: level 6, a window of 32 KiB, all
/// messages are compressed, and each one with those before it in mind. That *context
/// takeover* makes messages which are alike small, and costs each connection the
/// memory of both windows, about 100 KiB.
///
/// ```
/// use tornado_websocket::CompressionOptions;
///
/// // Thousands of connections that get the same messages.
/// let options = CompressionOptions::new().no_context_takeover(true).compression_level(3);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CompressionOptions {
    pub(crate) level: u32,
    pub(crate) window_bits: u8,
    pub(crate) no_context_takeover: bool,
    pub(crate) threshold: Option<usize>,
}

/// Below this, a message that stands for itself does not get smaller.
const THRESHOLD_ALONE: usize = 64;

impl CompressionOptions {
    /// Tornado's defaults.
    #[must_use]
    pub fn new() -> CompressionOptions {
        CompressionOptions::default()
    }

    /// How hard to try, from 0 for not at all to 9; 6 if it is not set. What is higher
    /// counts as 9.
    #[must_use]
    pub fn compression_level(mut self, level: u32) -> Self {
        self.level = level.min(9);
        self
    }

    /// How far back a message may refer, as a power of two, 9 to 15; 15 for 32 KiB if
    /// it is not set. It holds for our side, and for the client's where that lets
    /// itself be told. What is out of the range counts as its nearest end.
    #[must_use]
    pub fn window_bits(mut self, bits: u8) -> Self {
        self.window_bits = bits.clamp(9, 15);
        self
    }

    /// Whether each message stands for itself, on both sides: then an idle connection
    /// keeps no memory for compression, and a message for many is compressed once.
    #[must_use]
    pub fn no_context_takeover(mut self, alone: bool) -> Self {
        self.no_context_takeover = alone;
        self
    }

    /// The shortest message that is compressed, in bytes. If it is not set, all are,
    /// as in Tornado; without context takeover those from 64 bytes on.
    #[must_use]
    pub fn threshold(mut self, bytes: usize) -> Self {
        self.threshold = Some(bytes);
        self
    }

    pub(crate) fn threshold_or_default(&self, takeover: bool) -> usize {
        let default = if takeover { 0 } else { THRESHOLD_ALONE };
        self.threshold.unwrap_or(default)
    }
}

impl Default for CompressionOptions {
    fn default() -> Self {
        CompressionOptions {
            level: 6,
            window_bits: 15,
            no_context_takeover: false,
            threshold: None,
        }
    }
}
