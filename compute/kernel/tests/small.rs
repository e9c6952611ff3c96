//! The smallest planets, by several threads and every instruction set: the same bits as by one thread and the plain rule. Short
//! enough for Miri, which sees whether parts of the work ever reach into one another.

#[allow(dead_code, reason = "each test uses a part of it")]
mod support;

use orrery_kernel::executor::Alone;
use orrery_kernel::instruction_set::InstructionSet;
use orrery_kernel::planes::Planes;
use support::{Threads, life_tables, run_steps, stir};

/// Ten diamonds of a few cells, all of whose borders turn frames, and both poles. Miri takes minutes for each.
const SIZES: &[u32] = if cfg!(miri) { &[2] } else { &[1, 2, 3, 4, 5, 6, 7, 8] };

#[test]
fn threads_and_instructions_change_no_bit_of_the_smallest_planets() {
    let tables = life_tables();
    for &n in SIZES {
        let mut plain = Planes::generate_by(9, n, &Alone, InstructionSet::BASELINE);
        stir(&mut plain);
        let sums = run_steps(&mut plain, &tables, 1..=2, &Alone, InstructionSet::BASELINE);
        for instructions in InstructionSet::available() {
            let mut planes = Planes::generate_by(9, n, &Threads(3), instructions);
            stir(&mut planes);
            assert_eq!(run_steps(&mut planes, &tables, 1..=2, &Threads(3), instructions), sums);
            assert_eq!(planes.hash_on(&Threads(2)), plain.hash(), "n {n}, {}", instructions.name());
            assert!(
                planes.life[..] == plain.life[..] && planes.pollution[..] == plain.pollution[..]
            );
        }
    }
}
