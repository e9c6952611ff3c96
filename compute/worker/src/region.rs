//! The shared memory itself: a memfd that only the server and its worker have, so it goes when both have gone, and
//! no other server can meet it.

use std::io;
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd, RawFd};
use std::ptr::NonNull;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};

use crate::layout::*;

/// Written into page 0 before a worker starts.
#[derive(Clone, Copy, Debug)]
pub struct Settings {
    pub n: u32,
    pub seed: u32,
    /// See `bell::Kind`.
    pub signal: u32,
    pub spin_us: u32,
    pub checkpoint_ms: u32,
    /// A child may take so long to save.
    pub save_ms: u32,
    pub shape: Shape,
}

/// A mapping of the region. All access goes through atomics or through copies with checked bounds.
pub struct Region {
    base: NonNull<u8>,
    bytes: usize,
    shape: Shape,
    fd: OwnedFd,
}

// SAFETY: the mapping lives as long as the value, its address never changes, and everything shared in it is reached
// by atomics or copied by protocol (`read`, `write`), never borrowed.
unsafe impl Send for Region {}
// SAFETY: as above.
unsafe impl Sync for Region {}

impl Region {
    /// A new region, filled with zeros but for its settings.
    pub fn create(settings: &Settings) -> io::Result<Region> {
        let name = c"orrery-kernel";
        // SAFETY: the name is a C string; the call returns a new descriptor or -1.
        let fd = unsafe {
            libc::memfd_create(name.as_ptr(), libc::MFD_CLOEXEC | libc::MFD_ALLOW_SEALING)
        };
        if fd < 0 {
            return Err(io::Error::last_os_error());
        }
        // SAFETY: the descriptor is new and nobody else's.
        let fd = unsafe { OwnedFd::from_raw_fd(fd) };
        let region = Region::over(fd, settings)?;
        // Nobody can shrink it under a mapping, which would be a bus error.
        let seals = libc::F_SEAL_SHRINK | libc::F_SEAL_GROW | libc::F_SEAL_SEAL;
        // SAFETY: a plain call on a descriptor of ours.
        if unsafe { libc::fcntl(region.fd(), libc::F_ADD_SEALS, seals) } != 0 {
            return Err(io::Error::last_os_error());
        }
        Ok(region)
    }

    /// As `create`, in a file that is empty and nobody else's.
    pub(crate) fn over(fd: OwnedFd, settings: &Settings) -> io::Result<Region> {
        let total = settings.shape.total().ok_or_else(|| invalid("sizes that are no region's"))?;
        // SAFETY: a plain call on a descriptor of ours.
        if unsafe { libc::ftruncate(fd.as_raw_fd(), total as libc::off_t) } != 0 {
            return Err(io::Error::last_os_error());
        }
        let region = Region::map(fd, total, settings.shape)?;
        region.reserve(0, ARENAS_AT)?;
        region.word(VERSION_AT).store(VERSION, Ordering::Relaxed);
        region.word(LAYOUT_HASH_AT).store(layout_hash(), Ordering::Relaxed);
        region.word(N_AT).store(settings.n, Ordering::Relaxed);
        region.word(SEED_AT).store(settings.seed, Ordering::Relaxed);
        region.word(SIGNAL_AT).store(settings.signal, Ordering::Relaxed);
        region.word(SPIN_US_AT).store(settings.spin_us, Ordering::Relaxed);
        region.word(CHECKPOINT_MS_AT).store(settings.checkpoint_ms, Ordering::Relaxed);
        region.word(SAVE_MS_AT).store(settings.save_ms, Ordering::Relaxed);
        region.word(SERVER_PID_AT).store(std::process::id(), Ordering::Relaxed);
        let Shape { request_bytes, response_bytes, slot_bytes } = settings.shape;
        region.long(REQUEST_BYTES_AT).store(request_bytes as u64, Ordering::Relaxed);
        region.long(RESPONSE_BYTES_AT).store(response_bytes as u64, Ordering::Relaxed);
        region.long(SLOT_BYTES_AT).store(slot_bytes as u64, Ordering::Relaxed);
        region.long(MAGIC_AT).store(MAGIC, Ordering::Release);
        Ok(region)
    }

    /// The region of another process, by its descriptor. Refuses what is not a whole region of this very layout.
    pub fn attach(fd: OwnedFd) -> io::Result<Region> {
        // SAFETY: all zeros are a valid `stat`.
        let mut stat: libc::stat = unsafe { std::mem::zeroed() };
        // SAFETY: fills a `stat` of ours.
        if unsafe { libc::fstat(fd.as_raw_fd(), &mut stat) } != 0 {
            return Err(io::Error::last_os_error());
        }
        let length = stat.st_size as usize;
        if length < ARENAS_AT {
            return Err(invalid("too short for a region"));
        }
        let unshaped = Shape { request_bytes: 0, response_bytes: 0, slot_bytes: 0 };
        let mut region = Region::map(fd, length, unshaped)?;
        if region.long(MAGIC_AT).load(Ordering::Acquire) != MAGIC {
            return Err(invalid("no region of a kernel"));
        }
        if region.word(VERSION_AT).load(Ordering::Relaxed) != VERSION
            || region.word(LAYOUT_HASH_AT).load(Ordering::Relaxed) != layout_hash()
        {
            return Err(invalid("a region of another build: the server and its worker differ"));
        }
        let size = |at| region.long(at).load(Ordering::Relaxed) as usize;
        let shape = Shape {
            request_bytes: size(REQUEST_BYTES_AT),
            response_bytes: size(RESPONSE_BYTES_AT),
            slot_bytes: size(SLOT_BYTES_AT),
        };
        if shape.total() != Some(length) {
            return Err(invalid("sizes that do not add up to the region's"));
        }
        region.shape = shape;
        Ok(region)
    }

    fn map(fd: OwnedFd, bytes: usize, shape: Shape) -> io::Result<Region> {
        // SAFETY: a new shared mapping of a descriptor that we own, at an address of the system's choice.
        let base = unsafe {
            libc::mmap(
                std::ptr::null_mut(),
                bytes,
                libc::PROT_READ | libc::PROT_WRITE,
                libc::MAP_SHARED | libc::MAP_NORESERVE,
                fd.as_raw_fd(),
                0,
            )
        };
        if base == libc::MAP_FAILED {
            return Err(io::Error::last_os_error());
        }
        let base = NonNull::new(base.cast()).ok_or_else(|| invalid("mapped nowhere"))?;
        Ok(Region { base, bytes, shape, fd })
    }

    pub fn fd(&self) -> RawFd {
        self.fd.as_raw_fd()
    }

    pub fn shape(&self) -> Shape {
        self.shape
    }

    /// The word of 32 bits at `at`. Panics where there is none.
    pub fn word(&self, at: usize) -> &AtomicU32 {
        assert!(at.is_multiple_of(4) && at + 4 <= self.bytes);
        // SAFETY: inside the mapping and aligned, as just seen; shared words are only ever reached as atomics.
        unsafe { AtomicU32::from_ptr(self.pointer(at).cast()) }
    }

    /// The word of 64 bits at `at`. Panics where there is none.
    pub fn long(&self, at: usize) -> &AtomicU64 {
        assert!(at.is_multiple_of(8) && at + 8 <= self.bytes);
        // SAFETY: as for `word`.
        unsafe { AtomicU64::from_ptr(self.pointer(at).cast()) }
    }

    /// The address of `at`, for the system's calls.
    pub fn address(&self, at: usize) -> *mut u8 {
        assert!(at < self.bytes);
        self.pointer(at)
    }

    /// To be used only where `at` was seen to be inside.
    fn pointer(&self, at: usize) -> *mut u8 {
        self.base.as_ptr().wrapping_add(at)
    }

    /// Has Linux give the memory behind a range. Where it has none it says so here; who merely writes there would be
    /// ended by a bus error.
    pub fn reserve(&self, at: usize, length: usize) -> io::Result<()> {
        if length == 0 {
            return Ok(());
        }
        loop {
            // SAFETY: a plain call on a descriptor of ours; what stands there stays as it is.
            let given =
                unsafe { libc::fallocate(self.fd(), 0, at as libc::off_t, length as libc::off_t) };
            match io::Error::last_os_error() {
                _ if given == 0 => return Ok(()),
                error if error.kind() == io::ErrorKind::Interrupted => {}
                error => return Err(error),
            }
        }
    }

    /// Copies `length` bytes out, before anybody looks at them: what the other side does to its memory afterwards
    /// changes nothing. None where they are outside of the region, or this process has no memory for them.
    pub fn read(&self, at: usize, length: usize) -> Option<Vec<u8>> {
        self.within(at, length)?;
        let mut out = Vec::new();
        out.try_reserve_exact(length).ok()?;
        // SAFETY: the source is inside the mapping, and the target is new and large enough. By protocol nobody writes
        // there now; a peer that does garbles only this copy, which its CRC tells.
        unsafe { std::ptr::copy_nonoverlapping(self.pointer(at), out.as_mut_ptr(), length) };
        // SAFETY: so many bytes were just written, and every byte is a valid u8.
        unsafe { out.set_len(length) };
        Some(out)
    }

    /// Copies `bytes` in; None, and nothing written, where they do not fit.
    pub fn write(&self, at: usize, bytes: &[u8]) -> Option<()> {
        self.within(at, bytes.len())?;
        // SAFETY: the target is inside the mapping, and nobody borrows from the mapping, so they can not overlap.
        unsafe { std::ptr::copy_nonoverlapping(bytes.as_ptr(), self.pointer(at), bytes.len()) };
        Some(())
    }

    /// Like `write`, but pages that are the same already are only read. Returns how many bytes were written.
    pub fn write_changed(&self, at: usize, bytes: &[u8]) -> Option<usize> {
        self.within(at, bytes.len())?;
        let mut written = 0;
        for (page, fresh) in bytes.chunks(PAGE).enumerate() {
            let target = self.address(at + page * PAGE);
            // SAFETY: inside the mapping, as just seen; only this process writes a slot that is not committed.
            let same =
                unsafe { libc::memcmp(target.cast(), fresh.as_ptr().cast(), fresh.len()) == 0 };
            if same {
                continue;
            }
            // SAFETY: as in `write`.
            unsafe { std::ptr::copy_nonoverlapping(fresh.as_ptr(), target, fresh.len()) };
            written += fresh.len();
        }
        Some(written)
    }

    /// Gives back the memory behind whole pages of a range; they read as zeros.
    pub fn release(&self, at: usize, length: usize) {
        let from = at.div_ceil(PAGE) * PAGE;
        let to = (at + length).min(self.bytes) / PAGE * PAGE;
        if from >= to {
            return;
        }
        let mode = libc::FALLOC_FL_PUNCH_HOLE | libc::FALLOC_FL_KEEP_SIZE;
        // SAFETY: a plain call on a descriptor of ours. Where it is not supported the memory is merely kept.
        unsafe {
            libc::fallocate(self.fd(), mode, from as libc::off_t, (to - from) as libc::off_t);
        }
    }

    /// The text at `LAST_WORDS_AT` or `UNSAVED_WHY_AT`.
    pub fn words(&self, at: usize) -> String {
        let length = self.word(at).load(Ordering::Acquire) as usize;
        let bytes = self.read(at + 4, length.min(WORDS_MAX));
        String::from_utf8_lossy(&bytes.unwrap_or_default()).into_owned()
    }

    /// Puts the text there, as much of it as there is room for.
    pub fn say(&self, at: usize, text: &str) {
        let bytes = &text.as_bytes()[..text.len().min(WORDS_MAX)];
        self.write(at + 4, bytes);
        self.word(at).store(bytes.len() as u32, Ordering::Release);
    }

    fn within(&self, at: usize, length: usize) -> Option<()> {
        (at.checked_add(length)? <= self.bytes).then_some(())
    }
}

impl Drop for Region {
    fn drop(&mut self) {
        // SAFETY: exactly what was mapped; nothing borrowed from it outlives `self`.
        unsafe { libc::munmap(self.base.as_ptr().cast(), self.bytes) };
    }
}

fn invalid(what: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, what.to_owned())
}
