//! The rules of an Orrery world, bit for bit those of `src/domain` in TypeScript, which is their
//! specification: integers only, no clock, no chance that is not counted, no order that depends on history.
//!
//! The crate uses neither the standard library nor threads of its own: whoever has threads hands in an
//! [`executor::Executor`]. `docs/compute.md` says how it is laid out.

#![no_std]

extern crate alloc;

pub mod bytes;
pub mod ecology;
pub mod executor;
pub mod generation;
pub mod grid;
pub mod instruction_set;
pub mod planes;
pub mod random;
mod rules;
mod tables;
mod wire;
pub mod world;
