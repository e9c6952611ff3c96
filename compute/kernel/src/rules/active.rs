//! What may have something to do. Whoever finds nothing to do goes to sleep, and what changes wakes those
//! whom it concerns; to be awake in vain costs a look and changes nothing.

use super::cells::CellBits;

/// The phases of a tick whose work is kept by cell, in their order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Phase {
    /// Pumps and crafters that pour into pipes.
    Pouring,
    /// Pipes with the neighbours of higher cells.
    Equalising,
    /// Pipes that serve the crafters beside them.
    Tapping,
    /// What run ends give to, by the cell of what is given to.
    FromBelts,
    /// What machines and bridges give to, likewise.
    FromMachines,
    Splitting,
    /// Depots that serve the machines beside them.
    Serving,
}

const PHASES: usize = 7;

/// One who may have something to do: in a phase, at a cell.
pub(crate) type Unit = (Phase, u32);

/// The cells of each phase that are awake.
#[derive(Debug, Clone)]
pub(crate) struct Active {
    cells: [CellBits; PHASES],
}

impl Active {
    pub(crate) fn new(cells: u32) -> Self {
        Self { cells: core::array::from_fn(|_| CellBits::new(cells)) }
    }

    pub(crate) fn wake(&mut self, phase: Phase, cell: u32) {
        self.cells[phase as usize].insert(cell);
    }

    /// The first awake cell from `from` on; it sleeps from now on, unless it is woken again.
    pub(crate) fn take(&mut self, phase: Phase, from: u32) -> Option<u32> {
        let cells = &mut self.cells[phase as usize];
        let cell = cells.next(from)?;
        cells.remove(cell);
        Some(cell)
    }
}
