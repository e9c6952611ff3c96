//! The few steps of a row that a compiler does not find the vector instruction for by itself.

/// Cells of a row, side by side.
pub(super) const SIDE: usize = 64;
/// A byte for each cell of a row.
pub(super) type Row = [u8; SIDE];

/// What a row is worked with. A value of such a type is a proof that the machine has the instructions.
pub(super) trait Lanes: Copy + Sync {
    /// The entry of a table for each cell, by an index of 0..16.
    fn look_up(self, table: &[u8; 16], indices: &Row) -> Row;
}

/// Nothing beyond what the program is compiled for.
#[derive(Clone, Copy)]
pub(super) struct Baseline;

impl Lanes for Baseline {
    #[inline(always)]
    fn look_up(self, table: &[u8; 16], indices: &Row) -> Row {
        // Few entries are not zero, and comparing a whole row with an index is a vector instruction.
        let mut found = [0; SIDE];
        for (at, &entry) in (0..).zip(table).filter(|(_, entry)| **entry != 0) {
            for (value, index) in found.iter_mut().zip(indices) {
                *value |= if *index == at { entry } else { 0 };
            }
        }
        found
    }
}

#[cfg(target_arch = "x86_64")]
mod x86 {
    use super::{Lanes, Row, SIDE};
    use core::arch::x86_64::{
        __m128i, __m256i, __m512i, _mm256_broadcastsi128_si256, _mm256_shuffle_epi8,
        _mm512_broadcast_i32x4, _mm512_shuffle_epi8,
    };
    use core::mem::transmute;

    /// 32 bytes a step.
    #[derive(Clone, Copy)]
    pub(in super::super) struct Avx2(());
    /// 64 bytes a step.
    #[derive(Clone, Copy)]
    pub(in super::super) struct Avx512(());

    impl Avx2 {
        #[target_feature(enable = "avx2")]
        #[inline]
        pub(in super::super) fn new() -> Self {
            Self(())
        }
    }

    impl Avx512 {
        #[target_feature(enable = "avx512f,avx512bw")]
        #[inline]
        pub(in super::super) fn new() -> Self {
            Self(())
        }
    }

    impl Lanes for Avx2 {
        #[inline(always)]
        fn look_up(self, table: &[u8; 16], indices: &Row) -> Row {
            // SAFETY: a value of Avx2 exists only where the machine has AVX2.
            unsafe { look_up_avx2(table, indices) }
        }
    }

    impl Lanes for Avx512 {
        #[inline(always)]
        fn look_up(self, table: &[u8; 16], indices: &Row) -> Row {
            // SAFETY: a value of Avx512 exists only where the machine has AVX-512 F and BW.
            unsafe { look_up_avx512(table, indices) }
        }
    }

    #[target_feature(enable = "avx2")]
    #[inline]
    fn look_up_avx2(table: &[u8; 16], indices: &Row) -> Row {
        // SAFETY: arrays of bytes and vector registers of the same size have the same valid values.
        let table = unsafe { transmute::<[u8; 16], __m128i>(*table) };
        // SAFETY: as above.
        let halves = unsafe { transmute::<Row, [__m256i; 2]>(*indices) };
        let table = _mm256_broadcastsi128_si256(table);
        let found = halves.map(|half| _mm256_shuffle_epi8(table, half));
        // SAFETY: as above.
        unsafe { transmute::<[__m256i; 2], [u8; SIDE]>(found) }
    }

    #[target_feature(enable = "avx512f,avx512bw")]
    #[inline]
    fn look_up_avx512(table: &[u8; 16], indices: &Row) -> Row {
        // SAFETY: arrays of bytes and vector registers of the same size have the same valid values.
        let table = unsafe { transmute::<[u8; 16], __m128i>(*table) };
        // SAFETY: as above.
        let row = unsafe { transmute::<Row, __m512i>(*indices) };
        let found = _mm512_shuffle_epi8(_mm512_broadcast_i32x4(table), row);
        // SAFETY: as above.
        unsafe { transmute::<__m512i, Row>(found) }
    }
}

#[cfg(target_arch = "x86_64")]
pub(super) use x86::{Avx2, Avx512};
