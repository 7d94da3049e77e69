// Checks the voice of comments and docs: banned openings, banned words, and names of the old vocabulary.
// CONTRIBUTING.md has the rules. npm run check:voice -- [file ...]
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";

/** Banned openings. A doc comment starts with a verb or noun phrase. */
const OPENINGS =
  /^(What|Who|Whoever|Whom|Whose|Somebody|Someone|Nobody|Anybody|Told|How|Whether|Where|When|That|Those|Which|There)\b/;

/** Banned phrases, which readers would have to translate. */
const PHRASES =
  /\b(whoever|whomever|somebody|nobody's|anew|of late|so long as it|for so long|so many|there is none|there are none|all the same|at hand|in hand|goes? on|gone on)\b/i;

/** Names of the old vocabulary, which stood for something else once. */
const OLD_NAMES =
  /\b(Told|toldBy|Misfit|Payer|Asker|CallTerms|OperationTerms|Passage|patienceMs|heedThrottle|isNotMade|TokenShelf|TicketShelf|noShelf|LivingToken|StopSignal|neverStopped|takeOff|landed|keepGoing|outdate|Spared|onSpared|ledger|thaw|frozen|wishesOf|RowWishes|PageWishes|ROW_TELLS|TOLD_BY_ID|asksBeyond|leadsOn|isReached|ThingKind|THING_SCOPES|impersonal|foresight|goAlone|holdBack|tellSoon|putBack|poke|onNews|anchorOf|createMemory|walkPages|priceTag|tooDear|ToldCall|toldCalls|Standing|BackDoors?|revealPersonal|greeting|hearEvents|StoreOffice|comeIds|useWhenSeen)\b/;

const files =
  process.argv.length > 2
    ? process.argv.slice(2)
    : execFileSync(
        "git",
        ["ls-files", "src", "web", "deploy", "test", "bench", "examples", "scripts", "docs", "*.md"],
        {
          encoding: "utf8",
        },
      )
        .split("\n")
        .filter(
          (file) =>
            /\.(ts|tsx|mjs|md)$/.test(file) &&
            !/^(scripts\/check-voice|CHANGELOG|test\/released|test\/support\/generated)/.test(file),
        );

/** Returns the comments of a source file, each with its line and whether it documents something. */
function commentsOf(text) {
  const comments = [];
  const pattern = /\/\*\*([\s\S]*?)\*\/|(?:^|\s)\/\/ (.*)$/gm;
  for (const match of text.matchAll(pattern)) {
    const line = text.slice(0, match.index).split("\n").length;
    const isDoc = match[1] !== undefined;
    const body = (match[1] ?? match[2])
      .replace(/^\s*\*\s?/gm, " ")
      .replace(/\s+/g, " ")
      .trim();
    comments.push({ line, isDoc, body });
  }
  return comments;
}

/** Returns the paragraphs of a Markdown file outside code. */
const paragraphsOf = (text) =>
  text
    .replace(/```[\s\S]*?```/g, (block) => block.replace(/[^\n]/g, ""))
    .split("\n")
    .map((body, i) => ({ line: i + 1, isDoc: false, body: body.replace(/`[^`]*`/g, "") }));

const problems = [];
for (const file of files) {
  const text = readFileSync(file, "utf8");
  const isDocs = file.endsWith(".md");
  for (const { line, isDoc, body } of isDocs ? paragraphsOf(text) : commentsOf(text)) {
    const opening = isDoc && OPENINGS.exec(body);
    const phrase = PHRASES.exec(body);
    if (opening) problems.push(`${file}:${line} starts with "${opening[0]}"`);
    if (phrase) problems.push(`${file}:${line} says "${phrase[0]}"`);
  }
  if (isDocs) continue;
  for (const [i, code] of text.split("\n").entries()) {
    const old = OLD_NAMES.exec(code);
    if (old) problems.push(`${file}:${i + 1} has the old name "${old[0]}"`);
  }
}
for (const problem of problems) console.log(problem);
if (problems.length > 0) {
  console.log(`${problems.length} problems: see "Voice" in CONTRIBUTING.md`);
  process.exitCode = 1;
}
