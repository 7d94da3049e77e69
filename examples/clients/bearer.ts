/**
 * Runs an operation with a token of your own login: a JWT of your issuer (`AUTH_MODE=jwt`), or the user_access_token
 * that your server got from Feishu.
 */
export async function queryWithToken<Data>(
  endpoint: string,
  token: string,
  query: string,
  variables: object = {},
): Promise<Data> {
  const response = await fetch(endpoint, {
    method: "POST",
    headers: { "content-type": "application/json", authorization: `Bearer ${token}` },
    body: JSON.stringify({ query, variables }),
  });
  const { data, errors } = (await response.json()) as { data?: Data; errors?: { message: string }[] };
  if (!data || errors?.[0]) throw new Error(errors?.[0]?.message ?? "no data");
  return data;
}
