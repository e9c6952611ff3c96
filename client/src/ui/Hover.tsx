import { useEffect, useRef } from 'react'
import { useGame } from '../game/store.ts'
import { usePlay } from './context.ts'

/** How far beside its cell it stands, and from the rims of the page, in pixels. */
const ASIDE = 26
const RIM = 8

/** What is under the pointer or the keyboard's cursor, beside it. A screen reader is told by the announcer. */
export function Hover() {
  const play = usePlay()
  const glance = useGame((state) => state.glance)
  const place = useRef<HTMLDivElement>(null)
  const cell = glance?.cell
  useEffect(() => {
    if (cell === undefined) return
    const follow = () => {
      const element = place.current
      const at = element && play.stage.project(cell, 0)
      if (!element) return
      element.style.visibility = at ? 'visible' : 'hidden'
      if (!at) return
      const { offsetWidth, offsetHeight } = element
      const fits = at.x + ASIDE + offsetWidth + RIM < window.innerWidth
      const x = fits ? at.x + ASIDE : at.x - ASIDE - offsetWidth
      const y = Math.max(RIM, Math.min(at.y - offsetHeight / 2, window.innerHeight - offsetHeight))
      element.style.transform = `translate(${Math.round(x)}px, ${Math.round(y)}px)`
    }
    follow()
    return play.onFrame(follow)
  }, [play, cell])
  if (!glance) return null
  const { title, status, lines } = glance
  return (
    <div ref={place} className="panel glance" aria-hidden="true" data-testid="glance">
      <b className={status ? `state state-${status}` : ''}>{title}</b>
      {lines.map((line) => (
        <span key={line}>{line}</span>
      ))}
    </div>
  )
}
