//! Memory that begins at a page, so that a chunk of a byte plane is one page and no row lies across two
//! cache lines.

use alloc::vec;
use alloc::vec::Vec;
use core::ops::{Deref, DerefMut};

const PAGE: usize = 4096;

/// A fixed number of values, of which the first lies at the beginning of a page.
pub struct Aligned<T> {
    memory: Vec<T>,
    start: usize,
    length: usize,
}

impl<T: Copy + Default> Aligned<T> {
    /// `length` values, all zero.
    pub fn zeroed(length: usize) -> Self {
        let memory = vec![T::default(); length + PAGE / size_of::<T>()];
        // The vector never grows, so what lies at a page's beginning stays there.
        let start = memory.as_ptr().align_offset(PAGE);
        Self { memory, start, length }
    }
}

impl<T> Deref for Aligned<T> {
    type Target = [T];

    #[inline]
    fn deref(&self) -> &[T] {
        &self.memory[self.start..self.start + self.length]
    }
}

impl<T> DerefMut for Aligned<T> {
    #[inline]
    fn deref_mut(&mut self) -> &mut [T] {
        &mut self.memory[self.start..self.start + self.length]
    }
}

impl<T: Copy + Default> Clone for Aligned<T> {
    fn clone(&self) -> Self {
        let mut copy = Self::zeroed(self.length);
        copy.copy_from_slice(self);
        copy
    }
}
