/** Start of a page. */
export interface Place {
  readonly offset: number;
  readonly timestamp: number;
}

/**
 * Encodes a token in the form of the documentation's own sample.
 * It has an offset, the time of the first page, and no id.
 */
export const writeToken = ({ offset, timestamp }: Place): string =>
  Buffer.from(JSON.stringify({ offset, timestamp, id: null })).toString("base64");

/** Decodes a token into its place; returns `null` for an invalid token. */
export function readToken(token: string): Place | null {
  try {
    const { offset, timestamp } = JSON.parse(Buffer.from(token, "base64").toString());
    return Number.isInteger(offset) && offset > 0 && Number.isInteger(timestamp) ? { offset, timestamp } : null;
  } catch {
    return null;
  }
}
