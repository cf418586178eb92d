/** What is learnt where a stem or an ending is read. */
export type Note = object;

/** Room for the nodes of the stems in hand; more doubles it. */
const CAPACITY = 65_536;

/** The end of a word, as a state. */
export const END = 0;

/**
 * A network of tries over sounds. Each state is a trie of its own; where an entry of it ends, it names the state that reads what follows.
 * Nodes are numbers in parallel arrays, so that tens of thousands of them are built in milliseconds and cost no objects.
 */
export class Automaton {
  private nodes = 1;
  private sound = new Uint16Array(CAPACITY);
  private child = new Int32Array(CAPACITY);
  private sibling = new Int32Array(CAPACITY);
  private exit = new Int32Array(CAPACITY);
  private readonly exitState: number[] = [0];
  private readonly exitNote: (Note | undefined)[] = [undefined];
  private readonly exitNext: number[] = [0];

  /** A new state that reads nothing yet. */
  addState(): number {
    return this.addNode(0, 0);
  }

  /** Lets a state read these sounds and go on in another; none at all if the string is empty. */
  addEntry(state: number, sounds: string, next: number, note: Note | undefined): void {
    let node = state;
    for (let i = 0; i < sounds.length; i++) {
      const code = sounds.charCodeAt(i);
      const found = this.step(node, code);
      if (found === 0) {
        const added = this.addNode(code, this.child[node] ?? 0);
        this.child[node] = added;
        node = added;
      } else node = found;
    }
    this.exitState.push(next);
    this.exitNote.push(note);
    this.exitNext.push(this.exit[node] ?? 0);
    this.exit[node] = this.exitState.length - 1;
  }

  /** The node after a sound, 0 where there is none. */
  step(node: number, code: number): number {
    let at = this.child[node] ?? 0;
    while (at !== 0 && this.sound[at] !== code) at = this.sibling[at] ?? 0;
    return at;
  }

  /** Whether a state reads all that is left of a word, from `at` on. */
  accepts(state: number, sounds: string, at: number): boolean {
    let node = state;
    for (let i = at; ; i++) {
      if (this.exits(node, sounds, i)) return true;
      if (i === sounds.length) return false;
      node = this.step(node, sounds.charCodeAt(i));
      if (node === 0) return false;
    }
  }

  /** Whether what is left of a word can be read where this node lets go. */
  exits(node: number, sounds: string, at: number): boolean {
    for (let exit = this.exit[node] ?? 0; exit !== 0; exit = this.exitNext[exit] ?? 0) {
      const next = this.exitState[exit] ?? END;
      if (next === END ? at === sounds.length : this.accepts(next, sounds, at)) return true;
    }
    return false;
  }

  /** Calls back with the notes of every way to read the word from `at` on. */
  readAll(
    state: number,
    sounds: string,
    at: number,
    notes: readonly Note[],
    found: (notes: readonly Note[]) => void,
  ): void {
    let node = state;
    for (let i = at; ; i++) {
      for (let exit = this.exit[node] ?? 0; exit !== 0; exit = this.exitNext[exit] ?? 0) {
        const next = this.exitState[exit] ?? END;
        const note = this.exitNote[exit];
        const noted = note === undefined ? notes : [...notes, note];
        if (next !== END) this.readAll(next, sounds, i, noted, found);
        else if (i === sounds.length) found(noted);
      }
      if (i === sounds.length) return;
      node = this.step(node, sounds.charCodeAt(i));
      if (node === 0) return;
    }
  }

  /** The states that follow where this node lets go, the end of the word not among them. */
  statesAfter(node: number): number[] {
    const states: number[] = [];
    for (let exit = this.exit[node] ?? 0; exit !== 0; exit = this.exitNext[exit] ?? 0) {
      const next = this.exitState[exit] ?? END;
      if (next !== END && !states.includes(next)) states.push(next);
    }
    return states;
  }

  get size(): { nodes: number; exits: number } {
    return { nodes: this.nodes, exits: this.exitState.length };
  }

  private addNode(code: number, sibling: number): number {
    if (this.nodes === this.sound.length) this.grow();
    const node = this.nodes++;
    this.sound[node] = code;
    this.sibling[node] = sibling;
    return node;
  }

  private grow(): void {
    const capacity = this.nodes * 2;
    const larger = <T extends Uint16Array | Int32Array>(array: T, copy: T): T => {
      copy.set(array);
      return copy;
    };
    this.sound = larger(this.sound, new Uint16Array(capacity));
    this.child = larger(this.child, new Int32Array(capacity));
    this.sibling = larger(this.sibling, new Int32Array(capacity));
    this.exit = larger(this.exit, new Int32Array(capacity));
  }
}
