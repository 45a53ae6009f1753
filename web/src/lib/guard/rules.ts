// The rules of quietude.guard, as the build found them: the same that the server reads.
import rules from "quietude:guard";
import { guardOf, type RuleBook } from "./engine";

export const book: RuleBook = rules;
export const findings = guardOf(book);
