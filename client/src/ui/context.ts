// The game under way, for components that act on it.

import { createContext, useContext } from 'react'
import type { Play } from '../game/play.ts'

export const PlayContext = createContext<Play | undefined>(undefined)

/** The game under way; components below it are only drawn once it is there. */
export function usePlay(): Play {
  const play = useContext(PlayContext)
  if (!play) throw new Error('no game is under way')
  return play
}
