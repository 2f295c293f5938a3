//! A set of bytes: what one position of a pattern may hold.

use std::fmt::Write;

/// A set of bytes, as a bitmap.
///
/// To a pattern, a path is a string of bytes, one character each (Tornado decodes it as Latin-1),
/// so every character class is such a set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub(crate) struct ByteSet([u64; 4]);

impl ByteSet {
    pub(crate) const EMPTY: ByteSet = ByteSet([0; 4]);

    pub(crate) fn of(byte: u8) -> ByteSet {
        let mut set = ByteSet::EMPTY;
        set.insert(byte);
        set
    }

    pub(crate) fn from_ranges(ranges: &[(u8, u8)]) -> ByteSet {
        let mut set = ByteSet::EMPTY;
        for &(low, high) in ranges {
            set.insert_range(low, high);
        }
        set
    }

    #[inline]
    pub(crate) fn contains(&self, byte: u8) -> bool {
        self.0[usize::from(byte >> 6)] >> (byte & 63) & 1 == 1
    }

    pub(crate) fn insert(&mut self, byte: u8) {
        self.0[usize::from(byte >> 6)] |= 1 << (byte & 63);
    }

    pub(crate) fn insert_range(&mut self, low: u8, high: u8) {
        for byte in low..=high {
            self.insert(byte);
        }
    }

    pub(crate) fn union(self, other: ByteSet) -> ByteSet {
        ByteSet(std::array::from_fn(|i| self.0[i] | other.0[i]))
    }

    pub(crate) fn negate(self) -> ByteSet {
        ByteSet(self.0.map(|word| !word))
    }

    pub(crate) fn is_disjoint(self, other: ByteSet) -> bool {
        (0..4).all(|i| self.0[i] & other.0[i] == 0)
    }

    /// The byte of a set with one element.
    pub(crate) fn single(self) -> Option<u8> {
        let count: u32 = self.0.iter().map(|word| word.count_ones()).sum();
        if count == 1 {
            self.bytes().next()
        } else {
            None
        }
    }

    pub(crate) fn bytes(self) -> impl Iterator<Item = u8> {
        (0..=255).filter(move |&byte| self.contains(byte))
    }

    /// Adds the other case of every letter: of ASCII letters only, or of the Latin-1 ones too.
    pub(crate) fn fold_case(self, ascii: bool) -> ByteSet {
        let mut folded = self;
        for byte in self.bytes() {
            let is_latin = matches!(byte, 0xc0..=0xde | 0xe0..=0xfe) && byte & 0x1f != 0x17;
            if byte.is_ascii_alphabetic() || (is_latin && !ascii) {
                folded.insert(byte ^ 0x20);
            }
        }
        folded
    }

    /// Writes the set as a regex: `[\x30-\x39]`, or the one byte.
    pub(crate) fn emit(self, out: &mut String) {
        if let Some(byte) = self.single().filter(u8::is_ascii) {
            emit_byte(byte, out);
            return;
        }
        if self == ByteSet::EMPTY {
            // No byte at all: what remains of a class when all bytes are excluded.
            out.push_str(r"[^\x00-\xFF]");
            return;
        }
        out.push('[');
        let mut low = 0_u16;
        while low < 256 {
            let has = |byte: u16| u8::try_from(byte).is_ok_and(|byte| self.contains(byte));
            if !has(low) {
                low += 1;
                continue;
            }
            let mut high = low;
            while has(high + 1) {
                high += 1;
            }
            write!(out, r"\x{low:02X}-\x{high:02X}").expect("a String takes all");
            low = high + 1;
        }
        out.push(']');
    }
}

fn emit_byte(byte: u8, out: &mut String) {
    if byte.is_ascii_alphanumeric() || byte == b'/' {
        out.push(char::from(byte));
    } else {
        write!(out, r"\x{byte:02X}").expect("a String takes all");
    }
}
