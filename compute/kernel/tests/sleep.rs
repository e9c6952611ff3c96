//! Chunks that sleep: the same bits as if nobody ever slept. `PROPTEST_CASES` draws more than the short run does.

#[allow(dead_code, reason = "each test uses a part of it")]
mod support;

use orrery_kernel::executor::Alone;
use orrery_kernel::generation::codes::life::MOSS;
use orrery_kernel::generation::codes::terrain::GRASS;
use orrery_kernel::instruction_set::InstructionSet;
use orrery_kernel::planes::Planes;
use proptest::prelude::*;
use support::{Threads, life_tables, run_steps};

/// What somebody does to a place between two steps.
#[derive(Debug, Clone, Copy)]
enum Touch {
    Pollute(u16),
    Fertilise(u8),
    Plant(u8, u8),
    Clear,
}

fn any_touch() -> impl Strategy<Value = (u32, Touch)> {
    let touch = prop_oneof![
        (0u16..2_000).prop_map(Touch::Pollute),
        any::<u8>().prop_map(Touch::Fertilise),
        (1u8..5, 1u8..=255).prop_map(|(life, mass)| Touch::Plant(life, mass)),
        Just(Touch::Clear),
    ];
    (any::<u32>(), touch)
}

fn touch(planes: &mut Planes, cell: u32, what: Touch) {
    let at = planes.place(cell % planes.cells());
    match what {
        Touch::Pollute(units) => planes.pollution[at] = units,
        Touch::Fertilise(steps) => planes.fertility[at] = steps,
        Touch::Plant(life, mass) => (planes.life[at], planes.mass[at]) = (life, mass),
        Touch::Clear => {
            (planes.life[at], planes.mass[at], planes.pollution[at]) = (0, 0, 0);
        }
    }
    planes.mark(at);
}

/// A planet on which nothing lives, so that nearly all of it sleeps.
fn bare(seed: u32, n: u32) -> Planes {
    let mut planes = Planes::generate(seed, n, &Alone);
    planes.life.fill(0);
    planes.mass.fill(0);
    planes.mark_all();
    planes
}

proptest! {
    #![proptest_config(support::cases(24))]

    #[test]
    fn who_sleeps_has_the_bits_of_who_is_awake(
        seed in any::<u32>(),
        n in prop_oneof![1u32..9, Just(64u32), Just(65), Just(130)],
        moments in prop::collection::vec(
            (prop::collection::vec(any_touch(), 0..4), 1u32..12),
            1..6,
        ),
        threads in prop_oneof![Just(1usize), Just(3)],
    ) {
        let tables = life_tables();
        let mut sleeping = bare(seed, n);
        let mut waking = bare(seed, n);
        let mut step = 0;
        for (touches, steps) in moments {
            for (cell, what) in touches {
                touch(&mut sleeping, cell, what);
                touch(&mut waking, cell, what);
            }
            for _ in 0..steps {
                step += 1;
                let best = InstructionSet::best();
                let one = run_steps(&mut sleeping, &tables, step..=step, &Threads(threads), best);
                waking.mark_all();
                let other = run_steps(&mut waking, &tables, step..=step, &Alone, best);
                prop_assert_eq!(one, other, "step {}", step);
                prop_assert_eq!(sleeping.hash_on(&Alone), waking.hash_on(&Alone), "step {}", step);
            }
        }
        prop_assert!(sleeping.life[..] == waking.life[..] && sleeping.mass[..] == waking.mass[..]);
        prop_assert!(sleeping.pollution[..] == waking.pollution[..]);
        prop_assert!(sleeping.fertility[..] == waking.fertility[..]);
    }
}

#[test]
fn a_bare_planet_falls_asleep_and_wakes_where_it_is_touched() {
    let tables = life_tables();
    let mut planes = bare(3, 130);
    let best = InstructionSet::best();
    run_steps(&mut planes, &tables, 1..=2, &Alone, best);
    assert_eq!(planes.awake_chunks(), 0);
    touch(&mut planes, 70 * 130 + 70, Touch::Pollute(500));
    assert_eq!(planes.awake_chunks(), 1);
    run_steps(&mut planes, &tables, 3..=3, &Alone, best);
    assert!((1..10).contains(&planes.awake_chunks()));
    let gone = run_steps(&mut planes, &tables, 4..=100_000, &Alone, best);
    assert!(gone.sunk > 0);
    assert_eq!(planes.awake_chunks(), 0, "all of it has sunk");
}

/// Grass about the border of two chunks, whose rows 63 and 64 touch; returns a place for each side of it.
fn border(planes: &mut Planes) -> (u32, u32) {
    let n = planes.n();
    for row in 60..68 {
        for column in 20..40 {
            let at = planes.place(row * n + column);
            planes.terrain[at] = GRASS;
            planes.mark(at);
        }
    }
    (63 * n + 30, 64 * n + 30)
}

#[test]
fn what_is_planted_at_the_border_of_a_chunk_wakes_the_next_one() {
    let tables = life_tables();
    let best = InstructionSet::best();
    let mut planes = bare(3, 128);
    let (own, next) = border(&mut planes);
    run_steps(&mut planes, &tables, 1..=2, &Alone, best);
    assert_eq!(planes.awake_chunks(), 0);
    touch(&mut planes, own, Touch::Plant(MOSS, 200));
    // What the cell gives stays the same for as long as it is that old, so only the order itself can wake the next chunk.
    run_steps(&mut planes, &tables, 3..=3, &Alone, best);
    assert_eq!(planes.awake_chunks(), 2);
    run_steps(&mut planes, &tables, 4..=400, &Alone, best);
    let n = planes.n();
    let beyond = (0..n).filter(|column| planes.life[planes.place(64 * n + column)] != 0).count();
    assert!(beyond > 0, "nothing settled at {next}");
}

#[test]
fn a_step_that_is_left_out_leaves_no_flux_of_its_own() {
    let tables = life_tables();
    let best = InstructionSet::best();
    let mut kept = bare(3, 128);
    let (own, next) = border(&mut kept);
    let mut anew = bare(3, 128);
    border(&mut anew);
    for planes in [&mut kept, &mut anew] {
        for cell in [own, next] {
            touch(planes, cell, Touch::Pollute(600));
        }
    }
    for step in [1, 2, 4, 5, 9, 10, 16, 40, 41] {
        run_steps(&mut kept, &tables, step..=step, &Alone, best);
        anew.mark_all();
        run_steps(&mut anew, &tables, step..=step, &Alone, best);
        assert!(kept.pollution[..] == anew.pollution[..], "step {step}");
    }
}
