//! The icosahedron under the lattice: twelve corners, and for each diamond its four.

use super::lattice::{NORTH_POLE_DIAMOND, SOUTH_POLE_DIAMOND, lattice_of};

/// The corners at (0,0), (n,0), (0,n) and (n,n) of a diamond.
const fn diamond_corners(diamond: u32) -> [usize; 4] {
    let k = diamond as usize % 5;
    let east = (k + 1) % 5;
    let west = (k + 4) % 5;
    if diamond < 5 { [0, 1 + k, 1 + east, 6 + k] } else { [1 + k, 6 + west, 6 + k, 11] }
}

/// The exact place of a cell: on the face that holds it, as that face's corners and their weights, which
/// sum to n.
pub(crate) fn face_point_of(n: u32, cell: u32) -> ([usize; 3], [u32; 3]) {
    let (diamond, i, j) = lattice_of(n, cell);
    match diamond {
        NORTH_POLE_DIAMOND => ([0, 1, 2], [n, 0, 0]),
        SOUTH_POLE_DIAMOND => ([11, 6, 7], [n, 0, 0]),
        _ => {
            let [near, left, right, far] = diamond_corners(diamond);
            if i + j <= n {
                ([near, left, right], [n - i - j, i, j])
            } else {
                ([far, right, left], [i + j - n, n - i, n - j])
            }
        }
    }
}
