//! The rules beyond the planes: players, structures, and what goes on between them.

mod active;
mod belts;
pub(crate) mod cells;
pub(crate) mod changes;
mod codec;
mod digest;
mod fluids;
mod ground;
mod hand;
mod hash;
mod holding;
mod inventory;
mod jobs;
pub(crate) mod lanes;
#[cfg(test)]
mod laws;
mod machines;
pub(crate) mod orders;
pub(crate) mod outcomes;
pub(crate) mod pieces;
mod placing;
mod player;
mod player_codec;
mod players;
mod power;
mod researching;
mod rotation;
mod run;
mod saved_codes;
mod serving;
pub(crate) mod state;
mod stock;
mod structure;
mod structure_codec;
mod tick;
mod topology;
pub(crate) mod views;
