//! What the worker needs of a kernel. The world's own rules are one, and tests have a smaller one.

use orrery_kernel::bytes::Fault;
use orrery_kernel::executor::Executor;
use orrery_kernel::world::World;

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
    /// Tells the whole state, part after part.
    fn save(&mut self, put: &mut dyn FnMut(&[u8]));
    /// A new world, brought to where pieces say that it was.
    fn resume(
        tables: &[u8],
        seed: u32,
        n: u32,
        pieces: &[u8],
        host: &dyn Host,
    ) -> Result<Self, String>;
    /// One call of the kernel's port: bytes in, bytes out.
    fn call(&mut self, request: &[u8], out: &mut Vec<u8>, host: &dyn Host) -> Result<(), String>;
    fn tick(&self) -> u64;
    fn hash(&mut self) -> [u32; 2];
}

impl Simulation for World {
    fn create(tables: &[u8], seed: u32, n: u32, host: &dyn Host) -> Result<World, String> {
        World::create(tables, seed, n, host.executor()).map_err(told)
    }

    fn load(tables: &[u8], saved: &[u8], _: &dyn Host) -> Result<World, String> {
        World::load(tables, saved).map_err(told)
    }

    fn resume(
        tables: &[u8],
        seed: u32,
        n: u32,
        pieces: &[u8],
        host: &dyn Host,
    ) -> Result<World, String> {
        World::resume(tables, seed, n, pieces, host.executor()).map_err(told)
    }

    fn save(&mut self, put: &mut dyn FnMut(&[u8])) {
        World::save_in_parts(self, put);
    }

    fn call(&mut self, request: &[u8], out: &mut Vec<u8>, host: &dyn Host) -> Result<(), String> {
        let Some(mut batch) = self.begin(request).map_err(told)? else {
            return World::call(self, request, out, host.executor()).map_err(told);
        };
        while self.advance(&mut batch, 1, host.executor()) {
            if !host.ticked(World::tick(self)) {
                break;
            }
        }
        self.finish(*batch, out, host.executor());
        Ok(())
    }

    fn tick(&self) -> u64 {
        World::tick(self)
    }

    fn hash(&mut self) -> [u32; 2] {
        World::hash(self)
    }
}

fn told(fault: Fault) -> String {
    fault.to_string()
}
