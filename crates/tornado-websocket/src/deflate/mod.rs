//! Compression of messages: `permessage-deflate` (RFC 7692).

mod compress;
mod extensions;
mod inflate;
mod negotiate;
mod options;

pub(crate) use compress::{Compressor, Kind, compress_alone};
pub(crate) use inflate::Inflater;
pub use negotiate::{Deflate, ExtensionError};
pub use options::CompressionOptions;
