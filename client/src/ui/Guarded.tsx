import { Component, type ReactNode } from 'react'

type Props = { readonly children: ReactNode }

/**
 * Keeps the page when what is in a panel fails. Most often its script is gone, because the server has
 * come back with a newer page since this one was loaded.
 */
export class Guarded extends Component<Props, { readonly failed: boolean }> {
  override state = { failed: false }

  static getDerivedStateFromError() {
    return { failed: true }
  }

  override render() {
    if (!this.state.failed) return this.props.children
    return (
      <div role="alert">
        <p>This panel could not be opened. The server may have a newer page: load it.</p>
        <button type="button" className="reload" onClick={() => location.reload()}>
          Load the page again
        </button>
      </div>
    )
  }
}
