import type { PolicyText } from "../../support/attack-world";
import type { JsonObject } from "../../support/json";
import type { Tree } from "../../support/synth";
import { actorsOf, documentsOf, likenesses, type Actor, type Documents } from "../runs-documents";
import { isListed, LISTED } from "../runs-lists";
import { answer, questionsOf, speaksOf, type Asked } from "../runs-reach";

/** What is asked of the runs' roles, and what was answered before anything was changed. */
export class RunsJudge {
  readonly documents: Documents;
  readonly actors: readonly Actor[];
  readonly #like: ReturnType<typeof likenesses>;
  readonly #asked = new Map<Actor, Promise<Asked[]>>();
  readonly #known = new Map<string, Promise<string | undefined>>();

  constructor(tree: Tree) {
    this.documents = documentsOf(tree);
    this.actors = actorsOf(tree);
    this.#like = likenesses(tree);
  }

  questions(actor: Actor): Promise<Asked[]> {
    const known = this.#asked.get(actor) ?? questionsOf(actor, this.documents);
    this.#asked.set(actor, known);
    return known;
  }

  answer(actor: Actor, asked: Asked): Promise<string | undefined> {
    const key = `${actor.name} ${asked.action} ${asked.thing.arn}`;
    const known = this.#known.get(key) ?? answer(actor, this.documents, asked);
    this.#known.set(key, known);
    return known;
  }

  /** Documents that are not like those that they should be like. */
  unlike(documents: Documents): string[] {
    return [...this.#like].flatMap(([name, wanted]) =>
      JSON.stringify(documents.get(name)) === wanted(documents) ? [] : [name],
    );
  }

  /** Documents that nobody is asked about and that are like no other. */
  unasked(): string[] {
    const asked = new Set(
      this.actors.flatMap(({ identity, boundary }) => [
        ...identity,
        ...(boundary === undefined ? [] : [boundary]),
      ]),
    );
    return [...this.documents.keys()].filter((name) => !asked.has(name) && !this.#like.has(name));
  }

  /** What tells the changed document from the one that it was; undefined when nothing does. */
  async against(name: string, document: PolicyText): Promise<string | undefined> {
    const changed = new Map(this.documents).set(name, document);
    if (this.#like.has(name))
      return this.unlike(changed).includes(name) ? "the likeness of documents" : undefined;
    for (const asked of LISTED) {
      if (asked.document !== name) continue;
      if ((await isListed(changed, asked).catch(() => !asked.allowed)) !== asked.allowed)
        return "the values of a list";
    }
    const matters = whatMatters(this.documents.get(name)?.Statement ?? [], document.Statement);
    for (const actor of this.actors) {
      if (actor.boundary !== name && !actor.identity.includes(name)) continue;
      for (const asked of await this.questions(actor)) {
        if (!matters(asked)) continue;
        const after = await answer(actor, changed, asked).catch(invalid);
        if (after !== (await this.answer(actor, asked))) {
          return actor.boundary === name ? "the table of borders" : "the table of runs";
        }
      }
    }
    return undefined;
  }
}

const invalid = (error: unknown): string => {
  if (error instanceof Error && error.message.includes("errors")) return "invalid";
  throw error;
};

/** Which questions a change can answer otherwise: a policy is the sum of its statements. */
function whatMatters(before: readonly JsonObject[], after: readonly JsonObject[]): (asked: Asked) => boolean {
  const [was, is] = [before, after].map((each) => new Map(each.map((one) => [JSON.stringify(one), one]))) as [
    Map<string, JsonObject>,
    Map<string, JsonObject>,
  ];
  const gone = [...was].flatMap(([text, one]) => (is.has(text) ? [] : [one]));
  const come = [...is].flatMap(([text, one]) => (was.has(text) ? [] : [one]));
  const rest = ({ Effect, Condition }: JsonObject): string => JSON.stringify([Effect, Condition]);
  const onlyWhere = gone.map(rest).join() === come.map(rest).join();
  return ({ action, thing: { arn } }) => {
    const [then, now] = [gone, come].map((each) => each.some((one) => speaksOf(one, action, arn)));
    return onlyWhere ? then !== now : then === true || now === true;
  };
}
