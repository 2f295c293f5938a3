//! `CompressionOptions`: how messages are compressed.

/// How messages are compressed: the result of Tornado's
/// `get_compression_options`.
///
/// The defaults are those of Tornado's empty `dict`: level 6, a window of 32 KiB, and all messages
/// are compressed, each in the context of the previous ones. That *context takeover* makes similar
/// messages small. It costs each connection the memory of both windows, as far as they are filled:
/// up to 64 KiB.
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

/// Below this length, a message that is compressed independently does not get
/// smaller.
const THRESHOLD_ALONE: usize = 64;

impl CompressionOptions {
    /// Tornado's defaults.
    #[must_use]
    pub fn new() -> CompressionOptions {
        CompressionOptions::default()
    }

    /// The compression level, from 0 for none to 9; 6 by default. Higher values count as 9.
    #[must_use]
    pub fn compression_level(mut self, level: u32) -> Self {
        self.level = level.min(9);
        self
    }

    /// How far back a message may refer, as a power of two from 9 to 15; the default of 15 means 32
    /// KiB. It applies to our side, and to the client's if the client allows that. Values outside
    /// the range are clamped.
    #[must_use]
    pub fn window_bits(mut self, bits: u8) -> Self {
        self.window_bits = bits.clamp(9, 15);
        self
    }

    /// Whether each message is compressed independently, on both sides. An idle connection then
    /// keeps no memory for compression, and a message for many is compressed once.
    #[must_use]
    pub fn no_context_takeover(mut self, alone: bool) -> Self {
        self.no_context_takeover = alone;
        self
    }

    /// The shortest message that is compressed, in bytes. By default all are, as in Tornado;
    /// without context takeover, those of at least 64 bytes.
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
