//! What the threads of one process share, by number.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Things by number; a thing lives until it was taken out and nobody uses it any more.
pub(crate) struct Handles<Thing> {
    things: Mutex<Option<Things<Thing>>>,
}

struct Things<Thing> {
    next: u32,
    by_number: HashMap<u32, Arc<Thing>>,
}

impl<Thing> Handles<Thing> {
    pub(crate) const fn new() -> Self {
        Handles { things: Mutex::new(None) }
    }

    pub(crate) fn add(&self, thing: Thing) -> u32 {
        let mut things = self.lock();
        let things = things.get_or_insert_with(|| Things { next: 1, by_number: HashMap::new() });
        let number = things.next;
        things.next += 1;
        things.by_number.insert(number, Arc::new(thing));
        number
    }

    pub(crate) fn get(&self, number: u32) -> napi::Result<Arc<Thing>> {
        let things = self.lock();
        let thing = things.as_ref().and_then(|things| things.by_number.get(&number)).cloned();
        thing.ok_or_else(|| napi::Error::from_reason(format!("{number} is no handle")))
    }

    pub(crate) fn remove(&self, number: u32) {
        let thing = self.lock().as_mut().and_then(|things| things.by_number.remove(&number));
        // Outside of the lock: its end may take long.
        drop(thing);
    }

    fn lock(&self) -> MutexGuard<'_, Option<Things<Thing>>> {
        self.things.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
