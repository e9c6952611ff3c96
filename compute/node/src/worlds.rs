//! A world in the server's own process, in the thread that calls.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use napi::bindgen_prelude::{Env, Uint8Array, Uint8ArraySlice};
use napi_derive::napi;

use orrery_kernel::executor::Executor;
use orrery_kernel::world::World;
use orrery_worker::simulation::{Host, Simulation};
use orrery_worker::threads::Threads;

use crate::handles::Handles;

static WORLDS: Handles<Own> = Handles::new();

struct Own {
    /// None once it panicked: it may be half changed.
    world: Mutex<Option<World>>,
    crew: Crew,
}

struct Crew {
    threads: Threads,
    cancelled: AtomicBool,
    /// Never taken back: no batch gets beyond its first tick any more, also one that has not begun.
    ending: AtomicBool,
    tick: AtomicU64,
}

impl Host for Crew {
    fn executor(&self) -> &dyn Executor {
        &self.threads
    }

    fn ticked(&self, tick: u64) -> bool {
        self.tick.store(tick, Ordering::Relaxed);
        !self.cancelled.load(Ordering::Relaxed) && !self.ending.load(Ordering::Relaxed)
    }
}

impl Own {
    fn world(&self) -> MutexGuard<'_, Option<World>> {
        self.world.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Runs `work` on the world; a panic is the end of the world, not of the server.
    fn work<Value>(
        &self,
        work: impl FnOnce(&mut World) -> Result<Value, String>,
    ) -> napi::Result<Value> {
        let mut world = self.world();
        let Some(living) = world.as_mut() else { return Err(lost()) };
        match catch_unwind(AssertUnwindSafe(|| work(living))) {
            Ok(result) => result.map_err(napi::Error::from_reason),
            Err(_) => {
                *world = None;
                Err(lost())
            }
        }
    }
}

/// JavaScript tells a lost world from a refusal by this beginning.
fn lost() -> napi::Error {
    napi::Error::from_reason("lost: the kernel panicked")
}

/// Opens a world in this process and returns its handle: a new one, or the one that `pieces` keep.
#[napi]
pub fn open_world(
    tables: Uint8Array,
    seed: u32,
    n: u32,
    threads: u32,
    pieces: Option<Uint8Array>,
) -> napi::Result<u32> {
    let crew = Crew {
        threads: Threads::new(threads as usize),
        cancelled: AtomicBool::new(false),
        ending: AtomicBool::new(false),
        tick: AtomicU64::new(0),
    };
    let made = catch_unwind(AssertUnwindSafe(|| match &pieces {
        Some(pieces) => <World as Simulation>::resume(&tables, seed, n, pieces, &crew),
        None => <World as Simulation>::create(&tables, seed, n, &crew),
    }));
    let world = made.map_err(|_| lost())?.map_err(napi::Error::from_reason)?;
    Ok(WORLDS.add(Own { world: Mutex::new(Some(world)), crew }))
}

/// One call of the kernel's port, in the calling thread.
#[napi]
pub fn call_world(
    env: &Env,
    handle: u32,
    request: Uint8Array,
) -> napi::Result<Uint8ArraySlice<'_>> {
    let own = WORLDS.get(handle)?;
    own.crew.cancelled.store(false, Ordering::Relaxed);
    let out = own.work(|world| {
        let mut out = Vec::new();
        Simulation::call(world, &request, &mut out, &own.crew).map(|()| out)
    })?;
    Uint8ArraySlice::copy_from(env, out)
}

/// The batch under way ends with the tick that it is at.
#[napi]
pub fn cancel_world(handle: u32) -> napi::Result<()> {
    WORLDS.get(handle)?.crew.cancelled.store(true, Ordering::Relaxed);
    Ok(())
}

/// As `cancel_world`, for all batches from here on: the world is about to be closed.
#[napi]
pub fn end_world(handle: u32) -> napi::Result<()> {
    WORLDS.get(handle)?.crew.ending.store(true, Ordering::Relaxed);
    Ok(())
}

/// The tick that the batch under way has come to.
#[napi]
pub fn world_progress(handle: u32) -> napi::Result<f64> {
    Ok(WORLDS.get(handle)?.crew.tick.load(Ordering::Relaxed) as f64)
}

/// Lets go of a world.
#[napi]
pub fn close_world(handle: u32) {
    WORLDS.remove(handle);
}
