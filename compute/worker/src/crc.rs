//! CRC-32C (Castagnoli), by the processor's own instruction where it has one.

const POLYNOMIAL: u32 = 0x82f6_3b78;

/// Eight tables, so that the portable way takes eight bytes at a time.
static TABLES: [[u32; 256]; 8] = tables();

const fn tables() -> [[u32; 256]; 8] {
    let mut tables = [[0; 256]; 8];
    let mut byte = 0;
    while byte < 256 {
        let mut crc = byte as u32;
        let mut bit = 0;
        while bit < 8 {
            crc = (crc >> 1) ^ (POLYNOMIAL & (crc & 1).wrapping_neg());
            bit += 1;
        }
        tables[0][byte] = crc;
        byte += 1;
    }
    let mut table = 1;
    while table < 8 {
        let mut byte = 0;
        while byte < 256 {
            let before = tables[table - 1][byte];
            tables[table][byte] = (before >> 8) ^ tables[0][(before & 0xff) as usize];
            byte += 1;
        }
        table += 1;
    }
    tables
}

pub fn crc32c(bytes: &[u8]) -> u32 {
    let mut crc = Crc::default();
    crc.add(bytes);
    crc.value()
}

/// Of bytes that come in parts.
#[derive(Debug)]
pub struct Crc(u32);

impl Default for Crc {
    fn default() -> Crc {
        Crc(!0)
    }
}

impl Crc {
    pub fn add(&mut self, bytes: &[u8]) {
        #[cfg(all(target_arch = "x86_64", not(miri)))]
        if std::arch::is_x86_feature_detected!("sse4.2") {
            // SAFETY: the processor has the instruction.
            self.0 = unsafe { by_instruction(self.0, bytes) };
            return;
        }
        self.0 = by_table(self.0, bytes);
    }

    pub fn value(&self) -> u32 {
        !self.0
    }
}

#[cfg(all(target_arch = "x86_64", not(miri)))]
#[target_feature(enable = "sse4.2")]
fn by_instruction(crc: u32, bytes: &[u8]) -> u32 {
    use std::arch::x86_64::{_mm_crc32_u8, _mm_crc32_u64};
    let (words, rest) = bytes.as_chunks::<8>();
    let mut crc = u64::from(crc);
    for word in words {
        crc = _mm_crc32_u64(crc, u64::from_le_bytes(*word));
    }
    let mut crc = crc as u32;
    for byte in rest {
        crc = _mm_crc32_u8(crc, *byte);
    }
    crc
}

fn by_table(crc: u32, bytes: &[u8]) -> u32 {
    let (words, rest) = bytes.as_chunks::<8>();
    let mut crc = crc;
    for word in words {
        let word = u64::from_le_bytes(*word) ^ crc as u64;
        crc = 0;
        for (at, table) in TABLES.iter().rev().enumerate() {
            crc ^= table[(word >> (8 * at)) as usize & 0xff];
        }
    }
    for byte in rest {
        crc = (crc >> 8) ^ TABLES[0][((crc ^ *byte as u32) & 0xff) as usize];
    }
    crc
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gives_the_check_value_that_everybody_gives() {
        assert_eq!(crc32c(b"123456789"), 0xe306_9283);
        assert_eq!(!by_table(!0, b"123456789"), 0xe306_9283);
        assert_eq!(crc32c(b""), 0);
    }

    #[test]
    fn is_the_same_by_table_and_by_instruction_for_every_length() {
        let bytes: Vec<u8> = (0..300_u32).map(|i| (i * 7 + (i >> 3)) as u8).collect();
        for length in 0..bytes.len() {
            assert_eq!(crc32c(&bytes[..length]), !by_table(!0, &bytes[..length]), "{length}");
            let mut parts = Crc::default();
            bytes[..length].chunks(7).for_each(|part| parts.add(part));
            assert_eq!(parts.value(), crc32c(&bytes[..length]), "{length} in parts");
        }
    }

    #[test]
    fn notices_any_flipped_bit_of_an_entry() {
        let entry = [0x5a_u8; 60];
        let crc = crc32c(&entry);
        for bit in 0..480 {
            let mut flipped = entry;
            flipped[bit / 8] ^= 1 << (bit % 8);
            assert_ne!(crc32c(&flipped), crc);
        }
    }
}
