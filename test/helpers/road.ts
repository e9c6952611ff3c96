// A way to a server that can be cut, and lead to another one.

import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

export async function road(target: () => string) {
  const open = new Set<Socket>()
  let closed = false
  const door = createServer((socket) => {
    const { port } = new URL(target())
    const far = connect(Number(port), '127.0.0.1')
    for (const each of [socket, far]) {
      open.add(each)
      each.on('error', () => {}).on('close', () => open.delete(each))
    }
    if (closed) socket.destroy()
    socket.pipe(far).pipe(socket)
    socket.on('close', () => far.destroy())
    far.on('close', () => socket.destroy())
  })
  await new Promise<void>((listening) => door.listen(0, '127.0.0.1', listening))
  const cut = () => {
    for (const each of open) each.destroy()
  }
  return {
    url: `http://127.0.0.1:${(door.address() as AddressInfo).port}`,
    /** True: nobody gets through, and who had is cut off. */
    close(is: boolean) {
      closed = is
      if (is) cut()
    },
    end() {
      cut()
      door.close()
    },
  }
}
