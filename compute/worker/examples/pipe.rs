//! A kernel at the end of a pipe, for tests: commands in on standard input, replies out on standard output. Each is a u32
//! length and so many bytes; the first byte of a command says what is to be done, and that of a reply whether it was.

use orrery_kernel::instruction_set::InstructionSet;
use orrery_kernel::world::World;
use orrery_worker::threads::Threads;
use std::error::Error;
use std::io::{Read, Write, stdin, stdout};

/// The calls `save` and `pieces` (all of them) of the wire.
const SAVE: [u8; 2] = [2, 8];
const PIECES: [u8; 10] = [2, 9, 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0];

/// The world and its tables, once they came, and who runs it.
struct Pipe {
    tables: Vec<u8>,
    world: Option<World>,
    threads: Threads,
    instructions: InstructionSet,
}

impl Pipe {
    fn obey(&mut self, command: &[u8], out: &mut Vec<u8>) -> Result<(), Box<dyn Error>> {
        let (&what, rest) = command.split_first().ok_or("a command has a byte at least")?;
        let number = |at: usize| u32::from_le_bytes(rest[at..at + 4].try_into().unwrap());
        match what {
            b't' => self.tables = rest.to_vec(),
            b'n' => self.threads = Threads::new(number(0) as usize),
            b'i' => {
                let name = std::str::from_utf8(rest)?;
                let known = InstructionSet::by_name(name);
                self.instructions = known.ok_or("this machine has not those instructions")?;
            }
            b'?' => {
                let names: Vec<_> = InstructionSet::available().map(InstructionSet::name).collect();
                out.extend(names.join(" ").into_bytes());
            }
            b'c' => self.create(number(0), number(4))?,
            b'l' => self.load(rest)?,
            b'r' => self.resume(number(0), number(4), &rest[8..])?,
            b'o' => {
                let mut saved = Vec::new();
                self.world()?.save(&mut saved);
                self.load(&saved)?;
            }
            b'p' => self.go_on_from_pieces(number(0), number(4))?,
            b's' => self.world()?.save(out),
            b'a' => {
                let world = self.world.as_mut().ok_or("there is no world yet")?;
                world.call(rest, out, &self.threads)?;
            }
            _ => return Err("there is no such command".into()),
        }
        Ok(())
    }

    fn world(&mut self) -> Result<&mut World, &'static str> {
        self.world.as_mut().ok_or("there is no world yet")
    }

    fn begin(&mut self, mut world: World) {
        world.use_instructions(self.instructions);
        self.world = Some(world);
    }

    fn create(&mut self, seed: u32, n: u32) -> Result<(), Box<dyn Error>> {
        let (threads, instructions) = (&self.threads, self.instructions);
        let world = World::create_by(&self.tables, seed, n, threads, instructions)?;
        self.begin(world);
        Ok(())
    }

    fn load(&mut self, saved: &[u8]) -> Result<(), Box<dyn Error>> {
        let world = World::load(&self.tables, saved)?;
        self.begin(world);
        Ok(())
    }

    fn resume(&mut self, seed: u32, n: u32, pieces: &[u8]) -> Result<(), Box<dyn Error>> {
        let world = World::resume(&self.tables, seed, n, pieces, &self.threads)?;
        self.begin(world);
        Ok(())
    }

    /// As a server that is started again from its snapshot.
    fn go_on_from_pieces(&mut self, seed: u32, n: u32) -> Result<(), Box<dyn Error>> {
        let world = self.world.as_mut().ok_or("there is no world yet")?;
        world.call(&SAVE, &mut Vec::new(), &self.threads)?;
        let mut reply = Vec::new();
        world.call(&PIECES, &mut reply, &self.threads)?;
        self.resume(seed, n, &reply[2..])
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut pipe = Pipe {
        tables: Vec::new(),
        world: None,
        threads: Threads::new(1),
        instructions: InstructionSet::best(),
    };
    let (mut stdin, mut stdout) = (stdin().lock(), stdout().lock());
    let mut length = [0; 4];
    while stdin.read_exact(&mut length).is_ok() {
        let mut command = vec![0; u32::from_le_bytes(length) as usize];
        stdin.read_exact(&mut command)?;
        let mut reply = vec![0];
        if let Err(fault) = pipe.obey(&command, &mut reply) {
            reply = vec![1];
            reply.extend(fault.to_string().into_bytes());
        }
        stdout.write_all(&(reply.len() as u32).to_le_bytes())?;
        stdout.write_all(&reply)?;
    }
    Ok(())
}
