import { useEffect, useState } from 'react'
import type { OpenWorld } from '../data/worldData.ts'
import { listenToKeys } from '../game/keys.ts'
import { Play } from '../game/play.ts'
import { listenToPointers } from '../game/pointer.ts'
import { installProbe } from '../game/probe.ts'
import { openSession } from '../game/session.ts'
import { set, useGame } from '../game/store.ts'
import type { LaidCanvas } from '../scene/canvas.ts'
import { putAway, setUpEasel } from '../scene/easel.ts'
import { AlertChip } from './Alerts.tsx'
import { Announcer } from './Announcer.tsx'
import { Banner } from './Banner.tsx'
import { PlayContext } from './context.ts'
import { Drawers } from './Drawers.tsx'
import { Goals } from './Goals.tsx'
import { Guide } from './Guide.tsx'
import { Hotbar } from './Hotbar.tsx'
import { Hover } from './Hover.tsx'
import { Inspector } from './Inspector.tsx'
import { Inventory } from './Inventory.tsx'
import { Labels } from './Labels.tsx'
import { Minimap } from './Minimap.tsx'
import { OverlayPicker } from './OverlayPicker.tsx'
import { PlanetCanvas } from './PlanetCanvas.tsx'
import { SelectBox } from './Selection.tsx'
import { StartCard } from './StartCard.tsx'
import { StatusCard } from './StatusCard.tsx'
import { Toasts } from './Toasts.tsx'
import { ToolBar } from './ToolBar.tsx'

type AppProps = { readonly open: OpenWorld; readonly laid: LaidCanvas }

export function App({ open, laid }: AppProps) {
  const [play, setPlay] = useState<Play>()
  const failure = useGame((state) => state.failure)
  const furnished = useGame((state) => state.furnished)
  useEffect(() => {
    let stop = () => {}
    let left = false
    start(open, laid).then(
      (started) => {
        if (left) started.stop()
        else {
          stop = started.stop
          setPlay(started.play)
        }
      },
      (error: unknown) => set({ failure: error instanceof Error ? error.message : String(error) }),
    )
    return () => {
      left = true
      stop()
    }
  }, [open, laid])
  return (
    <>
      <PlanetCanvas canvas={laid.canvas} />
      {failure ? (
        <p className="panel banner bad" role="alert">
          {failure}
          {new URLSearchParams(location.search).has('world') && (
            <a href={location.pathname}>Open the first world</a>
          )}
        </p>
      ) : (
        <Banner />
      )}
      {play && furnished && (
        <PlayContext value={play}>
          <Labels />
          <Hover />
          <main className="hud">
            <div className="corner">
              <StatusCard />
              <AlertChip />
              <Goals />
              <Toasts />
            </div>
            <Inventory />
            <ToolBar />
            <StartCard />
            <Inspector />
            <Drawers />
            <Hotbar />
            <div className="far-corner">
              <Guide />
              <OverlayPicker />
              <Minimap />
            </div>
            <Announcer />
          </main>
          <SelectBox />
        </PlayContext>
      )}
    </>
  )
}

async function start(open: OpenWorld, laid: LaidCanvas) {
  const { canvas } = laid
  const opened = openSession(open)
  // Set up while the world is asked for.
  const easel = setUpEasel(laid)
  const session = await opened.catch((error: unknown) => {
    putAway(easel)
    throw error
  })
  const calm = matchMedia('(prefers-reduced-motion: reduce)').matches
  const play = new Play(session, { easel, calm })
  installProbe(play)
  const listeners = [listenToPointers(canvas, play), listenToKeys(play)]
  // A phone that is turned has its card elsewhere.
  const resize = () => play.makeRoom()
  window.addEventListener('resize', resize)
  return {
    play,
    stop: () => {
      for (const remove of listeners) remove()
      window.removeEventListener('resize', resize)
      play.dispose()
    },
  }
}
