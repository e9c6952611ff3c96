//! What a planet is made of when it is new: a pure function of (seed, frequency, cell), by integers alone,
//! so that any cell can be generated at any time, in any order, on any machine.

mod beds;
mod chunk;
mod climate;
pub mod codes;
mod life;
mod noise;
mod patches;
mod place;
mod relief;
mod rows;
mod terrain;
mod whole;

pub use terrain::{GeneratedCell, Generator};
