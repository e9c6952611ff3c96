//! A step of one chunk: what its cells give is laid out, then its rows are settled, in place.

#![allow(clippy::needless_range_loop, reason = "one index keeps many arrays in step")]

use super::borders::{Halo, Ring};
use super::lanes::{Lanes, Row, SIDE};
use super::rows::{
    Outcome, RowCells, RowDirt, Rule, Words, draw, give_flux, give_life, settle_row,
};
use super::tiles::{AWAKE, BEDS, BOTTOM, FERTILE, LEFT, Lines, POLLUTED, RIGHT, TOP};

/// The planes of a chunk.
pub(super) struct Tile<'a> {
    pub(super) terrain: &'a [Row],
    pub(super) crystal_bed: &'a [Row],
    pub(super) life: &'a mut [Row],
    pub(super) mass: &'a mut [Row],
    pub(super) pollution: &'a mut [[u16; SIDE]],
    pub(super) fertility: &'a mut [Row],
}

/// What of a chunk decides what it gives.
#[derive(Clone, Copy)]
pub(super) struct TileView<'a> {
    pub(super) life: &'a [Row],
    pub(super) mass: &'a [Row],
    pub(super) pollution: &'a [[u16; SIDE]],
}

impl Tile<'_> {
    #[inline(always)]
    fn view(&self) -> TileView<'_> {
        TileView { life: self.life, mass: self.mass, pollution: self.pollution }
    }
}

/// Which cells a chunk has.
#[derive(Clone, Copy)]
pub(super) struct Span {
    /// The id of the first cell; that of a cell one row further down is n more.
    pub(super) first: u32,
    pub(super) n: u32,
    pub(super) rows: usize,
    pub(super) columns: usize,
}

impl Span {
    /// The random words of a row.
    #[inline(always)]
    fn draw_row(self, key: u32, row: usize) -> Words {
        draw(key, self.first + row as u32 * self.n, 1)
    }
}

/// What came of a chunk's step.
#[derive(Clone, Copy, Default)]
pub(super) struct TileOutcome {
    /// The flags that it has now.
    pub(super) flags: u8,
    /// Something changed that can be seen.
    pub(super) changed: bool,
    /// Some fertiliser was used up.
    pub(super) aged: bool,
    pub(super) sunk: u32,
    pub(super) absorbed: u32,
    /// Its border lines give otherwise in the next step than in this one.
    pub(super) gives_otherwise: bool,
}

/// Bytes from row to row: a row, and room for the cells on its left and right.
const STRIDE: usize = 2 * SIDE;

/// What the cells of a chunk and those around it give: rows 1..=64, and the halo.
#[repr(align(64))]
struct Field([u8; STRIDE * (SIDE + 3)]);

/// Where a row begins that is shifted by -1 (0), not at all (1) or by 1 (2).
const fn start(row: usize, shift: usize) -> usize {
    row * STRIDE + SIDE - 1 + shift
}

impl Field {
    #[inline(always)]
    fn row(&self, row: usize, shift: usize) -> &Row {
        let at = start(row, shift);
        let Some(row) = self.0[at..].first_chunk() else { return &[0; SIDE] };
        row
    }

    #[inline(always)]
    fn row_mut(&mut self, row: usize) -> Option<&mut Row> {
        self.0[start(row, 1)..].first_chunk_mut()
    }

    /// The six neighbours of a row's cells.
    #[inline(always)]
    fn six(&self, row: usize) -> [&Row; 6] {
        // One look at the bounds for all six.
        const WINDOW: [u8; 3 * STRIDE] = [0; 3 * STRIDE];
        let window = self.0[start(row - 1, 0)..].first_chunk().unwrap_or(&WINDOW);
        let part = |at: usize| window[at..].first_chunk().unwrap_or(&NOTHING);
        [part(1), part(2), part(STRIDE), part(STRIDE + 2), part(2 * STRIDE), part(2 * STRIDE + 1)]
    }

    /// Lays the rows above and below a chunk of so many rows.
    fn frame(&mut self, ring: &Ring, rows: usize) {
        self.0[start(0, 1)..][..ring.above().len()].copy_from_slice(ring.above());
        self.0[start(rows + 1, 0)..][..ring.below().len()].copy_from_slice(ring.below());
    }

    /// Lays the cells on the left and on the right of a row of so many columns.
    #[inline(always)]
    fn flank(&mut self, ring: &Ring, row: usize, columns: usize) {
        self.0[start(row, 0)] = ring.left()[row - 1];
        self.0[start(row, 1) + columns] = ring.right()[row - 1];
    }
}

/// Room to work in, for one thread.
pub(super) struct Scratch {
    pub(super) halo: Halo,
    plants: Field,
    rest: Field,
    /// Of each row, where there is pollution.
    words: [Words; SIDE],
}

impl Scratch {
    pub(super) const fn new() -> Self {
        const EMPTY: [u8; STRIDE * (SIDE + 3)] = [0; STRIDE * (SIDE + 3)];
        Self {
            halo: Halo::new(),
            plants: Field(EMPTY),
            rest: Field(EMPTY),
            words: [[0; SIDE]; SIDE],
        }
    }
}

const NOTHING: Row = [0; SIDE];

/// Runs a step of a chunk whose halo is in `scratch`, and writes what its border lines give in the next step.
#[inline(always)]
pub(super) fn settle_tile<L: Lanes>(
    rule: Rule<'_, L>,
    span: Span,
    flags: u8,
    tile: &mut Tile<'_>,
    scratch: &mut Scratch,
    lines: &mut Lines,
) -> TileOutcome {
    if flags & POLLUTED != 0 || scratch.halo.has_flux() {
        settle_rows::<L, true>(rule, span, flags, tile, scratch, lines)
    } else {
        settle_rows::<L, false>(rule, span, flags, tile, scratch, lines)
    }
}

#[inline(always)]
fn settle_rows<L: Lanes, const DIRTY: bool>(
    rule: Rule<'_, L>,
    span: Span,
    flags: u8,
    tile: &mut Tile<'_>,
    scratch: &mut Scratch,
    lines: &mut Lines,
) -> TileOutcome {
    let Span { rows, columns, .. } = span;
    let full = lay::<DIRTY>(rule.keys.now, span, tile.view(), scratch);
    let Scratch { plants, rest, words: drawn, .. } = scratch;
    let mut is_cell = [0_u8; SIDE];
    is_cell[..columns].fill(0xff);
    let mut outcome = Outcome::NONE;
    for row in 0..rows {
        // Seas and deserts: nothing lives in the row or beside it.
        if !DIRTY && flags & FERTILE == 0 && full >> row & 7 == 0 {
            continue;
        }
        let cells = RowCells {
            terrain: &tile.terrain[row],
            crystal_bed: if flags & BEDS == 0 { &NOTHING } else { &tile.crystal_bed[row] },
            fertility: if flags & FERTILE == 0 { &NOTHING } else { &tile.fertility[row] },
            life: &mut tile.life[row],
            mass: &mut tile.mass[row],
        };
        let dirt = DIRTY.then_some(RowDirt {
            pollution: &mut tile.pollution[row],
            gives: rest.row(row + 1, 1),
            is_cell: &is_cell,
        });
        let words = if DIRTY { drawn[row] } else { span.draw_row(rule.keys.now, row) };
        let (plants, rest) = (plants.six(row + 1), rest.six(row + 1));
        settle_row(rule, plants, rest, cells, dirt, &words, &mut outcome);
    }
    let polluted = DIRTY && outcome.polluted.iter().fold(0, |all, units| all | units) != 0;
    let (aged, fertile) =
        if flags & FERTILE != 0 { use_up(tile.fertility) } else { (false, false) };
    Sides::of(tile.view(), span).write(tile.view(), rule.keys.next, span, polluted, lines);
    let restless = outcome.changed || outcome.restless;
    TileOutcome {
        flags: flags & BEDS
            | if restless { AWAKE } else { 0 }
            | if polluted { POLLUTED } else { 0 }
            | if fertile { FERTILE } else { 0 },
        changed: outcome.changed,
        aged,
        sunk: outcome.sunk.iter().map(|&units| u32::from(units)).sum(),
        absorbed: outcome.absorbed.iter().map(|&units| u32::from(units)).sum(),
        gives_otherwise: false,
    }
}

/// Lays out what the cells of a chunk and those around it give, before any of them is settled. Returns bits of the rows, that
/// above first, whose cells live or give anything.
#[inline(always)]
fn lay<const DIRTY: bool>(key: u32, span: Span, tile: TileView<'_>, scratch: &mut Scratch) -> u128 {
    let Span { rows, columns, .. } = span;
    let Scratch { halo, plants, rest, words } = scratch;
    plants.frame(&halo.0[0], rows);
    rest.frame(&halo.0[1], rows);
    let mut full = u128::from(halo.gives_above());
    for row in 0..rows {
        let (Some(plants_row), Some(rest_row)) = (plants.row_mut(row + 1), rest.row_mut(row + 1))
        else {
            break;
        };
        let lives = tile.life[row].iter().fold(0, |all, life| all | life) != 0;
        give_life(&tile.life[row], &tile.mass[row], plants_row, rest_row);
        if DIRTY {
            words[row] = span.draw_row(key, row);
            give_flux(&tile.pollution[row], &words[row], rest_row);
        }
        plants.flank(&halo.0[0], row + 1, columns);
        rest.flank(&halo.0[1], row + 1, columns);
        full |= u128::from(lives || halo.gives_beside(row)) << (row + 1);
    }
    full | u128::from(halo.gives_below()) << (rows + 1)
}

/// Takes a step off what fertiliser there is. Returns whether there was any, and whether some is left.
fn use_up(fertility: &mut [Row]) -> (bool, bool) {
    let (mut before, mut after) = (0, 0);
    for steps in fertility.iter_mut().flatten() {
        before |= *steps;
        *steps = steps.saturating_sub(1);
        after |= *steps;
    }
    (before != 0, after != 0)
}

/// The first and last column of a chunk, laid flat.
struct Sides([Side; 2]);

struct Side {
    life: Row,
    mass: Row,
    pollution: [u16; SIDE],
}

impl Sides {
    #[inline(always)]
    fn of(tile: TileView<'_>, span: Span) -> Self {
        Self([Side::of(tile, span.rows, 0), Side::of(tile, span.rows, span.columns - 1)])
    }

    /// Writes what the four lines give under a key.
    #[inline(always)]
    fn write(&self, tile: TileView<'_>, key: u32, span: Span, polluted: bool, lines: &mut Lines) {
        let Span { first, n, rows, columns } = span;
        let last = rows - 1;
        let [plants, rest] = &mut lines.0;
        for (line, row) in [(TOP, 0), (BOTTOM, last)] {
            give_life(&tile.life[row], &tile.mass[row], &mut plants[line], &mut rest[line]);
            if polluted {
                let words = draw(key, first + row as u32 * n, 1);
                give_flux(&tile.pollution[row], &words, &mut rest[line]);
            }
        }
        for ((line, column), side) in
            [(LEFT, 0), (RIGHT, columns as u32 - 1)].into_iter().zip(&self.0)
        {
            give_life(&side.life, &side.mass, &mut plants[line], &mut rest[line]);
            if polluted {
                give_flux(&side.pollution, &draw(key, first + column, n), &mut rest[line]);
            }
        }
    }
}

impl Side {
    #[inline(always)]
    fn of(tile: TileView<'_>, rows: usize, column: usize) -> Self {
        let mut side = Self { life: NOTHING, mass: NOTHING, pollution: [0; SIDE] };
        let column = column % SIDE;
        for (value, row) in side.life.iter_mut().zip(&tile.life[..rows]) {
            *value = row[column];
        }
        for (value, row) in side.mass.iter_mut().zip(&tile.mass[..rows]) {
            *value = row[column];
        }
        for (value, row) in side.pollution.iter_mut().zip(&tile.pollution[..rows]) {
            *value = row[column];
        }
        side
    }
}

/// What the border lines of a chunk give under a key.
#[inline(always)]
pub(super) fn lines_of(tile: TileView<'_>, key: u32, span: Span, lines: &mut Lines) {
    Sides::of(tile, span).write(tile, key, span, true, lines);
}
