// Names that the rules use, as words that a player reads.

import { deposits } from '../../../src/domain/generation/codes.ts'
import type { OutcomeReport } from '../data/worldData.ts'
import type { Advice } from '../hands/advice.ts'
import type { Missing } from './chain.ts'

const terrainWords: Readonly<Record<string, string>> = {
  deepSea: 'Deep sea',
  sea: 'Sea',
  shallows: 'Shallows',
}

export function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}

export function terrainWord(terrain: string): string {
  return terrainWords[terrain] ?? capital(terrain)
}

const refusalWords: Readonly<Record<string, string>> = {
  CellTaken: 'Somebody else has that cell',
  NotAdjacent: 'Claim a cell next to one of yours',
  NotOwner: 'That cell is not yours: claim it first',
  ClaimLimitReached: 'You cannot hold more cells yet',
  CellHasStructure: 'Something stands there already',
  EmptyCell: 'Nothing stands there',
  NotBuildable: 'That cannot stand there',
  NotInWorld: 'Land on this world first',
  NotJoined: 'Join first',
  AlreadyEntered: 'You are here already',
  NoSuchRecipe: 'This machine cannot make that',
  TooBusy: 'The world is busy: try again',
  Unknown: 'Unknown ground',
}

export function refusalWord(refused: string, detail: string): string {
  return refusalWords[refused] ?? (detail || refused)
}

/** One line for advice on a machine; undefined where all is well. */
export function adviceWord({ level, reason, about }: Advice): string | undefined {
  if (level === 'good') return undefined
  if (reason === 'NotResearched') return `Waits for the research ${itemWord(about ?? '')}`
  if (reason === 'MissingMaterials') return `Waits for ${itemWord(about ?? '')}`
  if (reason === 'NothingToDig') return 'There is no ore here: it will stand still'
  if (reason === 'NothingToPump') return 'There is nothing to pump here: it will stand still'
  return refusalWord(reason ?? '', '')
}

const reasonWords: Readonly<Record<string, string>> = {
  OutOfReach: 'too far away',
  NotEntered: 'you are not on this world',
  NothingThere: 'nothing is there',
  NoRoom: 'no room',
  MissingMaterials: 'materials are missing',
  Blocked: 'the way is blocked',
  NotYours: 'that is not yours',
  NotResearched: 'not researched yet',
  NoStructure: 'nothing stands there',
  Interrupted: 'interrupted',
  Partly: 'no more was possible',
}

const orderWords: Readonly<Record<string, string>> = {
  CellsClaimed: 'Claim',
  CellReleased: 'Release',
  StructuresPlaced: 'Build',
  StructuresRemoved: 'Remove',
  StructureRotated: 'Turn',
  RecipeSelected: 'Recipe',
  WorldEntered: 'Landing',
  WorldLeft: 'Departure',
  MoveOrdered: 'Walk',
  HarvestStarted: 'Harvest',
  HarvestStopped: 'Harvest stopped',
  CraftOrdered: 'Craft',
  TransferOrdered: 'Transfer',
  ResearchSelected: 'Research',
}

/** One line for what came of an order; undefined where silence says it (a step taken, a recipe chosen). */
export function outcomeWord(outcome: OutcomeReport): string | undefined {
  const { order, done, asked, reason } = outcome
  const what = orderWords[order] ?? order
  const quiet = ['MoveOrdered', 'RecipeSelected', 'StructureRotated', 'HarvestStopped', 'WorldLeft']
  if (reason === 'Done') {
    if (order === 'WorldEntered') return 'You have landed'
    if (quiet.includes(order)) return undefined
    return asked > 1 ? `${what}: ${done} done` : `${what} done`
  }
  if (order === 'HarvestStarted' && reason === 'Interrupted') {
    return done > 0 ? `Harvested ${done}` : undefined
  }
  const how = reasonWords[reason] ?? reason
  return asked > 1 || done > 0 ? `${what}: ${done} of ${asked}, ${how}` : `${what}: ${how}`
}

const statusWords: Readonly<Record<string, string>> = {
  blueprint: 'Plan: waits for materials',
  idle: 'At rest',
  working: 'At work',
  starved: 'Waits for input',
  blocked: 'Output full',
  exhausted: 'Deposit exhausted',
  locked: 'Not researched yet',
  unpowered: 'No power',
}

export function statusWord(status: string): string {
  return statusWords[status] ?? capital(status)
}

const prototypeHints: Readonly<Record<string, string>> = {
  drill: 'Drill',
  belt: 'Belt',
  kiln: 'Kiln',
  depot: 'Depot',
}

export function prototypeWord(prototype: string): string {
  return prototypeHints[prototype] ?? capital(prototype)
}

export function itemWord(item: string): string {
  return capital(item.replaceAll('-', ' '))
}

/** How something that is missing is come by. */
export function missingWord({ how, by }: Pick<Missing, 'how' | 'by'>): string {
  if (how === 'gather') return 'harvest it'
  if (how === 'research') return `after the research ${itemWord(by ?? '')}`
  return by ? `from a ${prototypeWord(by).toLowerCase()}` : 'from a machine'
}

/** By deposit code. */
export function depositWord(deposit: number): string {
  const name = deposits[deposit] ?? ''
  return name === 'vent' ? 'Gas vent' : capital(name)
}

/** Thousands apart, so that a large number reads at a glance. */
export function figure(value: number): string {
  return Math.round(value)
    .toString()
    .replace(/\B(?=(\d{3})+(?!\d))/g, ' ')
}
