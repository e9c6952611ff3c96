//! Where a cell lies in the space that the noise fills: on the flat faces of an icosahedron with integer
//! corners. Exact, so a cell on a seam has one place whichever face it is reached from.

use crate::grid::face_point_of;

/// From the planet's centre to a corner, in units of place.
const RADIUS: i32 = 65_536;

/// North pole, upper ring, lower ring, south pole.
const CORNERS: [[i32; 3]; 12] = [
    [0, RADIUS, 0],
    [58617, 29309, 0],
    [18114, 29309, -55748],
    [-47422, 29309, -34454],
    [-47422, 29309, 34454],
    [18114, 29309, 55748],
    [47422, -29309, -34454],
    [-18114, -29309, -55748],
    [-58617, -29309, 0],
    [-18114, -29309, 55748],
    [47422, -29309, 34454],
    [0, -RADIUS, 0],
];

#[derive(Clone, Copy)]
pub(super) struct Place {
    /// On the planet: the same for every frequency. |x|, |y|, |z| ≤ RADIUS.
    pub(super) x: i32,
    pub(super) y: i32,
    pub(super) z: i32,
    /// In steps from cell to cell, about 67 units each: what is as large on every planet.
    pub(super) grain_x: i32,
    pub(super) grain_y: i32,
    pub(super) grain_z: i32,
    /// Steps to the nearest pentagon.
    pub(super) from_pentagon: u32,
}

impl Place {
    /// The place of a cell of a planet of frequency n.
    pub(super) fn of(n: u32, cell: u32) -> Self {
        let (corners, weights) = face_point_of(n, cell);
        let mut sum = [0_i32; 3];
        for (corner, weight) in corners.into_iter().zip(weights) {
            for (axis, total) in sum.iter_mut().enumerate() {
                *total += CORNERS[corner][axis] * weight as i32;
            }
        }
        let [x, y, z] = sum;
        let steps = n as i32;
        Self {
            x: x.div_euclid(steps),
            y: y.div_euclid(steps),
            z: z.div_euclid(steps),
            grain_x: x >> 10,
            grain_y: y >> 10,
            grain_z: z >> 10,
            from_pentagon: n - weights[0].max(weights[1]).max(weights[2]),
        }
    }

    /// The square of the sine of the latitude, 0 at the equator ..= 1024 at the poles.
    pub(super) fn polarity(&self) -> i32 {
        let square = |at: i32| i64::from(at) * i64::from(at);
        let (x, y, z) = (square(self.x), square(self.y), square(self.z));
        (y * 1024 / (x + y + z)) as i32
    }
}
