//! The Node addon: the server's end of a worker's shared memory. Handles are numbers, so that the main thread and the
//! waiting thread of one process can name the same region.

// The macro exports what is public, whatever its module is.
#![allow(unreachable_pub)]

mod handles;
mod regions;
mod worlds;
