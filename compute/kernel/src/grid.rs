//! The planet: ten diamonds of n×n cells and two poles, 10·n² + 2 ids (`docs/grid.md`). All is arithmetic:
//! no table grows with the planet. A frequency n is 1..=4096 wherever none is said; cells are unchecked.

mod chunk;
mod distance;
mod icosahedron;
mod lattice;
mod neighbours;
mod seams;
mod step;

pub use chunk::{
    CHUNK_CELLS, CHUNK_SIDE, cell_in_chunk, chunk_count, chunk_extent, chunk_of, chunks_per_side,
    offset_in_chunk,
};
pub use distance::{cells_within, distance_within};
pub(crate) use icosahedron::face_point_of;
pub use lattice::{
    NORTH_POLE_DIAMOND, SOUTH_POLE_DIAMOND, cell_at, cell_count, is_cell, is_pentagon, lattice_of,
    north_pole, south_pole,
};
pub use neighbours::{DIRECTIONS, STEP_I, STEP_J, neighbour};
pub(crate) use seams::cross;
pub use step::{step, turn_back, way_there};
