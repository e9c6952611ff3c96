//! When a worker saves its state beside its work.

use std::sync::Mutex;
use std::time::{Duration, Instant};

use orrery_worker::layout::{PAGE, Shape};
use orrery_worker::region::{Region, Settings};
use orrery_worker::saver::Saver;
use orrery_worker::simulation::{Host, Simulation};
use orrery_worker::slots::committed;

/// A world that takes `costs` of a processor to save.
struct Heavy {
    tick: u64,
    costs: Duration,
}

impl Simulation for Heavy {
    fn create(_: &[u8], _: u32, _: u32, _: &dyn Host) -> Result<Heavy, String> {
        Err("made by the test".into())
    }

    fn load(_: &[u8], _: &[u8], _: &dyn Host) -> Result<Heavy, String> {
        Err("never saved to be loaded".into())
    }

    fn resume(_: &[u8], _: u32, _: u32, _: &[u8], _: &dyn Host) -> Result<Heavy, String> {
        Err("never left to be resumed".into())
    }

    fn save(&mut self, put: &mut dyn FnMut(&[u8])) {
        let from = processor_time();
        while processor_time() - from < self.costs {
            std::hint::spin_loop();
        }
        put(&self.tick.to_le_bytes());
    }

    fn call(&mut self, _: &[u8], _: &mut Vec<u8>, _: &dyn Host) -> Result<(), String> {
        self.tick += 1;
        Ok(())
    }

    fn tick(&self) -> u64 {
        self.tick
    }

    fn hash(&mut self) -> [u32; 2] {
        [self.tick as u32, 0]
    }
}

/// Of this process so far.
fn processor_time() -> Duration {
    let mut time = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: the time is ours.
    unsafe { libc::clock_gettime(libc::CLOCK_PROCESS_CPUTIME_ID, &mut time) };
    Duration::new(time.tv_sec as u64, time.tv_nsec as u32)
}

/// A worker has its region for life: what is kept for ever is not leaked.
static KEPT: Mutex<Vec<&Region>> = Mutex::new(Vec::new());

struct World {
    region: &'static Region,
    heavy: Heavy,
    saver: Saver,
}

impl World {
    fn new(costs: Duration) -> World {
        let shape = Shape { request_bytes: PAGE, response_bytes: PAGE, slot_bytes: PAGE };
        let settings = Settings {
            n: 1,
            seed: 1,
            signal: 1,
            spin_us: 0,
            checkpoint_ms: 10,
            save_ms: 60_000,
            shape,
        };
        let region: &Region = Box::leak(Box::new(Region::create(&settings).expect("a region")));
        KEPT.lock().expect("nobody panics with it").push(region);
        World { region, heavy: Heavy { tick: 0, costs }, saver: Saver::new(region, 0) }
    }

    /// One tick that is said to have taken `busy`, and the end of the child that it forked, if it did.
    fn tick(&mut self, busy: Duration) {
        self.heavy.tick += 1;
        self.saver.worked(&mut self.heavy, busy, false);
        let from = Instant::now();
        while self.saver.is_saving() {
            assert!(from.elapsed() < Duration::from_secs(60));
            std::thread::yield_now();
        }
    }

    fn saved(&self) -> u64 {
        committed(self.region).map_or(0, |saved| saved.tick)
    }
}

const MS: Duration = Duration::from_millis(1);

#[test]
fn what_is_cheap_to_save_is_saved_each_time_that_so_much_work_may_not_be_lost() {
    let mut world = World::new(Duration::ZERO);
    for tick in 1..=10 {
        // Forking and saving next to nothing costs less than this, by far.
        world.tick(10_000 * MS);
        assert_eq!(world.saved(), tick);
    }
}

#[test]
fn what_is_dear_to_save_is_saved_again_only_after_as_much_work_as_saving_cost() {
    let mut world = World::new(200 * MS);
    world.tick(10_000 * MS);
    assert_eq!(world.saved(), 1);
    // 190 ms, and 10 ms of work are what may be lost by the settings.
    for _ in 0..19 {
        world.tick(10 * MS);
        assert_eq!(world.saved(), 1);
    }
    world.tick(10_000 * MS);
    assert_eq!(world.saved(), 21);
}
