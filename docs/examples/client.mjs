// Ask the directory who covers a place, a hundred at a time. Node 18 or later, or a page of the directory's own site:
// only fetch is needed. (Pages of other sites may use GET only.)
//
//     node client.mjs http://127.0.0.1:8000 510322 自贡市富顺县 …
const BATCH = 100;

/** One verdict for each place (a code, a name or an address), in their order; a bad one spoils no other. */
export async function whoCovers(address, places, { key = "", language = "zh-CN" } = {}) {
  const verdicts = [];
  for (let start = 0; start < places.length; start += BATCH) {
    const questions = places
      .slice(start, start + BATCH)
      .map((place) => (/^\d+$/.test(place) ? { region: place } : { q: place }));
    verdicts.push(...(await ask(`${address}/api/v1/coverage/`, { questions }, key, language)).verdicts);
  }
  return verdicts;
}

async function ask(url, body, key, language) {
  for (let attempt = 0; attempt < 5; attempt += 1) {
    const response = await fetch(url, {
      method: "POST",
      headers: {
        "Content-Type": "application/json",
        "Accept-Language": language,
        ...(key && { "X-API-Key": key }),
      },
      body: JSON.stringify(body),
    });
    if (response.ok) return response.json();
    if (response.status !== 429 && response.status !== 503) {
      throw new Error(`${response.status}: ${(await response.json()).detail}`);
    }
    const seconds = Number(response.headers.get("Retry-After") ?? 1);
    await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
  }
  throw new Error("The directory is busy; try again later.");
}

if (typeof process !== "undefined" && import.meta.url.endsWith(encodeURI(process.argv[1] ?? "\0"))) {
  const [address, ...places] = process.argv.slice(2);
  const verdicts = await whoCovers(address, places);
  verdicts.forEach((verdict, index) => {
    if (verdict.problem) return console.log(`${places[index]}: ${verdict.problem.detail}`);
    for (const answer of verdict.answer.answers) {
      console.log(`${places[index]}: ${answer.region.full_name} ${answer.count}`);
      for (const hit of answer.results) console.log(`- ${hit.service.name} | ${hit.why}`);
    }
  });
}
