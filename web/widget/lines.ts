/** Nobody stands in a line in the widget, and so nobody asks for a place in one. */
export function lineCall(): null {
  return null;
}

export class Lines {
  readonly eventOf = (): string => "";

  paths(): string[] {
    return [];
  }

  follow(): boolean {
    return false;
  }

  news(): null {
    return null;
  }
}
