import { useEffect, useRef, useState } from 'react'
import UPlot from 'uplot'
import 'uplot/dist/uPlot.min.css'
import { useGame } from '../game/store.ts'
import { figure, itemWord } from '../game/words.ts'
import { itemCss } from '../scene/itemColours.ts'
import { usePlay } from './context.ts'
import { ItemIcon } from './ItemIcon.tsx'

const LINES_MOST = 6
/** Minutes that the chart can go back; no more is kept. */
const SPANS = [2, 10, 30] as const
/** Not by hue alone: every line has its own dashes. */
const DASHES: readonly number[][] = [[], [8, 4], [2, 3], [10, 3, 2, 3], [5, 5], [1, 5]]
const HEIGHT = 220
const AXIS = {
  stroke: '#a3b4c6',
  grid: { stroke: 'rgb(160 205 255 / 0.1)' },
  ticks: { show: false },
}

/** What was made over time, and what is made and used up altogether. */
export function Statistics() {
  const play = usePlay()
  const rates = useGame((state) => state.rates)
  const { history } = play
  const last = history.samples.at(-1)
  const [span, setSpan] = useState<number>(SPANS[1])
  const items = history.busiest(LINES_MOST, span)
  if (!last || history.samples.length < 3) {
    return <p className="muted">The first figures come within half a minute of landing.</p>
  }
  if (Object.keys(last.produced).length + Object.keys(last.consumed).length === 0) {
    return (
      <p className="muted">Nothing made yet: your first machine, or your own hand, begins it.</p>
    )
  }
  const names = [...new Set([...Object.keys(last.produced), ...Object.keys(last.consumed)])]
  return (
    <>
      <fieldset className="spans" aria-label="How far back">
        {SPANS.map((minutes) => (
          <button
            key={minutes}
            type="button"
            aria-pressed={span === minutes}
            onClick={() => setSpan(minutes)}
          >
            {minutes} min
          </button>
        ))}
      </fieldset>
      {items.length > 0 ? (
        <Chart key={`${span} ${items.join()}`} items={items} span={span} rates={rates} />
      ) : (
        <p className="muted">Nothing was made in the last {span} minutes.</p>
      )}
      <table className="figures">
        <thead>
          <tr>
            <th scope="col">Item</th>
            <th scope="col">A minute, net</th>
            <th scope="col">Made</th>
            <th scope="col">Used</th>
          </tr>
        </thead>
        <tbody>
          {names.map((item) => (
            <tr key={item} data-item={item}>
              <th scope="row">
                <ItemIcon item={item} size={16} /> {itemWord(item)}
              </th>
              <td>{(rates[item] ?? 0).toFixed(1)}</td>
              <td>{figure(last.produced[item] ?? 0)}</td>
              <td>{figure(last.consumed[item] ?? 0)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  )
}

type ChartProps = {
  readonly items: readonly string[]
  /** Minutes. */
  readonly span: number
  /** Another object whenever there is a new sample. */
  readonly rates: object
}

function Chart({ items, span, rates }: ChartProps) {
  const play = usePlay()
  const place = useRef<HTMLDivElement>(null)
  const [plot, setPlot] = useState<UPlot>()
  // biome-ignore lint/correctness/useExhaustiveDependencies: the chart is made once; its key names the items
  useEffect(() => {
    const element = place.current
    if (!element) return
    const made = new UPlot(
      {
        width: element.clientWidth,
        height: HEIGHT,
        cursor: { drag: { x: false, y: false } },
        // As the line itself: told apart by dashes, too.
        legend: {
          live: false,
          markers: {
            width: 1,
            dash: (_, line) => borderOf(DASHES[(line - 1) % DASHES.length]),
          },
        },
        scales: { x: { time: false }, y: { range: (_, __, most) => [0, Math.max(1, most * 1.1)] } },
        axes: [
          {
            ...AXIS,
            values: (_, at) => onceEach(at.map((minutes) => agoWord(minutes, at[0] ?? 0))),
          },
          { ...AXIS, size: 46 },
        ],
        series: [
          {},
          ...items.map((item, line) => ({
            label: `${itemWord(item)} a minute`,
            stroke: itemCss(item),
            width: 2,
            dash: DASHES[line % DASHES.length] ?? [],
            points: { show: false },
          })),
        ],
      },
      dataOf(play.history, items, span),
      element,
    )
    setPlot(made)
    const resized = new ResizeObserver(() =>
      made.setSize({ width: element.clientWidth, height: HEIGHT }),
    )
    resized.observe(element)
    return () => {
      resized.disconnect()
      made.destroy()
    }
  }, [])
  // biome-ignore lint/correctness/useExhaustiveDependencies: `rates` tells that a sample came
  useEffect(() => {
    plot?.setData(dataOf(play.history, items, span))
  }, [plot, rates])
  return (
    <div
      ref={place}
      className="chart"
      role="img"
      aria-label={`Production over time of ${items.map(itemWord).join(', ')}; the table below has the figures`}
    />
  )
}

/** The border that looks most like a line with such dashes. */
function borderOf([dash]: readonly number[] = []): 'solid' | 'dashed' | 'dotted' {
  if (dash === undefined) return 'solid'
  return dash > 2 ? 'dashed' : 'dotted'
}

/** A word that stands there already is left out. */
const onceEach = (words: readonly string[]) =>
  words.map((word, place) => (word === words[place - 1] ? '' : word))

/** Seconds where the whole chart spans few minutes. */
function agoWord(minutes: number, from: number): string {
  if (minutes === 0) return 'now'
  return from > -3 ? `${Math.round(minutes * 60)} s` : `${Math.round(minutes * 10) / 10} min`
}

function dataOf(
  history: ReturnType<typeof usePlay>['history'],
  items: readonly string[],
  span: number,
) {
  const { minutes, rates } = history.series(items, span)
  return [minutes, ...rates] as UPlot.AlignedData
}
