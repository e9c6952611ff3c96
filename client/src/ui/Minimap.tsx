import { Map as MapIcon, X } from 'lucide-react'
import { useEffect, useRef } from 'react'
import { cellAtDirection } from '../../../src/domain/grid/position.ts'
import { keyWord } from '../game/bindings.ts'
import type { Play } from '../game/play.ts'
import { set, useGame } from '../game/store.ts'
import { ownerColour } from '../planet/marks.ts'
import { fromMap, MapPainter, toMap } from '../planet/minimap.ts'
import { ownerColours } from '../scene/shading.ts'
import { usePlay } from './context.ts'

const WIDTH = 176
const HEIGHT = 88
const ROWS_AT_ONCE = 4
const WAITS_MS = 200
const PAINT_EVERY_MS = 2000

const ownerBytes = ownerColours.map((css) => {
  const number = Number.parseInt(css.slice(1), 16)
  return [number >> 16, (number >> 8) & 255, number & 255] as const
})

/** The planet as a map: where one looks, where one is, whose what is. A press flies there. */
export function Minimap() {
  const play = usePlay()
  const shown = useGame((state) => state.minimap)
  const key = useGame((state) => state.bindings.minimap)
  const canvas = useRef<HTMLCanvasElement>(null)
  useEffect(() => {
    if (!shown || !canvas.current) return
    return paintOn(canvas.current, play)
  }, [shown, play])
  if (!shown) {
    return (
      <button
        type="button"
        className="panel map-closed"
        aria-label="Show the map"
        title={`Show the map (${keyWord(key)})`}
        onClick={() => set({ minimap: true })}
      >
        <MapIcon size={18} aria-hidden="true" />
      </button>
    )
  }
  const fly = (event: React.MouseEvent<HTMLButtonElement>) => {
    const box = event.currentTarget.getBoundingClientRect()
    // A press by the keyboard has no place: it goes home.
    if (event.detail === 0) {
      play.goHome()
      return
    }
    const at = fromMap({
      x: (event.clientX - box.left) / box.width,
      y: (event.clientY - box.top) / box.height,
    })
    play.stage.visit(
      cellAtDirection(play.session.planet.n, [...at]),
      Math.min(play.stage.camera.distance, play.stage.camera.farthest * 0.3),
    )
  }
  return (
    <aside className="panel minimap" aria-label="Map">
      <button
        type="button"
        className="map"
        aria-label="Map of the planet: press to fly there"
        onClick={fly}
      >
        <canvas ref={canvas} width={WIDTH} height={HEIGHT} />
      </button>
      <button
        type="button"
        className="close"
        aria-label="Hide the map"
        onClick={() => set({ minimap: false })}
      >
        <X size={14} aria-hidden="true" />
      </button>
    </aside>
  )
}

/** Paints the map after some frames and whenever the view moved. @returns how to stop */
function paintOn(canvas: HTMLCanvasElement, play: Play): () => void {
  const context = canvas.getContext('2d')
  if (!context) return () => {}
  const { planet, data } = play.session
  const painter = new MapPainter(planet, data.world.seed, WIDTH, HEIGHT)
  const picture = context.createImageData(WIDTH, HEIGHT)
  let paintedAt = Number.NEGATIVE_INFINITY
  let rowsPainted = 0
  let view = ''
  let timer: ReturnType<typeof setTimeout>
  // Between the frames, however seldom they come; the planet itself comes first.
  const find = () => {
    const { standing } = useGame.getState()
    if (standing) painter.prepare(ROWS_AT_ONCE)
    if (!painter.complete) timer = setTimeout(find, standing ? 0 : WAITS_MS)
  }
  find()
  const stop = play.onFrame(() => {
    if (!useGame.getState().standing) return
    const now = performance.now()
    const { focus, distance } = play.stage.camera
    const { player } = useGame.getState()
    const look = `${focus.x.toFixed(3)} ${focus.y.toFixed(3)} ${focus.z.toFixed(3)} ${distance.toFixed(0)} ${player?.cell}`
    const growing = painter.rowsFound > rowsPainted
    const stale = now - paintedAt > PAINT_EVERY_MS
    if (!stale && !growing && look === view) return
    view = look
    if (stale || growing) {
      paintedAt = now
      rowsPainted = painter.rowsFound
      painter.paint(picture.data, (owner) => ownerBytes[ownerColour(owner)] ?? [255, 255, 255])
    }
    context.putImageData(picture, 0, 0)
    const here = toMap(focus.toArray())
    // As wide as what is seen, roughly.
    const reach = Math.max(5, Math.min(60, (distance / play.session.sphere.radius) * 24))
    frame(context, here.x * WIDTH, here.y * HEIGHT, reach)
    if (!player?.here) return
    const at = toMap(play.session.sphere.centre(player.cell))
    context.fillStyle = '#fff'
    context.strokeStyle = '#000'
    context.beginPath()
    context.arc(at.x * WIDTH, at.y * HEIGHT, 2.5, 0, Math.PI * 2)
    context.fill()
    context.stroke()
  })
  return () => {
    clearTimeout(timer)
    stop()
  }
}

function frame(context: CanvasRenderingContext2D, x: number, y: number, reach: number): void {
  for (const shift of [-WIDTH, 0, WIDTH]) {
    context.lineWidth = 3
    context.strokeStyle = 'rgb(0 0 0 / 0.6)'
    context.strokeRect(x - reach + shift, y - reach / 2, reach * 2, reach)
    context.lineWidth = 1.2
    context.strokeStyle = '#fff'
    context.strokeRect(x - reach + shift, y - reach / 2, reach * 2, reach)
  }
}
