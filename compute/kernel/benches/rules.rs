//! `npm run bench:kernel`: what factories cost on one core, at work and asleep, beside the 16.7 ms of a tick at 60 UPS.

#[path = "../tests/support/mod.rs"]
#[allow(dead_code, reason = "tests use the rest")]
mod support;

use orrery_kernel::executor::Alone;
use orrery_kernel::grid::{cell_at, cell_count};
use orrery_kernel::world::World;
use std::time::Instant;
use support::Threads;

const TABLES: &[u8] = include_bytes!("../../goldens/tables.bin");
/// Of a tick at 60 UPS.
const TICK_MS: f64 = 1_000.0 / 60.0;

// Codes of the golden tables.
const DRILL: u8 = 1;
const BELT: u8 = 2;
const KILN: u8 = 3;
const DEPOT: u8 = 4;
const PLATE: u8 = 1;

/// A run request under way.
struct Request {
    bytes: Vec<u8>,
    events: u32,
}

fn text(bytes: &mut Vec<u8>, text: &str) {
    bytes.extend((text.len() as u16).to_le_bytes());
    bytes.extend(text.encode_utf16().flat_map(u16::to_le_bytes));
}

impl Request {
    fn event(&mut self, code: u8, order: &[u8]) {
        self.bytes.push(code);
        text(&mut self.bytes, "ann");
        text(&mut self.bytes, "c");
        self.bytes.extend(order);
        self.events += 1;
    }
}

/// Runs a tick with events.
fn run_with(world: &mut World, add: impl FnOnce(&mut Request)) {
    let mut request = Request { bytes: Vec::new(), events: 0 };
    add(&mut request);
    let tick = world.tick() + 1;
    let mut bytes = vec![2, 0];
    bytes.extend(tick.to_le_bytes());
    bytes.extend([0, 0]);
    bytes.extend(0_u32.to_le_bytes());
    bytes.extend(0_u32.to_le_bytes());
    bytes.extend(1_u32.to_le_bytes());
    bytes.extend(tick.to_le_bytes());
    bytes.extend(request.events.to_le_bytes());
    bytes.extend(request.bytes);
    world.call(&bytes, &mut Vec::new(), &Alone).unwrap();
}

/// Runs ticks without events, and what is asked for: the hash, the changes of the first chunks.
fn run_on(world: &mut World, ticks: u64, hash: bool, watched: u32) -> usize {
    let mut bytes = vec![2, 0];
    bytes.extend((world.tick() + ticks).to_le_bytes());
    bytes.extend([u8::from(hash), 0]);
    bytes.extend(0_u32.to_le_bytes());
    bytes.extend(watched.to_le_bytes());
    bytes.extend((0..watched).flat_map(u32::to_le_bytes));
    bytes.extend(0_u32.to_le_bytes());
    let mut reply = Vec::new();
    world.call(&bytes, &mut reply, &Alone).unwrap();
    reply.len()
}

fn placed(cell: u32, prototype: u8) -> Vec<u8> {
    [&cell.to_le_bytes()[..], &[prototype, 0]].concat()
}

fn list(elements: &[Vec<u8>]) -> Vec<u8> {
    let mut bytes = (elements.len() as u32).to_le_bytes().to_vec();
    bytes.extend(elements.iter().flatten());
    bytes
}

/// A planet of grass with iron under every cell, and a player who can build anything.
fn rich_world(n: u32) -> World {
    let mut world = World::create(TABLES, 1, n, &Alone).unwrap();
    run_with(&mut world, |request| request.event(0, &0_u32.to_le_bytes()));
    let mut saved = Vec::new();
    world.save(&mut saved);
    let cells = cell_count(n) as usize;
    let mut at = 19;
    // Terrain, elevation, deposit, amount, life, mass: grass and endless iron, and nothing that lives.
    for (bytes, value) in [(1, 5), (1, 100), (1, 1), (2, 0xff), (1, 0), (1, 0)] {
        saved[at..at + bytes * cells].fill(value);
        at += bytes * cells;
    }
    // Pollution, owner, fertility, crystal beds, opened deposits; then the only player.
    at += 6 * cells + 4;
    let inventory = at + 4 + (2 + 2 * 3) + 1 + 4 + 4;
    for item in 0..40 {
        let place = inventory + 4 * item;
        saved[place..place + 4].copy_from_slice(&900_000_000_u32.to_le_bytes());
    }
    World::load(TABLES, &saved).unwrap()
}

struct Times {
    mean_ms: f64,
    worst_ms: f64,
}

/// Time on a processor, which a busy machine stretches less than the time of day.
fn cpu_ms() -> f64 {
    let stat = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    stat.split(' ').next().and_then(|ns| ns.parse::<f64>().ok()).unwrap_or(0.0) / 1e6
}

fn time_ticks(world: &mut World, ticks: u32, hash: bool, watched: u32) -> Times {
    let mut times = Times { mean_ms: 0.0, worst_ms: 0.0 };
    for _ in 0..ticks {
        let began = cpu_ms();
        run_on(world, 1, hash, watched);
        let ms = cpu_ms() - began;
        times.mean_ms += ms / f64::from(ticks);
        times.worst_ms = times.worst_ms.max(ms);
    }
    times
}

/// The best of some: a tick, then its hash, timed alone, as a reply that holds nothing else.
fn wall_ms_of_hash(world: &mut World, threads: usize) -> f64 {
    (0..30).fold(f64::INFINITY, |best, _| {
        run_on(world, 1, false, 0);
        let began = Instant::now();
        world.hash_on(&Threads(threads));
        best.min(began.elapsed().as_secs_f64() * 1e3)
    })
}

fn report(what: &str, times: &Times) {
    println!(
        "{what:<64} {:>8.3} ms a tick, worst {:>8.3} ms: {:>5.1} % of a tick at 60 UPS",
        times.mean_ms,
        times.worst_ms,
        100.0 * times.mean_ms / TICK_MS
    );
}

/// Lines of a drill, five belts, a kiln, a belt and a depot, along every row.
fn factories(world: &mut World, n: u32, wanted: usize) -> usize {
    const LINE: [u8; 9] = [DRILL, BELT, BELT, BELT, BELT, BELT, KILN, BELT, DEPOT];
    let length = LINE.len() as u32;
    let mut lines = Vec::new();
    for row in 0..10 * n {
        for line in 0..n / length {
            lines.push(cell_at(n, row / n, 1 + row % n, line * length));
        }
    }
    lines.truncate(wanted);
    for lines in lines.chunks(1_000) {
        run_with(world, |request| {
            let cells = |&first: &u32| (first..).zip(LINE).map(|(cell, what)| placed(cell, what));
            request.event(4, &list(&lines.iter().flat_map(cells).collect::<Vec<_>>()));
            for first in lines {
                request.event(7, &[&(first + 6).to_le_bytes()[..], &[PLATE]].concat());
            }
        });
    }
    lines.len()
}

fn working() {
    let n = 256;
    let mut world = rich_world(n);
    let began = Instant::now();
    let lines = factories(&mut world, n, 60_000);
    let built = began.elapsed().as_secs_f64();
    println!("{lines} factories of 9 structures built in {built:.1} s");
    run_on(&mut world, 1_200, false, 0);
    let (machines, items) = world.counts();
    let what = format!("{machines} machines at work, {items} items on belts, ecology awake");
    report(&what, &time_ticks(&mut world, 240, false, 0));
    report(
        "the same, with the changes of 20 chunks each tick",
        &time_ticks(&mut world, 60, false, 20),
    );
    report("the same, with the state hash each tick", &time_ticks(&mut world, 60, true, 0));
    for threads in [1, 2] {
        let ms = wall_ms_of_hash(&mut world, threads);
        println!(
            "the hash of all that changed in a tick, {threads} threads {ms:>31.3} ms by the clock"
        );
    }
}

fn idle() {
    let n = 320;
    let mut world = rich_world(n);
    let cells: Vec<u32> = (0..1_000_000).collect();
    let began = Instant::now();
    for cells in cells.chunks(10_000) {
        run_with(&mut world, |request| {
            let kilns: Vec<_> = cells.iter().map(|&cell| placed(cell, KILN)).collect();
            request.event(4, &list(&kilns));
            for cell in cells {
                request.event(7, &[&cell.to_le_bytes()[..], &[PLATE]].concat());
            }
        });
    }
    println!("1000000 kilns built in {:.1} s", began.elapsed().as_secs_f64());
    run_on(&mut world, 16, false, 0);
    report("1000000 kilns that wait for iron", &time_ticks(&mut world, 240, false, 0));
    let mut bare = rich_world(n);
    run_on(&mut bare, 16, false, 0);
    report("the same planet without them", &time_ticks(&mut bare, 240, false, 0));
    report(
        "1000000 kilns that wait, with the state hash each tick",
        &time_ticks(&mut world, 60, true, 0),
    );
}

fn main() {
    // Cargo adds a flag of its own.
    let asked: Vec<String> =
        std::env::args().skip(1).filter(|part| !part.starts_with('-')).collect();
    let parts: [(&str, fn()); 2] = [("working", working), ("idle", idle)];
    for (name, part) in parts {
        if asked.is_empty() || asked.iter().any(|asked| asked == name) {
            part();
        }
    }
}
