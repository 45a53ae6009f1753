// A form with terms, such as a follow-up's: each is read back as it is typed.
import { startTerms } from "../lib/reading";

export default startTerms;
