/** Runs a trusted document by its id: the service has its text in a manifest, and runs nothing else. */
export async function runDocument<Data>(endpoint: string, documentId: string, variables: object = {}): Promise<Data> {
  const response = await fetch(endpoint, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ documentId, variables }),
  });
  const { data, errors } = (await response.json()) as { data?: Data; errors?: { message: string }[] };
  if (!data || errors?.[0]) throw new Error(errors?.[0]?.message ?? "no data");
  return data;
}
