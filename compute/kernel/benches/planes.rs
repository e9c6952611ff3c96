//! What the planes cost, each figure beside its bound in the same run: `npm run bench:kernel`. One part of it: `cargo bench
//! --bench planes -- reference` (or sweeps, scattered, generated), by some instruction sets only: `-- reference avx512`.

#[path = "../tests/support/mod.rs"]
#[allow(dead_code, reason = "tests use the rest")]
mod support;

use orrery_kernel::ecology::{self, ECOLOGY_TICKS, LifeTables};
use orrery_kernel::executor::{Alone, Executor};
use orrery_kernel::instruction_set::InstructionSet;
use orrery_kernel::planes::{CHUNK_PLACES, Planes};
use orrery_kernel::random::mix32;
use std::hint::black_box;
use std::time::Instant;
use support::{Threads, life_tables};

/// The best of some runs after a first one, in seconds: what other work on the machine disturbs least.
fn best_of(runs: usize, mut work: impl FnMut()) -> f64 {
    work();
    let timed = |_| {
        let began = Instant::now();
        work();
        began.elapsed().as_secs_f64()
    };
    (0..runs).map(timed).fold(f64::INFINITY, f64::min)
}

/// A planet where every chunk is full of life, and of pollution too if it is asked for.
fn crowded(n: u32, polluted: bool) -> Planes {
    let mut planes = Planes::empty(1, n);
    let places = (planes.chunks() - 2) * CHUNK_PLACES;
    for at in 0..places {
        let word = mix32(at as u32);
        planes.terrain[at] = 5 + (word & 1) as u8;
        planes.life[at] = [0, 0, 1, 1, 1, 2, 2, 3][(word >> 1 & 7) as usize];
        planes.mass[at] = if planes.life[at] == 0 { 0 } else { 1 + (word >> 8) as u8 % 100 };
        if polluted {
            planes.pollution[at] = (word >> 16) as u16 & 255;
        }
    }
    planes.mark_all();
    planes
}

/// Reads and writes what a step without pollution reads and writes, and does next to nothing with it.
fn roof(planes: &mut Planes) {
    let nothing = black_box(0_u8);
    let Planes { life, mass, terrain, .. } = planes;
    let chunks = life.chunks_exact_mut(CHUNK_PLACES).zip(mass.chunks_exact_mut(CHUNK_PLACES));
    for ((life, mass), terrain) in chunks.zip(terrain.chunks_exact(CHUNK_PLACES)) {
        for at in 0..CHUNK_PLACES {
            mass[at] ^= (life[at] ^ terrain[at]) & nothing;
            life[at] ^= mass[at] & nothing;
        }
    }
    black_box(&planes.life[0]);
}

/// The time of a step, in seconds.
fn step(
    planes: &mut Planes,
    tables: &LifeTables,
    executor: &dyn Executor,
    instructions: InstructionSet,
    runs: usize,
) -> f64 {
    let mut tick = 0;
    best_of(runs, || {
        tick += ECOLOGY_TICKS;
        ecology::run(planes, tables, tick, executor, instructions);
    })
}

fn report(what: &str, seconds: f64, cells: f64, rest: &str) {
    let (ms, rate) = (seconds * 1e3, cells / seconds / 1e6);
    println!("{what:<46} {ms:>9.3} ms {rate:>8.0} M cells/s {rest}");
}

fn sweeps(tables: &LifeTables) {
    for (n, runs) in [(320, 60), (1024, 20), (3200, 4)] {
        let mut planes = crowded(n, false);
        let cells = f64::from(planes.cells());
        let bound = best_of(runs, || roof(&mut planes));
        report(&format!("N = {n}: memory roof"), bound, cells, "");
        for instructions in instruction_sets() {
            let seconds = step(&mut planes, tables, &Alone, instructions, runs);
            let share = format!("{:.0} % of the roof", 100.0 * bound / seconds);
            let what = format!("N = {n}: all awake, {}", instructions.name());
            report(&what, seconds, cells, &share);
        }
        if n != 1024 {
            continue;
        }
        let best = InstructionSet::best();
        let seconds = step(&mut planes, tables, &Threads(2), best, runs);
        report(&format!("N = {n}: all awake, 2 threads"), seconds, cells, "");
        for instructions in instruction_sets() {
            let mut planes = crowded(n, true);
            let seconds = step(&mut planes, tables, &Alone, instructions, runs);
            let what = format!("N = {n}: all polluted, {}", instructions.name());
            report(&what, seconds, cells, "");
        }
    }
}

/// Tufts of moss, each in a chunk of its own, on a planet of bare grass.
fn scattered(tables: &LifeTables) {
    for permille in [0, 3, 10, 50, 200] {
        let mut planes = Planes::empty(1, 1024);
        planes.terrain.fill(5);
        for chunk in 0..planes.chunks() - 2 {
            if mix32(chunk as u32) % 1000 < permille {
                let middle = chunk * CHUNK_PLACES + 32 * 64 + 32;
                planes.life[middle..middle + 8].fill(1);
                planes.mass[middle..middle + 8].fill(60);
            }
        }
        planes.mark_all();
        let seconds = step(&mut planes, tables, &Alone, InstructionSet::best(), 40);
        let awake = planes.awake_chunks();
        let what = format!("N = 1024: {awake} of 2,560 chunks awake");
        report(&what, seconds, (awake * CHUNK_PLACES) as f64, "of awake cells");
    }
}

fn generated(tables: &LifeTables) {
    let mut planes = Planes::generate(1, 320, &Alone);
    let cells = f64::from(planes.cells());
    let making = best_of(3, || drop(black_box(Planes::generate(1, 320, &Alone))));
    report("N = 320: generating", making, cells, "");
    for instructions in instruction_sets() {
        let seconds = step(&mut planes, tables, &Alone, instructions, 40);
        let awake = format!("{} of 250 chunks awake", planes.awake_chunks());
        let what = format!("N = 320: as generated, {}", instructions.name());
        report(&what, seconds, cells, &awake);
    }
    for instructions in instruction_sets() {
        planes.instructions = instructions;
        let seconds = best_of(20, || {
            planes.dirty.fill(1);
            black_box(planes.hash());
        });
        report(&format!("N = 320: hash of all, {}", instructions.name()), seconds, cells, "");
    }
    planes.hash();
    let seconds = best_of(20, || {
        black_box(planes.hash());
    });
    report("N = 320: hash, nothing changed", seconds, cells, "");
}

/// What bench/kernel.ts runs in TypeScript too.
fn reference(tables: &LifeTables) {
    let mut planes = Planes::generate(1, 128, &Alone);
    let cells = f64::from(planes.cells());
    for instructions in instruction_sets() {
        let seconds = step(&mut planes, tables, &Alone, instructions, 200);
        report(&format!("N = 128: as generated, {}", instructions.name()), seconds, cells, "");
    }
}

/// What was asked for; cargo adds a flag of its own.
fn asked() -> impl Iterator<Item = String> {
    std::env::args().skip(1).filter(|word| !word.starts_with('-'))
}

/// The instruction sets that were asked for; all that there are where none was.
fn instruction_sets() -> Vec<InstructionSet> {
    let named: Vec<_> = asked().filter_map(|name| InstructionSet::by_name(&name)).collect();
    if named.is_empty() { InstructionSet::available().collect() } else { named }
}

type Part = fn(&LifeTables);

fn main() {
    let tables = life_tables();
    let parts: [(&str, Part); 4] = [
        ("sweeps", sweeps),
        ("scattered", scattered),
        ("generated", generated),
        ("reference", reference),
    ];
    let is_asked = |name| asked().any(|word| word == name);
    let all = !parts.iter().any(|&(name, _)| is_asked(name));
    for (name, part) in parts {
        if all || is_asked(name) {
            part(&tables);
        }
    }
}
