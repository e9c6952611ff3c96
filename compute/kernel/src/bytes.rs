//! Writing and reading little-endian bytes: of the tables, of a saved state, of calls and replies.

use alloc::boxed::Box;
use alloc::vec::Vec;
use core::fmt;

/// UTF-16 code units, as TypeScript holds them: any text comes back as it was, also half a surrogate pair.
pub type Text = Box<[u16]>;

/// Why something cannot be done, in words and by field. Nothing changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// What is wrong with it.
    pub detail: &'static str,
    /// Which part of the input it is.
    pub field: &'static str,
    /// The byte before which it was noticed.
    pub at: usize,
}

impl fmt::Display for Fault {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{} before byte {}: {}", self.field, self.at, self.detail)
    }
}

impl core::error::Error for Fault {}

/// Largest whole number that a double holds with all below it.
pub(crate) const MOST_WIDE: u64 = (1 << 53) - 1;

/// Bytes of a part that is handed on; whole pages of memory, so that whoever keeps parts can compare them by pages.
const PART: usize = 1 << 16;

/// Appends values to bytes.
pub(crate) struct Writer<'a> {
    out: &'a mut Vec<u8>,
}

impl<'a> Writer<'a> {
    pub(crate) fn new(out: &'a mut Vec<u8>) -> Self {
        Self { out }
    }

    pub(crate) fn u8(&mut self, value: u8) {
        self.out.push(value);
    }

    pub(crate) fn u16(&mut self, value: u16) {
        self.out.extend_from_slice(&value.to_le_bytes());
    }

    pub(crate) fn u32(&mut self, value: u32) {
        self.out.extend_from_slice(&value.to_le_bytes());
    }

    /// A whole number of less than 54 bits.
    pub(crate) fn wide(&mut self, value: i64) {
        self.out.extend_from_slice(&value.to_le_bytes());
    }

    /// u16 length, then each code unit.
    pub(crate) fn text(&mut self, value: &[u16]) {
        self.u16(value.len() as u16);
        for &unit in value {
            self.u16(unit);
        }
    }

    pub(crate) fn bytes(&mut self, values: &[u8]) {
        self.out.extend_from_slice(values);
    }

    /// Hands on what fills whole parts and keeps the rest, so that what is large need not be held as a whole.
    pub(crate) fn hand_on(&mut self, put: &mut dyn FnMut(&[u8])) {
        let whole = self.out.len() / PART * PART;
        if whole > 0 {
            put(&self.out[..whole]);
            self.out.drain(..whole);
        }
    }

    /// u32 count; its elements follow.
    pub(crate) fn count(&mut self, count: usize) {
        self.u32(count as u32);
    }

    /// Where the next byte goes, for [`Writer::patch`].
    pub(crate) fn position(&self) -> usize {
        self.out.len()
    }

    /// Writes a u32 over one that was written before.
    pub(crate) fn patch(&mut self, at: usize, value: u32) {
        self.out[at..at + 4].copy_from_slice(&value.to_le_bytes());
    }
}

/// Reads what a [`Writer`] wrote; every read names its field.
pub(crate) struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
}

pub(crate) type Read<T> = Result<T, Fault>;

impl<'a> Reader<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0 }
    }

    /// A fault of a field, here.
    pub(crate) fn fault<T>(&self, field: &'static str, detail: &'static str) -> Read<T> {
        Err(Fault { detail, field, at: self.at })
    }

    /// The next `count` bytes.
    pub(crate) fn take(&mut self, count: usize, field: &'static str) -> Read<&'a [u8]> {
        let rest = &self.bytes[self.at..];
        if rest.len() < count {
            return self.fault(field, "the bytes end within it");
        }
        self.at += count;
        Ok(&rest[..count])
    }

    fn array<const COUNT: usize>(&mut self, field: &'static str) -> Read<[u8; COUNT]> {
        let mut array = [0; COUNT];
        array.copy_from_slice(self.take(COUNT, field)?);
        Ok(array)
    }

    pub(crate) fn u8(&mut self, field: &'static str) -> Read<u8> {
        Ok(self.array::<1>(field)?[0])
    }

    /// At most `most`.
    pub(crate) fn u8_to(&mut self, field: &'static str, most: usize) -> Read<u8> {
        let value = self.u8(field)?;
        if usize::from(value) > most { self.fault(field, "it is too large") } else { Ok(value) }
    }

    pub(crate) fn u16(&mut self, field: &'static str) -> Read<u16> {
        Ok(u16::from_le_bytes(self.array(field)?))
    }

    pub(crate) fn u32(&mut self, field: &'static str) -> Read<u32> {
        Ok(u32::from_le_bytes(self.array(field)?))
    }

    /// A whole number from 0 to below 2^53.
    pub(crate) fn wide(&mut self, field: &'static str) -> Read<i64> {
        let value = u64::from_le_bytes(self.array(field)?);
        if value > MOST_WIDE {
            return self.fault(field, "it is more than 2^53 - 1");
        }
        Ok(value as i64)
    }

    pub(crate) fn flag(&mut self, field: &'static str) -> Read<bool> {
        Ok(self.u8_to(field, 1)? == 1)
    }

    pub(crate) fn text(&mut self, field: &'static str) -> Read<Text> {
        let length = usize::from(self.u16(field)?);
        let units = self.take(2 * length, field)?;
        Ok(units.chunks_exact(2).map(|unit| u16::from_le_bytes([unit[0], unit[1]])).collect())
    }

    /// u32 count of elements that take at least `least` bytes each: a wild count ends here and not in memory.
    pub(crate) fn count(&mut self, field: &'static str, least: usize) -> Read<usize> {
        let count = self.u32(field)? as usize;
        if count.saturating_mul(least) > self.left() {
            return self.fault(field, "so many elements do not fit");
        }
        Ok(count)
    }

    /// A list, its elements read one after the other.
    pub(crate) fn list<T>(
        &mut self,
        field: &'static str,
        mut read: impl FnMut(&mut Self) -> Read<T>,
    ) -> Read<Vec<T>> {
        let count = self.count(field, 1)?;
        let mut values = Vec::new();
        for _ in 0..count {
            values.push(read(self)?);
        }
        Ok(values)
    }

    pub(crate) fn left(&self) -> usize {
        self.bytes.len() - self.at
    }

    /// A fault where bytes are left over.
    pub(crate) fn end(&self) -> Read<()> {
        if self.left() > 0 { self.fault("end", "bytes are left over") } else { Ok(()) }
    }
}
