//! What tests share: tables, threads, planets with something going on.

use orrery_kernel::ecology::{self, ECOLOGY_TICKS, LifeTables, Sums};
use orrery_kernel::executor::Executor;
use orrery_kernel::instruction_set::InstructionSet;
use orrery_kernel::planes::Planes;
use orrery_kernel::random::{tick_key, word_of};
use proptest::test_runner::Config as ProptestConfig;
use std::ops::RangeInclusive;
use std::sync::atomic::{AtomicUsize, Ordering};

/// The tables that TypeScript wrote; life comes last, after all that names items and machines.
pub(crate) fn life_tables() -> LifeTables {
    let bytes = include_bytes!("../../../goldens/tables.bin");
    // Rules of 5 kinds and caps of 11 terrains, each list with its count.
    let life = 4 + 5 * 7 + 4 + 11 * (4 + 5);
    LifeTables::parse(&bytes[bytes.len() - life..]).expect("the golden tables are whole")
}

/// So many cases, or as many as `PROPTEST_CASES` says; what failed is told, and kept nowhere.
pub(crate) fn cases(short: u32) -> ProptestConfig {
    let asked = std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok());
    ProptestConfig {
        cases: asked.unwrap_or(short),
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

/// Runs parts on as many threads as it says.
pub(crate) struct Threads(pub(crate) usize);

impl Executor for Threads {
    fn threads(&self) -> usize {
        self.0
    }

    fn run(&self, parts: usize, work: &(dyn Fn(usize) + Sync)) {
        let next = AtomicUsize::new(0);
        std::thread::scope(|scope| {
            for _ in 0..self.0 {
                scope.spawn(|| {
                    loop {
                        let part = next.fetch_add(1, Ordering::Relaxed);
                        if part >= parts {
                            break;
                        }
                        work(part);
                    }
                });
            }
        });
    }
}

/// Pollution, fertiliser and life of every kind, thick and thin, as scripts/goldens.ts stirs them in.
pub(crate) fn stir(planes: &mut Planes) {
    let key = tick_key(planes.seed(), 0);
    for cell in 0..planes.cells() {
        let word = word_of(key, cell);
        let high = (word >> 16) as u16;
        let at = planes.place(cell);
        if word & 7 == 0 {
            planes.pollution[at] = if word & 0x300 != 0 { high & 255 } else { high };
        }
        if word & 0x78 == 0 {
            planes.fertility[at] = (high & 15) as u8;
        }
        if word & 0xf80 == 0 {
            planes.life[at] = 1 + (high & 3) as u8;
            planes.mass[at] = (1 + (high >> 8)) as u8;
        }
        planes.mark(at);
    }
}

/// Runs ecology steps, numbered from 1, and adds up what they took.
pub(crate) fn run_steps(
    planes: &mut Planes,
    tables: &LifeTables,
    steps: RangeInclusive<u32>,
    executor: &dyn Executor,
    instructions: InstructionSet,
) -> Sums {
    steps.fold(Sums::default(), |mut total, step| {
        let tick = u64::from(step) * ECOLOGY_TICKS;
        let sums = ecology::run(planes, tables, tick, executor, instructions);
        total.sunk += sums.sunk;
        total.absorbed += sums.absorbed;
        total
    })
}
