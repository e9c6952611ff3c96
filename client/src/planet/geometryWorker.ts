// Builds the geometry of chunks beside the page's own thread: a relief comes, its geometry goes back.

import { type ChunkRelief, geometryOf } from './chunkRelief.ts'

self.onmessage = ({ data }: MessageEvent<ChunkRelief>) => {
  const geometry = geometryOf(data)
  const { positions, surface, index } = geometry
  self.postMessage(geometry, { transfer: [positions.buffer, surface.buffer, index.buffer] })
}
