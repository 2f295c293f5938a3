//! `FileContent`: the source of a file's bytes.

use std::fmt;
use std::fs::File;
use std::io::{self, Read, Seek as _, SeekFrom};
use std::path::Path;

use bytes::Bytes;

use super::state::Stat;

/// The result of [`get_content`](crate::StaticFiles::get_content): bytes, or
/// something to read them from piece by piece.
pub struct FileContent {
    kind: Kind,
    /// What was opened, if it is a file on disk.
    stat: Option<Stat>,
}

enum Kind {
    Bytes(Bytes),
    Reader(Box<dyn Read + Send>),
}

/// How many bytes are read and sent at a time.
pub(super) const PIECE: usize = 64 * 1024;

impl FileContent {
    /// Content that is read on demand, and may block: it is read on tokio's
    /// threads for that purpose.
    pub fn reader(reader: impl Read + Send + 'static) -> FileContent {
        FileContent {
            kind: Kind::Reader(Box::new(reader)),
            stat: None,
        }
    }

    /// A regular file, or part of one.
    pub(super) fn open(
        path: &Path,
        start: Option<u64>,
        end: Option<u64>,
    ) -> io::Result<FileContent> {
        // A pipe would wait for its writer, so it is not even opened.
        if !std::fs::metadata(path)?.is_file() {
            return Err(io::Error::other("it is not a file"));
        }
        let mut file = File::open(path)?;
        // Taken from the handle, since the name may lead to another file by
        // now.
        let metadata = file.metadata()?;
        if !metadata.is_file() {
            return Err(io::Error::other("it is not a file"));
        }
        let start = start.unwrap_or(0);
        if start > 0 {
            file.seek(SeekFrom::Start(start))?;
        }
        let mut content = match end {
            Some(end) => FileContent::reader(file.take(end.saturating_sub(start))),
            None => FileContent::reader(file),
        };
        content.stat = Some(Stat::of(&metadata));
        Ok(content)
    }

    /// The size of the opened file, if it is on disk and whole.
    pub(super) fn size(&self) -> Option<u64> {
        self.stat.map(|stat| stat.size)
    }

    /// Whether this is the file that was examined before, or not a file at all.
    pub(super) fn is_of(&self, stat: Option<Stat>) -> bool {
        self.stat
            .is_none_or(|opened| stat.is_none_or(|stat| stat == opened))
    }

    /// The next piece, of up to `limit` bytes; empty at the end. It may wait
    /// for the disk.
    pub(super) fn read_piece(&mut self, limit: usize) -> io::Result<Bytes> {
        match &mut self.kind {
            Kind::Bytes(bytes) => Ok(bytes.split_to(limit.min(bytes.len()))),
            Kind::Reader(reader) => {
                let mut piece = Vec::with_capacity(limit);
                reader.take(limit as u64).read_to_end(&mut piece)?;
                Ok(piece.into())
            }
        }
    }
}

impl From<Bytes> for FileContent {
    fn from(bytes: Bytes) -> FileContent {
        FileContent {
            kind: Kind::Bytes(bytes),
            stat: None,
        }
    }
}

impl From<Vec<u8>> for FileContent {
    fn from(bytes: Vec<u8>) -> FileContent {
        FileContent::from(Bytes::from(bytes))
    }
}

impl From<String> for FileContent {
    fn from(text: String) -> FileContent {
        FileContent::from(Bytes::from(text))
    }
}

impl From<&'static str> for FileContent {
    fn from(text: &'static str) -> FileContent {
        FileContent::from(Bytes::from_static(text.as_bytes()))
    }
}

impl From<&'static [u8]> for FileContent {
    fn from(bytes: &'static [u8]) -> FileContent {
        FileContent::from(Bytes::from_static(bytes))
    }
}

impl fmt::Debug for FileContent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.kind {
            Kind::Bytes(_) => "FileContent(bytes)",
            Kind::Reader(_) => "FileContent(reader)",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(mut content: FileContent, limit: usize) -> Vec<Bytes> {
        std::iter::from_fn(|| Some(content.read_piece(limit).unwrap()).filter(|p| !p.is_empty()))
            .collect()
    }

    #[test]
    fn content_comes_in_pieces() {
        assert_eq!(all("hello".into(), 2), ["he", "ll", "o"]);
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("file");
        std::fs::write(&path, "0123456789").unwrap();
        let part = |start, end| all(FileContent::open(&path, start, end).unwrap(), 4);
        assert_eq!(part(None, None), ["0123", "4567", "89"]);
        assert_eq!(part(Some(3), Some(9)), ["3456", "78"]);
        assert_eq!(part(None, Some(2)), ["01"]);
        assert_eq!(part(Some(8), None), ["89"]);
        assert!(FileContent::open(directory.path(), None, None).is_err());
    }
}
