/** A signed-in person, as `viewer` tells. */
export interface Me {
  readonly userId: string;
  readonly name: string | null;
}

/** The service and this page have one site: the browser adds the session's cookie by itself. */
export class SessionClient {
  readonly #service: string;

  /** @param service address of the service, such as `https://hire.example.com` */
  constructor(service: string) {
    this.#service = service;
  }

  /** Returns the address to send the browser to; it comes back to `returnTo`, a path of the service. */
  loginUrl(returnTo: string): string {
    return `${this.#service}/auth/login?returnTo=${encodeURIComponent(returnTo)}`;
  }

  /** Runs an operation. A session that has ended is an error that tells the page to sign in again. */
  async query<Data>(query: string, variables: object = {}): Promise<Data> {
    const response = await fetch(`${this.#service}/graphql`, {
      method: "POST",
      // Needed only from another subdomain, whose origin CORS_ORIGINS has to name.
      credentials: "include",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ query, variables }),
    });
    if (response.status === 401) throw new SignedOut();
    const { data, errors } = (await response.json()) as { data?: Data; errors?: { message: string }[] };
    if (!data || errors?.[0]) throw new Error(errors?.[0]?.message ?? "no data");
    return data;
  }

  async me(): Promise<Me | null> {
    return (await this.query<{ viewer: Me | null }>("{ viewer { userId name } }")).viewer;
  }

  async logOut(): Promise<void> {
    await fetch(`${this.#service}/auth/logout`, { method: "POST", credentials: "include" });
  }
}

/** Error of a request without a session, or with one that has ended. */
export class SignedOut extends Error {}
