import { useEffect, useState } from 'react'
import type { Standings as Report } from '../data/worldData.ts'
import { useGame } from '../game/store.ts'
import { figure, itemWord } from '../game/words.ts'
import { ownerColour } from '../planet/marks.ts'
import { ownerColours } from '../scene/shading.ts'
import { usePlay } from './context.ts'
import { ItemIcon } from './ItemIcon.tsx'

const READ_EVERY_MS = 2000
const ROWS_SHOWN = 20

/** The leaderboard, and what one made and used up; read only while it is shown. */
export function Standings() {
  const play = usePlay()
  const own = useGame((state) => state.player?.account ?? state.account)
  const [report, setReport] = useState<Report>()
  useEffect(() => {
    let shown = true
    let timer: ReturnType<typeof setTimeout> | undefined
    const read = async () => {
      const found = await play.session.data.standings()
      if (!shown) return
      if (found) setReport(found)
      timer = setTimeout(read, READ_EVERY_MS)
    }
    void read()
    return () => {
      shown = false
      clearTimeout(timer)
    }
  }, [play])
  if (!report) return <p className="muted">Reading…</p>
  const made = [
    ...new Set([
      ...Object.keys(report.own?.produced ?? {}),
      ...Object.keys(report.own?.consumed ?? {}),
    ]),
  ]
  return (
    <>
      <p className="muted small">By packs made for a million units of pollution.</p>
      <table className="figures">
        <thead>
          <tr>
            <th scope="col">Player</th>
            <th scope="col">Packs</th>
            <th scope="col">Pollution</th>
            <th scope="col">Score</th>
          </tr>
        </thead>
        <tbody>
          {report.rows.slice(0, ROWS_SHOWN).map((row) => (
            <tr key={row.account} className={row.account === own ? 'own' : ''}>
              <th scope="row">
                <i
                  style={{ background: ownerColours[ownerColour(row.index)] }}
                  aria-hidden="true"
                />
                {row.rank}. {row.name ?? `player ${row.index}`}
                {row.launches > 0 && ` · ${row.launches} launched`}
              </th>
              <td>{figure(row.packsTotal)}</td>
              <td>{figure(row.pollution)}</td>
              <td>{figure(row.packsPerMillion)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {report.own && (
        <table className="figures">
          <caption>Your production</caption>
          <thead>
            <tr>
              <th scope="col">Item</th>
              <th scope="col">Made</th>
              <th scope="col">Used</th>
            </tr>
          </thead>
          <tbody>
            {made.map((item) => (
              <tr key={item} data-item={item}>
                <th scope="row">
                  <ItemIcon item={item} size={16} /> {itemWord(item)}
                </th>
                <td>{figure(report.own?.produced[item] ?? 0)}</td>
                <td>{figure(report.own?.consumed[item] ?? 0)}</td>
              </tr>
            ))}
            {made.length === 0 && (
              <tr>
                <th colSpan={3} scope="row">
                  Nothing yet
                </th>
              </tr>
            )}
          </tbody>
        </table>
      )}
    </>
  )
}
