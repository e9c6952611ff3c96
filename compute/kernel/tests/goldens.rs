//! Every line of compute/goldens/planes.txt, which the TypeScript rules made (`npx tsx scripts/goldens.ts`).

#[allow(dead_code, reason = "each test uses a part of it")]
mod support;

use orrery_kernel::executor::Alone;
use orrery_kernel::generation::Generator;
use orrery_kernel::grid::{
    DIRECTIONS, cell_count, cells_within, chunk_of, neighbour, offset_in_chunk, step, turn_back,
};
use orrery_kernel::instruction_set::InstructionSet;
use orrery_kernel::planes::Planes;
use orrery_kernel::random::mix32;
use support::{Threads, life_tables, run_steps, stir};

const LINES: &str = include_str!("../../goldens/planes.txt");

/// A checksum in which the order counts.
#[derive(Default)]
struct Chain(u32);

impl Chain {
    fn add(&mut self, value: u32) {
        self.0 = mix32(self.0.wrapping_mul(5).wrapping_add(value));
    }

    fn hex(&self) -> String {
        format!("{:08x}", self.0)
    }
}

/// A line's numbers, in their order, and the rest of it: what came out.
fn lines_of(kind: &str) -> Vec<(Vec<u32>, String, &'static str)> {
    let found: Vec<_> = LINES
        .lines()
        .filter_map(|line| {
            let mut words = line.split(' ');
            if words.next() != Some(kind) {
                return None;
            }
            let (inputs, outputs): (Vec<_>, Vec<_>) = words.partition(|word| word.contains('='));
            let number = |word: &&str| word.split_once('=').unwrap().1.parse().unwrap();
            Some((inputs.iter().map(number).collect(), outputs.join(" "), line))
        })
        .collect();
    assert!(found.len() > 10, "the goldens have lines of {kind}");
    found
}

#[test]
fn steps_lead_where_they_lead_in_typescript() {
    for (numbers, expected, line) in lines_of("grid") {
        let n = numbers[0];
        let mut chain = Chain::default();
        for cell in 0..cell_count(n) {
            chain.add(chunk_of(n, cell));
            chain.add(offset_in_chunk(n, cell));
            for direction in 0..DIRECTIONS {
                let next = neighbour(n, cell, direction);
                chain.add(next.unwrap_or(u32::MAX));
                let heading = step(n, cell, direction);
                assert_eq!(next, heading.map(|(cell, _)| cell), "{line}");
                if let Some((next, ahead)) = heading {
                    chain.add(ahead.into());
                    chain.add(turn_back(n, next, ahead).into());
                }
            }
        }
        assert_eq!(chain.hex(), expected, "{line}");
    }
}

#[test]
fn what_lies_near_comes_in_the_same_order() {
    for (numbers, expected, line) in lines_of("near") {
        let n = numbers[0];
        let mut chain = Chain::default();
        for cell in (0..cell_count(n)).step_by(61) {
            for near in cells_within(n, cell, 1 + cell % 5) {
                chain.add(near);
            }
        }
        assert_eq!(chain.hex(), expected, "{line}");
    }
}

#[test]
fn a_seed_and_a_frequency_make_the_same_planet() {
    for (numbers, expected, line) in lines_of("planet") {
        for (threads, instructions) in [1, 2, 7].into_iter().zip(InstructionSet::available()) {
            let (seed, n) = (numbers[0], numbers[1]);
            let planes = Planes::generate_by(seed, n, &Threads(threads), instructions);
            let mut chain = Chain::default();
            for cell in 0..planes.cells() {
                let at = planes.place(cell);
                chain.add(planes.terrain[at].into());
                chain.add(planes.elevation[at].into());
                chain.add(planes.deposit[at].into());
                chain.add(planes.amount[at].into());
                chain.add(planes.life[at].into());
                chain.add(planes.mass[at].into());
                chain.add(planes.crystal_bed[at].into());
            }
            assert_eq!(chain.hex(), expected, "{line}, {}", instructions.name());
        }
    }
}

#[test]
fn a_cell_alone_is_the_one_of_the_planet() {
    for n in [1, 5, 70] {
        let planes = Planes::generate(7, n, &Alone);
        let generator = Generator::new(7, n);
        for cell in 0..planes.cells() {
            let at = planes.place(cell);
            assert_eq!(generator.cell(cell).terrain, planes.terrain[at]);
            assert_eq!(generator.is_crystal_bed(cell), planes.crystal_bed[at] == 1, "cell {cell}");
        }
    }
}

#[test]
fn life_and_pollution_take_the_same_way() {
    let tables = life_tables();
    for (numbers, expected, line) in lines_of("ecology") {
        let &[seed, n, steps, stirred] = numbers.as_slice() else { panic!("{line}") };
        for instructions in InstructionSet::available() {
            // Many steps of a small planet spend their time on starting threads.
            for &threads in if steps > 100 { &[1][..] } else { &[1, 2, 7] } {
                let mut planes = Planes::generate(seed, n, &Alone);
                if stirred == 1 {
                    stir(&mut planes);
                }
                let sums =
                    run_steps(&mut planes, &tables, 1..=steps, &Threads(threads), instructions);
                let [low, high] = planes.hash_on(&Threads(threads));
                let outcome = format!("{low:08x} {high:08x} {} {}", sums.sunk, sums.absorbed);
                assert_eq!(outcome, expected, "{line}, {}, {threads} threads", instructions.name());
            }
        }
    }
}
