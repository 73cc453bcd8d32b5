/** The engine alone, for the tests that hold it to the one in Go. */
import type { Answers } from "./answer";
import { check } from "./check";
import { type Rules, type TopicInfo, derive } from "./derive";
import type { Questionnaire } from "./fhir";
import { Instrument } from "./instrument";

/** What the engine says about each set of answers. */
export function evaluate(q: Questionnaire, rules: Rules | null, topics: TopicInfo[], cases: Answers[]) {
	const i = new Instrument(q);
	return cases.map((answers) => ({
		derived: derive(i, rules ?? {}, topics, answers),
		asked: i.asked(answers).map((a) => a.linkId),
		wrong: check(i, answers).map((p) => "answers." + p.linkId),
	}));
}
