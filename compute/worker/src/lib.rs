//! The kernel in a process of its own, and how a server talks with it: docs/compute.md.
//!
//! `server` is the server's end of the shared memory, `serve` the worker's. Linux only: memfd, futexes, robust lists.

// Not a library for others: names say enough where no sentence stands.
#![allow(missing_docs)]

pub mod bell;
pub mod crc;
pub mod layout;
pub mod lock;
pub mod region;
pub mod ring;
pub mod saver;
pub mod serve;
pub mod server;
pub mod simulation;
pub mod slots;
pub mod threads;
