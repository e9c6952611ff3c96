//! Life and the flow of pollution: every 8th tick, every cell, from the old values of its neighbourhood.

mod borders;
mod cell;
mod lanes;
mod life;
mod poles;
mod rows;
mod sweep;
mod tile;
mod tiles;

pub use life::{LIFE_KINDS, LifeRule, LifeTables, LifeTablesError};
pub use sweep::{Sums, run};
pub(crate) use tiles::{Holds, Tiles};

/// The ecology runs when the tick is a multiple of this.
pub const ECOLOGY_TICKS: u64 = 8;
