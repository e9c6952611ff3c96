import { useCallback } from 'react'

/** Puts the canvas, which is older than the page, at its place. */
export function PlanetCanvas({ canvas }: { readonly canvas: HTMLCanvasElement }) {
  const place = useCallback(
    (place: HTMLDivElement | null) => {
      if (!place) return
      dress(canvas)
      place.append(canvas)
    },
    [canvas],
  )
  return <div ref={place} />
}

function dress(canvas: HTMLCanvasElement): void {
  canvas.className = 'planet'
  canvas.tabIndex = 0
  // Its keys are its own, and the announcer reads what they come to.
  canvas.setAttribute('role', 'application')
  canvas.setAttribute(
    'aria-label',
    'The planet: arrow keys move from cell to cell, Enter acts, question mark for help',
  )
  // Framed for who comes by the Tab key, whose release it hears: never for who plays by mouse and keys.
  canvas.onkeyup = ({ key }) => {
    if (key === 'Tab') canvas.dataset.tabbed = ''
  }
  canvas.onblur = () => {
    delete canvas.dataset.tabbed
  }
}
