import { useEffect, useRef } from 'react'
import { PlanetCells } from '../planet/cells.ts'
import { MapPainter } from '../planet/minimap.ts'

const WIDTH = 96
const HEIGHT = 48
const ROWS_A_TURN = 12

/** A planet as its seed makes it, as a small map. Painted some rows at a time. */
export function PlanetPreview({ seed, n }: { readonly seed: number; readonly n: number }) {
  const canvas = useRef<HTMLCanvasElement>(null)
  useEffect(() => {
    const context = canvas.current?.getContext('2d')
    if (!context) return
    const painter = new MapPainter(new PlanetCells(n), seed, WIDTH, HEIGHT)
    const picture = context.createImageData(WIDTH, HEIGHT)
    let turn = 0
    const paint = () => {
      painter.prepare(ROWS_A_TURN)
      painter.paint(picture.data, () => [255, 255, 255], 1)
      context.putImageData(picture, 0, 0)
      if (!painter.complete) turn = requestAnimationFrame(paint)
    }
    turn = requestAnimationFrame(paint)
    return () => cancelAnimationFrame(turn)
  }, [seed, n])
  return <canvas ref={canvas} className="preview" width={WIDTH} height={HEIGHT} />
}
