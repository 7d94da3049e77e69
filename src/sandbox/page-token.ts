/** Where a page begins. */
export interface Place {
  readonly offset: number;
  readonly timestamp: number;
}

/** The form of the documentation's own sample: an offset, the time of the first page, and no id. */
export const writeToken = ({ offset, timestamp }: Place): string =>
  Buffer.from(JSON.stringify({ offset, timestamp, id: null })).toString("base64");

/** A token's place; `null` for what is no token. */
export function readToken(token: string): Place | null {
  try {
    const { offset, timestamp } = JSON.parse(Buffer.from(token, "base64").toString());
    return Number.isInteger(offset) && offset > 0 && Number.isInteger(timestamp) ? { offset, timestamp } : null;
  } catch {
    return null;
  }
}
