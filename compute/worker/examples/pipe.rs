//! A kernel at the end of a pipe, for tests: commands in on standard input, replies out on standard output. Each is a u32
//! length and so many bytes; the first byte of a command says what is to be done, and that of a reply whether it was.

use orrery_kernel::executor::Alone;
use orrery_kernel::world::World;
use std::error::Error;
use std::io::{Read, Write, stdin, stdout};

/// The world and its tables, once they came.
#[derive(Default)]
struct Pipe {
    tables: Vec<u8>,
    world: Option<World>,
}

impl Pipe {
    fn obey(&mut self, command: &[u8], out: &mut Vec<u8>) -> Result<(), Box<dyn Error>> {
        let (&what, rest) = command.split_first().ok_or("a command has a byte at least")?;
        let number = |at: usize| u32::from_le_bytes(rest[at..at + 4].try_into().unwrap());
        match what {
            b't' => self.tables = rest.to_vec(),
            b'c' => {
                self.world = Some(World::create(&self.tables, number(0), number(4), &Alone)?);
            }
            b'l' => self.world = Some(World::load(&self.tables, rest)?),
            b'r' => {
                let (seed, n) = (number(0), number(4));
                let resumed = World::resume(&self.tables, seed, n, &rest[8..], &Alone);
                self.world = Some(resumed?);
            }
            _ => {
                let world = self.world.as_mut().ok_or("there is no world yet")?;
                match what {
                    b's' => world.save(out),
                    b'a' => world.call(rest, out, &Alone)?,
                    _ => return Err("there is no such command".into()),
                }
            }
        }
        Ok(())
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut pipe = Pipe::default();
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
