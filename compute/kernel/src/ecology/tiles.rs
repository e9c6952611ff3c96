//! What the ecology keeps of each chunk beside its planes.

pub(crate) struct Tiles {}

impl Tiles {
    pub(crate) fn new(_n: u32) -> Self {
        Self {}
    }

    pub(crate) fn mark(&mut self, _chunk: usize, _polluted: bool, _fertile: bool) {}

    pub(crate) fn mark_all(&mut self) {}
}
