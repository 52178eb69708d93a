// The main question, asked by clients that three public generators made: `node ask.js ORIGIN CODE` prints a line for each.
import createClient from "openapi-fetch";

import { coverageAsk as askByHeyApi } from "./heyapi";
import { client } from "./heyapi/client.gen";
import { coverageAsk as askByOrval } from "./orval";
import type { components, paths } from "./types";

const [origin, region] = process.argv.slice(2) as [string, string];

type Said = Pick<components["schemas"]["Coverage"], "state"> & {
  answers: { results: { rule: { region: { name: string } } | null; hotlines: { number: string }[] }[] }[];
};

function print(who: string, said: Said | undefined): void {
  const hit = said?.answers[0]?.results[0];
  console.log(who, said?.state, hit?.rule?.region.name, hit?.hotlines[0]?.number);
}

async function main(): Promise<void> {
  const typed = createClient<paths>({ baseUrl: origin });
  print("openapi-typescript", (await typed.GET("/api/v1/coverage/", { params: { query: { region } } })).data);
  const refused = await typed.GET("/api/v1/coverage/", { params: { query: { region: "51" } } });
  console.log("refused", refused.error?.status, refused.error?.parameter);

  client.setConfig({ baseUrl: origin });
  print("hey-api", (await askByHeyApi({ query: { region } })).data);

  const plain = globalThis.fetch;
  globalThis.fetch = (url, options) => plain(new URL(String(url), origin), options);
  const answer = await askByOrval({ region });
  if (answer.status === 200) print("orval", answer.data);
}

main();
