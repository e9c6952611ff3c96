//! A worker's region, for JavaScript.

use std::time::Duration;

use napi::bindgen_prelude::{Either, Env, Uint8Array, Uint8ArraySlice};
use napi_derive::napi;

use orrery_worker::bell::{Kind, has_waitv};
use orrery_worker::layout::{PAGE, Shape};
use orrery_worker::region::Settings;
use orrery_worker::ring::{Operation, Status};
use orrery_worker::server::{Server, Unsent, Waited};
use orrery_worker::slots::copy_committed;

use crate::handles::Handles;

static REGIONS: Handles<Server> = Handles::new();

/// What this machine can do.
#[napi(object)]
pub struct Abilities {
    /// Signals that work here, the best first.
    pub signals: Vec<String>,
    /// A wait sees a death at once (Linux 5.16).
    pub waitv: bool,
}

/// Sizes in bytes; they are rounded up to whole pages.
#[napi(object)]
pub struct RegionOptions {
    pub n: u32,
    pub seed: u32,
    /// futex, eventfd or signal.
    pub signal: String,
    pub spin_us: u32,
    /// 0: only those that are asked for.
    pub checkpoint_ms: u32,
    /// A child may take so long to save.
    pub save_ms: u32,
    pub request_bytes: f64,
    pub response_bytes: f64,
    pub slot_bytes: f64,
}

/// What a wait came to.
#[napi(object)]
pub struct Outcome<'env> {
    /// pending, done, fault (`text`: why), or lost (`text`: why).
    pub kind: String,
    pub bytes: Option<Uint8ArraySlice<'env>>,
    pub text: Option<String>,
    /// The tick that the world stands at.
    pub tick: Option<f64>,
    /// The worker's own time.
    pub busy_ms: Option<f64>,
    /// While pending: moves as long as the worker does.
    pub heartbeat: Option<f64>,
}

/// A saved state; `bytes` where they were asked for.
#[napi(object)]
pub struct Committed<'env> {
    pub tick: f64,
    /// 16 hex digits.
    pub hash: String,
    pub bytes: Option<Uint8ArraySlice<'env>>,
}

fn name_of(kind: Kind) -> &'static str {
    match kind {
        Kind::Futex => "futex",
        Kind::Eventfd => "eventfd",
        Kind::Signal => "signal",
    }
}

/// States that were to be saved and were not.
#[napi(object)]
pub struct Unsaved {
    /// Since the region was made.
    pub count: u32,
    /// Of the last one.
    pub why: String,
}

/// Finds out by trying.
#[napi]
pub fn abilities() -> Abilities {
    let signals = Kind::ALL.into_iter().filter(|kind| kind.is_available());
    Abilities {
        signals: signals.map(|kind| name_of(kind).to_owned()).collect(),
        waitv: has_waitv(),
    }
}

/// Makes a region, and returns its handle.
#[napi]
pub fn open_region(options: RegionOptions) -> napi::Result<u32> {
    let signal = Kind::ALL
        .into_iter()
        .find(|kind| name_of(*kind) == options.signal)
        .ok_or_else(|| reason(format!("signal: {} is none", options.signal)))?;
    let settings = Settings {
        n: options.n,
        seed: options.seed,
        signal: signal as u32,
        spin_us: options.spin_us,
        checkpoint_ms: options.checkpoint_ms,
        save_ms: options.save_ms,
        shape: Shape {
            request_bytes: pages(options.request_bytes),
            response_bytes: pages(options.response_bytes),
            slot_bytes: pages(options.slot_bytes),
        },
    };
    let server = Server::create(&settings).map_err(|error| reason(error.to_string()))?;
    Ok(REGIONS.add(server))
}

/// Gives the region back once no thread uses it any more.
#[napi]
pub fn close_region(handle: u32) {
    REGIONS.remove(handle);
}

/// Descriptors that the worker is given: the region's, its bell, the server's bell; -1: none.
#[napi]
pub fn region_descriptors(handle: u32) -> napi::Result<Vec<i32>> {
    Ok(REGIONS.get(handle)?.descriptors().to_vec())
}

/// Makes the region ready for the next worker; the last one must have ended.
#[napi]
pub fn hand_over(handle: u32) -> napi::Result<()> {
    REGIONS.get(handle)?.hand_over();
    Ok(())
}

/// Tells of the process that was started as the worker.
#[napi]
pub fn worker_started(handle: u32, pid: i32) -> napi::Result<()> {
    REGIONS.get(handle)?.started(pid);
    Ok(())
}

/// The worker's process was seen to end: who waits is told at once.
#[napi]
pub fn worker_ended(handle: u32) -> napi::Result<()> {
    REGIONS.get(handle)?.ended();
    Ok(())
}

/// Whether the worker takes requests.
#[napi]
pub fn worker_is_ready(handle: u32) -> napi::Result<bool> {
    Ok(REGIONS.get(handle)?.is_ready())
}

/// Sends a request and returns its number, or why there will be no answer: the worker has died, or there is no memory to ask
/// it by. `operation`: create, load, resume, call, echo or checkpoint.
#[napi]
pub fn submit(
    handle: u32,
    operation: String,
    flags: u32,
    payload: Uint8Array,
) -> napi::Result<Either<u32, String>> {
    let operation = match operation.as_str() {
        "create" => Operation::Create,
        "load" => Operation::Load,
        "call" => Operation::Call,
        "echo" => Operation::Echo,
        "checkpoint" => Operation::Checkpoint,
        "resume" => Operation::Resume,
        _ => return Err(reason(format!("operation: {operation} is none"))),
    };
    match REGIONS.get(handle)?.submit(operation, flags, &payload) {
        Ok(seq) => Ok(Either::A(seq)),
        Err(Unsent::Dead) => Ok(Either::B("its process has ended".to_owned())),
        Err(Unsent::NoMemory(bytes)) => {
            Ok(Either::B(format!("there is no memory for a request of {bytes} bytes")))
        }
        Err(Unsent::TooLarge(bytes)) => {
            Err(reason(format!("a request of {bytes} bytes is larger than the room for it")))
        }
        Err(Unsent::Full) => Err(reason("too many requests wait for an answer".to_owned())),
    }
}

/// Waits for the answer to request `seq` for so many milliseconds. Blocks the calling thread.
#[napi]
pub fn wait(env: &Env, handle: u32, seq: u32, slice_ms: u32) -> napi::Result<Outcome<'_>> {
    let server = REGIONS.get(handle)?;
    let waited = server.wait(seq, Duration::from_millis(u64::from(slice_ms)));
    let none = Outcome {
        kind: String::new(),
        bytes: None,
        text: None,
        tick: None,
        busy_ms: None,
        heartbeat: None,
    };
    Ok(match waited {
        Waited::Pending { heartbeat } => {
            Outcome { kind: "pending".into(), heartbeat: Some(heartbeat as f64), ..none }
        }
        Waited::Lost(why) => Outcome { kind: "lost".into(), text: Some(why), ..none },
        Waited::Answer(answer) if answer.status == Status::Done => Outcome {
            kind: "done".into(),
            bytes: Some(Uint8ArraySlice::copy_from(env, &answer.bytes)?),
            tick: Some(answer.tick as f64),
            busy_ms: Some(answer.busy_ns as f64 / 1e6),
            ..none
        },
        Waited::Answer(answer) => {
            let text = String::from_utf8_lossy(&answer.bytes).into_owned();
            Outcome { kind: "fault".into(), text: Some(text), ..none }
        }
    })
}

/// The batch that was submitted last ends with the tick that it is at.
#[napi]
pub fn cancel(handle: u32) -> napi::Result<()> {
    REGIONS.get(handle)?.cancel_last();
    Ok(())
}

/// The tick that the batch under way has come to.
#[napi]
pub fn progress(handle: u32) -> napi::Result<f64> {
    Ok(REGIONS.get(handle)?.progress() as f64)
}

/// Of the last committed state, without its bytes; None where there is none.
#[napi]
pub fn committed(handle: u32) -> napi::Result<Option<Committed<'static>>> {
    let saved = REGIONS.get(handle)?.committed();
    Ok(saved.map(|saved| Committed { tick: saved.tick as f64, hash: hex(saved.hash), bytes: None }))
}

/// The last committed state, copied out while the worker goes on; None where there is none, or it was damaged.
#[napi]
pub fn committed_state(env: &Env, handle: u32) -> napi::Result<Option<Committed<'_>>> {
    let server = REGIONS.get(handle)?;
    let Some((saved, bytes)) = copy_committed(server.region()) else { return Ok(None) };
    Ok(Some(Committed {
        tick: saved.tick as f64,
        hash: hex(saved.hash),
        bytes: Some(Uint8ArraySlice::copy_from(env, &bytes)?),
    }))
}

/// What was to be saved and was not.
#[napi]
pub fn unsaved(handle: u32) -> napi::Result<Unsaved> {
    let (count, why) = REGIONS.get(handle)?.unsaved();
    Ok(Unsaved { count, why })
}

/// Commits a state for the next worker to load. Only while there is no worker.
#[napi]
pub fn commit_state(handle: u32, bytes: Uint8Array, tick: f64) -> napi::Result<()> {
    REGIONS
        .get(handle)?
        .commit(&bytes, tick as u64, [0, 0])
        .map_err(|unsaved| reason(format!("the state could not be put: {unsaved:?}")))
}

fn reason(text: String) -> napi::Error {
    napi::Error::from_reason(text)
}

fn hex([low, high]: [u32; 2]) -> String {
    format!("{high:08x}{low:08x}")
}

fn pages(bytes: f64) -> usize {
    (bytes.max(1.0) as usize).div_ceil(PAGE) * PAGE
}
