"""Messages that are about the conversation: yes and no, help, undo, how am I doing, courtesies."""

from typing import Final

from app.chat.interpreter.commands import Command, Confirm, Help, SmallTalk, Summary, Undo
from app.chat.interpreter.grammar import Grammar
from app.chat.interpreter.moments import Present
from app.chat.interpreter.tokens import Kind, Tokens, starts_with

TALK: Final[Grammar[Command]] = Grammar({})


@TALK.rule("(yes|yep|yeah|yup|y|sure|ok|okay|confirm|confirmed|absolutely|definitely|correct|right|ja|jawohl|klar)")
@TALK.rule(
    "(yes|sure|ok|okay) please",
    "👍",
    "yes please delete (it|them)",
    "please do",
    "(yes|ok|okay|sure) (do it|do that|go ahead)",
    "do it",
    "do that",
)
@TALK.rule("go ahead", "go for it", "sounds good", "of course", "i'm sure", "yes i'm sure", "that's right", "yes i am")
@TALK.rule(
    "(yes|ok|okay|sure) (delete|remove|complete|change|update) [it|them|all|that|all of them|them all]", "ja bitte"
)
def yes(_: Present) -> Command:
    return Confirm(yes=True)


@TALK.rule("(no|nope|nah|n|cancel|stop|abort|don't|nevermind|nein|abbrechen)", "never mind", "no (thanks|thank you)")
@TALK.rule("(no|please) don't", "don't do (it|that)", "no don't do (it|that)", "do not [do (it|that)]", "forget it")
@TALK.rule(
    "cancel (that|it)",
    "no stop",
    "no cancel",
    "leave it",
    "keep (it|them)",
    "(no|nope) (keep|leave) (it|them)",
    "👎",
    "not now",
)
def no(_: Present) -> Command:
    return Confirm(yes=False)


@TALK.rule(
    "undo [it|this|that]", "revert [it|this|that]", "take (it|that) back", "go back", "rückgängig", "oops [undo]"
)
@TALK.rule("undo [the|my] last (change|action|one|thing|command|step)", "undo what you [just] did", "i take that back")
def undo(_: Present) -> Command:
    return Undo()


@TALK.rule("summary", "stats", "statistics", "streak", "progress", "productivity", "analytics", "report", "statistik")
@TALK.rule(
    "how am i doing [today|this week|this month]", "how (did|have) i (do|done) [today|this week]", "how was my week"
)
@TALK.rule("[show|give|tell] [me] [my] (stats|statistics|streak|progress|summary|productivity|analytics)")
@TALK.rule(
    "[show|give] me (a|the) summary", "(summarize|summarise) my (day|week|tasks|progress)", "how productive am i"
)
@TALK.rule("(what's|what is|how's|how is|how long is) my (streak|progress|productivity|score)", "what are my stats")
@TALK.rule("how many [tasks] (did i|have i) (complete|completed|finish|finished|done|do) [today|this week|this month]")
@TALK.rule("how many tasks (did i|have i) (complete|completed|finish|finished|done|do) [so far|in total|altogether]")
@TALK.rule("how productive (am i|was i|have i been) [today|this week|this month]")
def summary(_: Present) -> Command:
    return Summary()


@TALK.rule("help [me]", "?", "hilfe", "commands", "what can you do [for me]", "what can i (say|do|ask) [here]", "usage")
@TALK.rule(
    "how (does|do) (this|it|you) work", "how do i use (this|it|you)", "what are your commands", "can you help me"
)
@TALK.rule(
    "what do you do", "i need help", "what can i do with this", "examples", "show [me] [the] (help|examples|commands)"
)
def ask_for_help(_: Present) -> Command:
    return Help()


@TALK.rule("(hello|hi|hey|hallo|moin|howdy|greetings|servus) [there|you|bot]", "good (morning|afternoon|evening|day)")
@TALK.rule("guten (morgen|tag|abend)", "hi again")
def hello(_: Present) -> Command:
    return SmallTalk("hello")


@TALK.rule(
    "(thanks|thx|ty|cheers|danke) [a lot|so much|a bunch]",
    "(ok|okay|great|perfect) (thanks|thank you)",
    "much appreciated",
)
@TALK.rule("thank you [very much|so much|a lot]", "many thanks", "danke schön", "vielen dank")
def thanks(_: Present) -> Command:
    return SmallTalk("thanks")


@TALK.rule(
    "(bye|goodbye|ciao|tschüss) [bye]",
    "see (you|ya) [later|soon|tomorrow]",
    "good night",
    "have a (nice|good) (day|one)",
)
def bye(_: Present) -> Command:
    return SmallTalk("bye")


@TALK.rule("how are you [doing] [today]", "how's it going", "what's up", "how do you do", "wie geht's")
def how_are_you(_: Present) -> Command:
    return SmallTalk("how_are_you")


@TALK.rule(
    "(who|what) are you", "what's your name", "what is your name", "are you (human|real|a bot|a robot|an ai|chatgpt)"
)
def who_are_you(_: Present) -> Command:
    return SmallTalk("who_are_you")


@TALK.rule(
    "(great|nice|perfect|awesome|cool|wonderful|excellent|amazing|super) [job|work|one]",
    "good (job|work|bot)",
    "well done",
)
@TALK.rule("(i love (you|it|this)|you're (great|awesome|the best))")
def praise(_: Present) -> Command:
    return SmallTalk("praise")


def read_talk(tokens: Tokens, present: Present) -> Command | None:
    """The command of a clause that is nothing but talk, whatever its punctuation; any "undo ..." undoes."""
    words = [token for token in tokens if token.kind not in (Kind.MARK, Kind.BANG)] or list(tokens)
    if starts_with(words, "undo"):
        return Undo()
    if any(starts_with(words, *ask) for ask in (("how", "do", "i"), ("how", "can", "i"), ("how", "to"))):
        return Help()
    return TALK.whole(words, present)
