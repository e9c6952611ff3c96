//! A step of the ecology over the whole planet: every chunk that does not sleep, by parts.

use super::borders::Borders;
use super::lanes::{Baseline, Lanes, Row, SIDE};
use super::life::LifeTables;
use super::rows::{Keys, Numbers, Rule};
use super::tile::{Scratch, Span, Tile, TileOutcome, TileView, lines_of, settle_tile};
use super::tiles::{AWAKE, Lines, STALE};
use super::{ECOLOGY_TICKS, poles};
use crate::executor::{Executor, PARTS_A_THREAD, Shares};
use crate::grid::cell_in_chunk;
use crate::instruction_set::{InstructionSet, Level};
use crate::planes::{DIRTY_ALL, DIRTY_FEED, Planes};
use crate::random::tick_key;
use alloc::vec;
use alloc::vec::Vec;
use core::ops::Range;

/// What a step took out of the world, in units of pollution.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Sums {
    /// By the ground.
    pub sunk: u64,
    /// By what lives.
    pub absorbed: u64,
}

/// Runs the ecology of a tick. The bits depend neither on the executor nor on the instruction set.
pub fn run(
    planes: &mut Planes,
    tables: &LifeTables,
    tick: u64,
    executor: &dyn Executor,
    instructions: InstructionSet,
) -> Sums {
    let next = tick + ECOLOGY_TICKS;
    let keys = Keys { now: tick_key(planes.seed(), tick), next: tick_key(planes.seed(), next) };
    if planes.tiles.tick != Some(tick) {
        planes.tiles.forget_fluxes();
    }
    let job = Job { numbers: Numbers::new(tables), keys, n: planes.n(), instructions };
    refresh_lines(planes, &job, executor);
    let settled_poles = poles::settle(planes, tables, keys.now);
    let outcomes = sweep(planes, &job, executor);
    let mut sums = poles::put(planes, settled_poles);
    for (chunk, outcome) in &outcomes {
        sums.sunk += u64::from(outcome.sunk);
        sums.absorbed += u64::from(outcome.absorbed);
        planes.tiles.flags[*chunk] = outcome.flags;
        if outcome.changed {
            planes.dirty[*chunk] = DIRTY_ALL;
        } else if outcome.aged {
            planes.dirty[*chunk] |= DIRTY_ALL & !DIRTY_FEED;
        }
    }
    for (chunk, _) in outcomes.iter().filter(|(_, outcome)| outcome.gives_otherwise) {
        planes.tiles.wake_around(*chunk);
    }
    planes.tiles.turn(next);
    sums
}

/// What every part of a step needs to know.
struct Job {
    numbers: Numbers,
    keys: Keys,
    n: u32,
    instructions: InstructionSet,
}

impl Job {
    fn span(&self, borders: &Borders, chunk: usize) -> Span {
        let (rows, columns) = borders.extent(chunk);
        let first = cell_in_chunk(self.n, chunk as u32, 0).unwrap_or_default();
        Span { first, n: self.n, rows, columns }
    }
}

/// Ranges of chunks, in their order, that have about the same number of those with a flag; only as many as
/// keep the executor's threads busy, and none that has nothing to do.
fn cut(flags: &[u8], flag: u8, executor: &dyn Executor) -> Vec<Range<usize>> {
    let marked = flags.iter().filter(|flags| *flags & flag != 0).count();
    let threads = executor.threads().max(1);
    let parts = if threads == 1 { 1 } else { threads * PARTS_A_THREAD };
    let share = marked.div_ceil(parts).max(1);
    let (mut ranges, mut from, mut held) = (Vec::new(), 0, 0);
    for (chunk, flags) in flags.iter().enumerate() {
        held += usize::from(flags & flag != 0);
        if held == share {
            ranges.push(from..chunk + 1);
            (from, held) = (chunk + 1, 0);
        }
    }
    if held > 0 {
        ranges.push(from..flags.len());
    }
    ranges
}

/// Cuts a slice at the ends of ranges that follow each other, `width` values a chunk.
fn deal<'a, T>(mut values: &'a mut [T], width: usize, ranges: &[Range<usize>]) -> Vec<&'a mut [T]> {
    ranges
        .iter()
        .map(|range| {
            let (own, rest) = core::mem::take(&mut values).split_at_mut(range.len() * width);
            values = rest;
            own
        })
        .collect()
}

/// Makes the border lines anew of chunks that were written to since, and wakes those around them that
/// would notice.
fn refresh_lines(planes: &mut Planes, job: &Job, executor: &dyn Executor) {
    poles::refresh_lines(planes, job.keys.now);
    let diamonds = planes.chunks() - 2;
    let Planes { life, mass, pollution, tiles, .. } = planes;
    let ranges = cut(&tiles.flags[..diamonds], STALE, executor);
    let mut otherwise = vec![Vec::new(); ranges.len()];
    let mut outputs = otherwise.iter_mut();
    let parts: Vec<_> = deal(&mut tiles.now, 1, &ranges).into_iter().zip(&ranges).collect();
    let parts =
        Shares::new(parts.into_iter().filter_map(|part| Some((part, outputs.next()?))).collect());
    let (flags, borders) = (&tiles.flags, &tiles.borders);
    let (life, mass, pollution) = (rows_of(life), rows_of(mass), rows_of(pollution));
    executor.run(parts.len(), &|part| {
        let Some(((now, range), otherwise)) = parts.take(part) else { return };
        for (lines, chunk) in now.iter_mut().zip(range.clone()) {
            if flags[chunk] & STALE == 0 {
                continue;
            }
            let rows = chunk * SIDE..(chunk + 1) * SIDE;
            let view = TileView {
                life: &life[rows.clone()],
                mass: &mass[rows.clone()],
                pollution: &pollution[rows],
            };
            let before = *lines;
            lines_of(view, job.keys.now, job.span(borders, chunk), lines);
            if *lines != before {
                otherwise.push(chunk);
            }
        }
    });
    for chunk in otherwise.into_iter().flatten() {
        tiles.wake_around(chunk);
    }
}

fn rows_of<T>(plane: &[T]) -> &[[T; SIDE]] {
    plane.as_chunks().0
}

/// The chunks that one thread settles, one after the other.
struct Part<'a> {
    chunks: Range<usize>,
    life: &'a mut [u8],
    mass: &'a mut [u8],
    pollution: &'a mut [u16],
    fertility: &'a mut [u8],
    next: &'a mut [Lines],
    outcomes: &'a mut Vec<(usize, TileOutcome)>,
}

/// What all parts read.
struct Common<'a> {
    job: &'a Job,
    terrain: &'a [Row],
    crystal_bed: &'a [Row],
    flags: &'a [u8],
    now: &'a [Lines],
    borders: &'a Borders,
}

/// Settles all chunks that are awake, poles aside. Returns what came of each.
fn sweep(planes: &mut Planes, job: &Job, executor: &dyn Executor) -> Vec<(usize, TileOutcome)> {
    let diamonds = planes.chunks() - 2;
    let Planes { terrain, crystal_bed, life, mass, pollution, fertility, tiles, .. } = planes;
    let ranges = cut(&tiles.flags[..diamonds], AWAKE, executor);
    let mut outcomes = vec![Vec::new(); ranges.len()];
    let width = SIDE * SIDE;
    let mut masses = deal(mass, width, &ranges).into_iter();
    let mut pollutions = deal(pollution, width, &ranges).into_iter();
    let mut fertilities = deal(fertility, width, &ranges).into_iter();
    let mut nexts = deal(&mut tiles.next, 1, &ranges).into_iter();
    let mut outputs = outcomes.iter_mut();
    let parts = deal(life, width, &ranges).into_iter().zip(&ranges).filter_map(|(life, range)| {
        Some(Part {
            chunks: range.clone(),
            life,
            mass: masses.next()?,
            pollution: pollutions.next()?,
            fertility: fertilities.next()?,
            next: nexts.next()?,
            outcomes: outputs.next()?,
        })
    });
    let parts = Shares::new(parts.collect());
    let common = Common {
        job,
        terrain: rows_of(terrain),
        crystal_bed: rows_of(crystal_bed),
        flags: &tiles.flags,
        now: &tiles.now,
        borders: &tiles.borders,
    };
    executor.run(parts.len(), &|part| {
        if let Some(part) = parts.take(part) {
            settle_part(part, &common);
        }
    });
    outcomes.into_iter().flatten().collect()
}

fn settle_part(part: Part<'_>, common: &Common<'_>) {
    match common.job.instructions.level() {
        Level::Baseline => settle_chunks(Baseline, part, common),
        #[cfg(target_arch = "x86_64")]
        Level::Avx2 => {
            // SAFETY: an instruction set names AVX2 only where the machine has it.
            unsafe { x86::settle_avx2(part, common) }
        }
        #[cfg(target_arch = "x86_64")]
        Level::Avx512 => {
            // SAFETY: an instruction set names AVX-512 only where the machine has it.
            unsafe { x86::settle_avx512(part, common) }
        }
    }
}

/// The same again, compiled for other instructions.
#[cfg(target_arch = "x86_64")]
mod x86 {
    use super::super::lanes::{Avx2, Avx512};
    use super::{Common, Part, settle_chunks};

    #[target_feature(enable = "avx2,bmi1,bmi2,popcnt")]
    pub(super) fn settle_avx2(part: Part<'_>, common: &Common<'_>) {
        settle_chunks(Avx2::new(), part, common);
    }

    #[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,avx2,bmi1,bmi2,popcnt")]
    pub(super) fn settle_avx512(part: Part<'_>, common: &Common<'_>) {
        settle_chunks(Avx512::new(), part, common);
    }
}

#[inline(always)]
fn settle_chunks<L: Lanes>(lanes: L, part: Part<'_>, common: &Common<'_>) {
    let Common { job, terrain, crystal_bed, flags, now, borders } = *common;
    let rule = Rule { lanes, numbers: &job.numbers, keys: job.keys };
    let mut scratch = Scratch::new();
    let from = part.chunks.start;
    for chunk in part.chunks {
        if flags[chunk] & AWAKE == 0 {
            continue;
        }
        let rows = chunk * SIDE..(chunk + 1) * SIDE;
        let own = (chunk - from) * SIDE..(chunk - from + 1) * SIDE;
        let mut tile = Tile {
            terrain: &terrain[rows.clone()],
            crystal_bed: &crystal_bed[rows],
            life: &mut part.life.as_chunks_mut().0[own.clone()],
            mass: &mut part.mass.as_chunks_mut().0[own.clone()],
            pollution: &mut part.pollution.as_chunks_mut().0[own.clone()],
            fertility: &mut part.fertility.as_chunks_mut().0[own],
        };
        borders.gather(now, chunk, &mut scratch.halo);
        let lines = &mut part.next[chunk - from];
        let span = job.span(borders, chunk);
        let mut outcome = settle_tile(rule, span, flags[chunk], &mut tile, &mut scratch, lines);
        outcome.gives_otherwise = *lines != now[chunk];
        part.outcomes.push((chunk, outcome));
    }
}
