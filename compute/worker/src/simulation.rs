//! What the worker needs of a kernel. The world's own rules are one, and tests have a smaller one.

use orrery_kernel::executor::Executor;

/// Who runs the simulation: gives it threads, and is told how far it is.
pub trait Host {
    fn executor(&self) -> &dyn Executor;
    /// Told after each tick. False: end the batch here, as if it had been asked for through this tick only.
    fn ticked(&self, tick: u64) -> bool;
}

/// One world. Refusals are texts for people, and leave it as it was.
pub trait Simulation: Sized {
    fn create(tables: &[u8], seed: u32, n: u32, host: &dyn Host) -> Result<Self, String>;
    fn load(tables: &[u8], saved: &[u8], host: &dyn Host) -> Result<Self, String>;
    fn save(&self, out: &mut Vec<u8>);
    /// One call of the kernel's port: bytes in, bytes out.
    fn call(&mut self, request: &[u8], out: &mut Vec<u8>, host: &dyn Host) -> Result<(), String>;
    fn tick(&self) -> u64;
    fn hash(&mut self) -> [u32; 2];
}
