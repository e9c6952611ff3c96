//! A worker with the smallest simulation that tells everything apart, for tests of what is around it: its state is a
//! tick, a digest of all it was ever asked, and some ballast.

use std::time::{Duration, Instant};

use orrery_worker::serve::{Started, serve};
use orrery_worker::simulation::{Host, Simulation};

const ROUND: usize = 16;

struct Counter {
    tick: u64,
    digest: u64,
    ballast: Vec<u8>,
    /// What the last run was about.
    about: Vec<u8>,
}

impl Counter {
    fn step(&mut self, what: u64) {
        self.tick += 1;
        self.digest = (self.digest ^ self.tick ^ what).wrapping_mul(0x0000_0100_0000_01b3);
        let at = self.digest as usize % self.ballast.len();
        self.ballast[at] = self.digest as u8;
    }
}

/// What shall happen at a stage of a worker's life, once: "stage:what:path", as long as there is a file at the path.
/// `kill`, `stop`: by a signal to itself. `sleep`, `spin`: for ever. `work`: for a second, and go on. Returns whatever else.
fn ordeal(stage: &str, words: &[u8]) -> String {
    let words = String::from_utf8_lossy(words);
    let mut parts = words.splitn(3, ':');
    let (Some(when), Some(what), Some(path)) = (parts.next(), parts.next(), parts.next()) else {
        return String::new();
    };
    if when != stage || std::fs::remove_file(path).is_err() {
        return String::new();
    }
    let raise = |signal| {
        // SAFETY: a plain call.
        unsafe { libc::raise(signal) };
    };
    let began = Instant::now();
    match what {
        "kill" => raise(libc::SIGKILL),
        "stop" => raise(libc::SIGSTOP),
        "sleep" => std::thread::sleep(Duration::MAX),
        "spin" => while began.elapsed() < Duration::MAX {},
        "work" => while began.elapsed() < Duration::from_secs(1) {},
        _ => return what.to_owned(),
    }
    String::new()
}

/// Calls: a letter, then what it is about.
/// `r`: through tick (u64), then any bytes that count; `fill:N`: the answer has so many bytes more. `p`: panic. `h`: hang. `f`: refuse. `a`: abort. `b`: the ballast.
impl Simulation for Counter {
    fn create(tables: &[u8], seed: u32, n: u32, _: &dyn Host) -> Result<Counter, String> {
        ordeal("create", tables);
        if n == 0 {
            return Err("n: 0 is not a whole number of at least 1".into());
        }
        Ok(Counter {
            tick: 0,
            digest: u64::from(seed),
            ballast: vec![0; n as usize * 1024],
            about: vec![],
        })
    }

    fn load(tables: &[u8], saved: &[u8], _: &dyn Host) -> Result<Counter, String> {
        ordeal("load", tables);
        let (head, ballast) = saved.split_at_checked(ROUND).ok_or("too short")?;
        let word = |at: usize| {
            let bytes = head[at..at + 8].try_into().map_err(|_| "too short")?;
            Ok::<u64, String>(u64::from_le_bytes(bytes))
        };
        let ballast = ballast.to_vec();
        Ok(Counter { tick: word(0)?, digest: word(8)?, ballast, about: vec![] })
    }

    fn resume(
        tables: &[u8],
        _: u32,
        _: u32,
        from: &[u8],
        host: &dyn Host,
    ) -> Result<Counter, String> {
        ordeal("resume", tables);
        Self::load(&[], from, host)
    }

    fn save(&mut self, put: &mut dyn FnMut(&[u8])) {
        ordeal("save", &self.about);
        put(&self.tick.to_le_bytes());
        put(&self.digest.to_le_bytes());
        put(&self.ballast);
    }

    fn call(&mut self, request: &[u8], out: &mut Vec<u8>, host: &dyn Host) -> Result<(), String> {
        let (letter, rest) = request.split_first().ok_or("an empty call")?;
        match letter {
            b'r' => {
                let (through, about) = rest.split_at_checked(8).ok_or("a run without its end")?;
                let through = u64::from_le_bytes(through.try_into().map_err(|_| "no end")?);
                match &ordeal("run", about)[..] {
                    "differ" => self.digest ^= 1,
                    "refuse" => return Err("refused as asked".into()),
                    _ => {}
                }
                self.about = about.to_vec();
                let what = about.iter().fold(7, |sum: u64, byte| sum * 31 + u64::from(*byte));
                while self.tick < through {
                    self.step(what);
                    if !host.ticked(self.tick) {
                        break;
                    }
                }
                out.extend_from_slice(&self.digest.to_le_bytes());
                let about = String::from_utf8_lossy(about);
                let more = about.strip_prefix("fill:").and_then(|number| number.parse().ok());
                out.resize(out.len() + more.unwrap_or(0), self.digest as u8);
            }
            b'p' => panic!("asked to panic at tick {}", self.tick),
            b'h' => loop {
                std::hint::spin_loop();
            },
            b'a' => std::process::abort(),
            b'b' => out.extend_from_slice(&self.ballast),
            _ => return Err("refused as asked".into()),
        }
        Ok(())
    }

    fn tick(&self) -> u64 {
        self.tick
    }

    fn hash(&mut self) -> [u32; 2] {
        [self.digest as u32, (self.digest >> 32) as u32]
    }
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let started = Started::from_arguments(&arguments).expect("a server's arguments");
    eprintln!("{}", serve::<Counter>(&started));
    std::process::exit(1);
}
